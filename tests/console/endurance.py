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

from demo.console import gateway
from simulator.remote import RemoteSimulator
from tests.console.serving import Client, Estate, Serving, row
from tests.engine.test_drift import WANTED
from tests.engine.workspace import Workspace

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


def estate_in(simulator: RemoteSimulator, name: str) -> Estate:
    company = simulator.company(name)
    role = company.ask("POST", "/roles", {"name": "Umbrella"})
    made = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role["id"]}
    return Estate(company, role["id"], company.ask("POST", "/apiMembers", made)["id"])


def renderings(client: Client, estate: Estate, times: int, seed: int) -> int:
    """Random levels and tables on screens that turn up late; how often the site then held exactly those."""
    random, right = Random(seed), 0
    for _ in range(times):
        estate.company.ask("PUT", "/screens", {"lateMs": random.choice((10, 30, 90))})
        label = random.choice(LABELS)
        levels = [random.choice(LEVELS) for _ in VERBS]
        before = estate.company.role()["levels"]
        client.done("PUT", estate.settings, {"settings": [row(label, *levels)]})
        wanted = {verb: level for verb, level in zip(VERBS, levels, strict=True) if level != "None"}
        expected = {name: held for name, held in before.items() if name != label} | ({label: wanted} if wanted else {})
        tables = sorted(random.sample(TABLES, random.randrange(len(TABLES))))
        client.done("PUT", estate.customize, {"function": "Table Setup", "allow": tables})
        held = estate.company.role()
        right += held["levels"] == expected and sorted(held["tables"]) == tables
    return right


def operations(client: Client, estate: Estate, times: int) -> list[tuple[str, float]]:
    """Warm operations of each kind at ConnectWise in turn, each with how long it took; keys come and go."""
    timed, made = Timed(client), ""
    for number in range(times):
        settings = {"settings": [row(LABELS[number % 4], None, None, None, LEVELS[number % 14 < 7])]}
        tables = {"function": "Table Setup", "allow": list(TABLES[: 1 + number % 3])}
        match number % 7:
            case 0:
                timed.done("PUT", estate.settings, settings)
            case 1:
                timed.done("GET", estate.keys)
            case 2:
                timed.done("PUT", estate.customize, tables)
            case 3:
                made = f"{estate.keys}/{timed.done('POST', estate.keys, {'description': f'number {number}'})['id']}"
            case 4:
                timed.done("GET", f"{estate.customize}?function=Table Setup")
            case 5 if made:
                timed.done("PATCH", made, {"inactive": True})
            case 6 if made:
                timed.done("DELETE", made)
    return timed.took


def integrations(client: Client, times: int) -> list[tuple[str, float]]:
    """Warm operations of each kind at Umbrella in turn, each with how long it took."""
    timed = Timed(client)
    for number in range(times):
        half = f"{number:016}"
        body = {"kind": "ConnectWise", "enabled": True, "publicKey": half, "privateKey": half}
        timed.done("PUT", "/psaIntegration", body)
        timed.done("GET", "/psaIntegration")
        timed.done("DELETE", "/psaIntegration")
    return timed.took


class Timed:
    """A client that writes down how long each operation takes, by its method and what it is about."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.took: list[tuple[str, float]] = []

    def done(self, method: str, path: str, body: Any = None) -> Any:
        started = time.monotonic()
        answer = self._client.done(method, path, body)
        about = "".join(part for part in path.partition("?")[0].split("/")[-2:] if not part.isdecimal())
        self.took.append((f"{method} {about}", time.monotonic() - started))
        return answer


def slowest(took: list[tuple[str, float]]) -> Iterator[Row]:
    """The slowest of each kind."""
    for kind in dict.fromkeys(kind for kind, _ in took):
        longest = max(seconds for one, seconds in took if one == kind)
        yield f"  {kind}, the slowest", f"{longest:.2f} s", f"{SLOWEST} s", longest <= SLOWEST


def memory() -> int:
    """Bytes that this process and all below it hold, the browser included, shared pages counted once.

    Pages of files are left out: how many processes share them depends on whose other browsers run.
    """
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    ours, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        ours, grown = ours | more, bool(more)
    return sum(_share(pid) for pid in ours)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))


def all_levels(client: Client, estate: Estate, times: int) -> list[float]:
    """All levels that the preset grants, on and off again, each in one request; how long each took."""
    took = []
    for number in range(times):
        rows = [
            row(label, *((levels.get(verb) and LEVELS[number % 2]) for verb in VERBS))
            for label, levels in WANTED.items()
        ]
        started = time.monotonic()
        client.done("PUT", estate.settings, {"settings": rows})
        took.append(time.monotonic() - started)
    return took


def first_up(simulator: RemoteSimulator, folder: Path) -> float:
    """Seconds of a tenant's first `up`, with a gateway whose Chromium has not been started yet."""
    company = simulator.company("first-up")
    with gateway(company, folder / "gateway"):
        stack = Workspace.of_product(folder).stack(company)
        started = time.monotonic()
        stack.up()
        return time.monotonic() - started


def measured(simulator: RemoteSimulator, folder: Path) -> Iterator[Row]:
    up = first_up(simulator, folder / "up")
    yield "first `up`, both consoles in the browser", f"{up:.1f} s", f"{LONGEST_UP:.0f} s", up <= LONGEST_UP
    estate = estate_in(simulator, "endurance")
    with Serving(folder / "gateway", estate.company) as serving:
        client = serving.serve(estate.company, "connectwise")
        operations(client, estate, 14)
        before = memory()
        took = operations(client, estate, OPERATIONS)
        grown = memory() / before - 1
        median = statistics.median(seconds for _, seconds in took)
        yield f"{OPERATIONS} warm operations at ConnectWise, median", f"{median:.2f} s", "", True
        yield from slowest(took)
        yield "  memory, browser included", f"{grown:+.1%}", f"+{GROWTH:.0%}", grown <= GROWTH
        levels = all_levels(client, estate, 7)[1:]
        yield "all 10 levels of the preset in one request, median", f"{statistics.median(levels):.2f} s", "", True
        yield "  the slowest", f"{max(levels):.2f} s", f"{SLOWEST} s", max(levels) <= SLOWEST
        umbrella = serving.serve(estate.company, "umbrella")
        integrations(umbrella, 1)
        yield f"{3 * ROUNDS} warm operations at Umbrella", "", "", True
        yield from slowest(integrations(umbrella, ROUNDS))
        umbrella.close()
        right = renderings(client, estate, RENDERINGS, seed=1)
        yield "late renderings after which all was right", f"{right}", f"{RENDERINGS}", right == RENDERINGS
        client.close()


def main() -> int:
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load at the start: {load:.1f}", flush=True)
    kept = True
    with RemoteSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "up").mkdir()
        for what, value, limit, holds in measured(simulator, Path(folder)):
            print(f"{what:<52}{value:>10}{limit:>8}{'' if holds else '  MISSED'}", flush=True)
            kept &= holds
    print(f"load at the end: {os.getloadavg()[0]:.1f}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
