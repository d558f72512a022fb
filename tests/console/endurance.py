"""`make endurance`: the console gateway's numbers, in a Chromium (docs/performance.md). Exits 1 when one is missed.

A whole first `up` through both consoles; 50 operations in a row, the slowest of each kind, and what they leave in
memory; all levels of the preset in one request; Umbrella's operations; 100 randomised late renderings, after each of
which the site must hold exactly what was asked for. The tests do a few of each.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from demo.console import serve_gateway
from simulator.remote import RemoteSimulator
from tests.console.running import Client, GatewayThread, Tenant, make_row
from tests.engine.workspace import Workspace
from tests.stories.drifts import WANTED

LABELS = (
    "Companies / Company Maintenance",
    "Companies / Configurations",
    "Service Desk / Service Tickets",
    "System / Table Setup",
)
TABLES = ("Company / Configuration", "Service / Priority", "Service / Service Board", "Service / SLA")
LEVELS = ("None", "All")
VERBS = ("add", "edit", "delete", "inquire")
LONGEST_UP, SLOWEST, GROWTH = 25.0, 2.5, 0.1
OPERATIONS, ROUNDS, RENDERINGS = 50, 7, 100

Row = tuple[str, str, str, bool]


def create_tenant(simulator: RemoteSimulator, name: str) -> Tenant:
    company = simulator.company(name)
    role = company.ask("POST", "/roles", {"name": "Umbrella"})
    made = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role["id"]}
    return Tenant(company, role["id"], company.ask("POST", "/apiMembers", made)["id"])


def count_right_renderings(client: Client, tenant: Tenant, times: int, seed: int) -> int:
    """Random levels and tables on screens that turn up late; count how often the site then held exactly those."""
    random, right = Random(seed), 0
    for _ in range(times):
        tenant.company.ask("PUT", "/screens", {"lateMs": random.choice((10, 30, 90))})
        label = random.choice(LABELS)
        levels = [random.choice(LEVELS) for _ in VERBS]
        before = tenant.company.role()["levels"]
        client.expect_ok("PUT", tenant.settings, {"settings": [make_row(label, *levels)]})
        wanted = {verb: level for verb, level in zip(VERBS, levels, strict=True) if level != "None"}
        expected = {name: held for name, held in before.items() if name != label} | ({label: wanted} if wanted else {})
        tables = sorted(random.sample(TABLES, random.randrange(len(TABLES))))
        client.expect_ok("PUT", tenant.customize, {"function": "Table Setup", "allow": tables})
        held = tenant.company.role()
        right += held["levels"] == expected and sorted(held["tables"]) == tables
    return right


def time_operations(client: Client, tenant: Tenant, times: int) -> list[tuple[str, float]]:
    """Time warm operations of every kind at ConnectWise in turn; keys come and go."""
    timed, made = TimedClient(client), ""
    for number in range(times):
        settings = {"settings": [make_row(LABELS[number % 4], None, None, None, LEVELS[number % 14 < 7])]}
        tables = {"function": "Table Setup", "allow": list(TABLES[: 1 + number % 3])}
        match number % 7:
            case 0:
                timed.expect_ok("PUT", tenant.settings, settings)
            case 1:
                timed.expect_ok("GET", tenant.keys)
            case 2:
                timed.expect_ok("PUT", tenant.customize, tables)
            case 3:
                made = (
                    f"{tenant.keys}/{timed.expect_ok('POST', tenant.keys, {'description': f'number {number}'})['id']}"
                )
            case 4:
                timed.expect_ok("GET", f"{tenant.customize}?function=Table Setup")
            case 5 if made:
                timed.expect_ok("PATCH", made, {"inactive": True})
            case 6 if made:
                timed.expect_ok("DELETE", made)
    return timed.took


def time_integrations(client: Client, times: int) -> list[tuple[str, float]]:
    """Time warm operations of every kind at Umbrella in turn."""
    timed = TimedClient(client)
    for number in range(times):
        half = f"{number:016}"
        body = {"kind": "ConnectWise", "enabled": True, "publicKey": half, "privateKey": half}
        timed.expect_ok("PUT", "/psaIntegration", body)
        timed.expect_ok("GET", "/psaIntegration")
        timed.expect_ok("DELETE", "/psaIntegration")
    return timed.took


class TimedClient:
    """A client that writes down how long each operation takes, by its method and what it is about."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.took: list[tuple[str, float]] = []

    def expect_ok(self, method: str, path: str, body: Any = None) -> Any:
        started = time.monotonic()
        answer = self._client.expect_ok(method, path, body)
        about = "".join(part for part in path.partition("?")[0].split("/")[-2:] if not part.isdecimal())
        self.took.append((f"{method} {about}", time.monotonic() - started))
        return answer


def find_slowest(took: list[tuple[str, float]]) -> Iterator[Row]:
    """Find the slowest of each kind."""
    for kind in dict.fromkeys(kind for kind, _ in took):
        longest = max(seconds for name, seconds in took if name == kind)
        yield f"  {kind}, the slowest", f"{longest:.2f} s", f"{SLOWEST} s", longest <= SLOWEST


def measure_memory() -> int:
    """Measure the bytes that this process and all below it hold, the browser included, shared pages counted once.

    Pages of files are left out: how many processes share them depends on whose other browsers run.
    """
    parents = {int(path.name): _read_parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    ours, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        ours, grown = ours | more, bool(more)
    return sum(_read_share(pid) for pid in ours)


def _read_parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _read_share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))


def time_all_levels(client: Client, tenant: Tenant, times: int) -> list[float]:
    """Time all levels that the preset grants, on and off again, each time in one request."""
    took = []
    for number in range(times):
        rows = [
            make_row(label, *((levels.get(verb) and LEVELS[number % 2]) for verb in VERBS))
            for label, levels in WANTED.items()
        ]
        started = time.monotonic()
        client.expect_ok("PUT", tenant.settings, {"settings": rows})
        took.append(time.monotonic() - started)
    return took


def time_first_up(simulator: RemoteSimulator, folder: Path) -> float:
    """Time a tenant's first `up`, with a gateway whose Chromium has not been started yet."""
    company = simulator.company("first-up")
    with serve_gateway(company, folder / "gateway"):
        stack = Workspace.link_product(folder).make_stack(company)
        started = time.monotonic()
        stack.up()
        return time.monotonic() - started


def measure_all(simulator: RemoteSimulator, folder: Path) -> Iterator[Row]:
    up = time_first_up(simulator, folder / "up")
    yield "first `up`, both consoles in the browser", f"{up:.1f} s", f"{LONGEST_UP:.0f} s", up <= LONGEST_UP
    tenant = create_tenant(simulator, "endurance")
    with GatewayThread(folder / "gateway", tenant.company) as serving:
        client = serving.serve(tenant.company, "connectwise")
        time_operations(client, tenant, 14)
        before = measure_memory()
        took = time_operations(client, tenant, OPERATIONS)
        grown = measure_memory() / before - 1
        median = statistics.median(seconds for _, seconds in took)
        yield f"{OPERATIONS} warm operations at ConnectWise, median", f"{median:.2f} s", "", True
        yield from find_slowest(took)
        yield "  memory, browser included", f"{grown:+.1%}", f"+{GROWTH:.0%}", grown <= GROWTH
        levels = time_all_levels(client, tenant, 7)[1:]
        yield "all 10 levels of the preset in one request, median", f"{statistics.median(levels):.2f} s", "", True
        yield "  the slowest", f"{max(levels):.2f} s", f"{SLOWEST} s", max(levels) <= SLOWEST
        umbrella = serving.serve(tenant.company, "umbrella")
        time_integrations(umbrella, 1)
        yield f"{3 * ROUNDS} warm operations at Umbrella", "", "", True
        yield from find_slowest(time_integrations(umbrella, ROUNDS))
        umbrella.close()
        right = count_right_renderings(client, tenant, RENDERINGS, seed=1)
        yield "late renderings after which all was right", f"{right}", f"{RENDERINGS}", right == RENDERINGS
        client.close()


def main() -> int:
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load at the start: {load:.1f}", flush=True)
    kept = True
    with RemoteSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "up").mkdir()
        for name, value, limit, is_kept in measure_all(simulator, Path(folder)):
            print(f"{name:<52}{value:>10}{limit:>8}{'' if is_kept else '  MISSED'}", flush=True)
            kept &= is_kept
    print(f"load at the end: {os.getloadavg()[0]:.1f}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
