"""python -m tests.console.endurance: 50 operations in a row, 100 randomised late renderings; the full numbers.

The tests do a few of each. Here: no operation over 2.5 s, memory of the gateway's processes not up by over a tenth,
and after every rendering the site holds exactly what was asked for.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from simulator.remote import RemoteSimulator
from tests.console.serving import Client, Estate, Serving, row

LABELS = (
    "Companies / Company Maintenance",
    "Companies / Configurations",
    "Service Desk / Service Tickets",
    "System / Table Setup",
)
TABLES = ("Company / Configuration", "Service / Priority", "Service / Service Board", "Service / SLA")
LEVELS = ("None", "All")
VERBS = ("add", "edit", "delete", "inquire")
SLOWEST = 2.5


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


def operations(client: Client, estate: Estate, times: int) -> list[float]:
    """Warm operations of each kind in turn; how long each took."""
    took = []
    for number in range(times):
        level = LEVELS[number % 8 < 4]
        settings = {"settings": [row(LABELS[number % 4], None, None, None, level)]}
        tables = {"function": "Table Setup", "allow": list(TABLES[: 1 + number % 3])}
        kinds = (
            ("PUT", estate.settings, settings),
            ("GET", estate.keys, None),
            ("PUT", estate.customize, tables),
            ("POST", estate.keys, {"description": f"number {number}"}),
        )
        started = time.monotonic()
        made = client.done(*kinds[number % 4])
        took.append(time.monotonic() - started)
        if number % 4 == 3:
            client.done("DELETE", f"{estate.keys}/{made['id']}")
    return took


def memory() -> int:
    """Bytes that this process and all below it hold, the browser included, shared pages counted once (PSS)."""
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
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def main() -> int:
    with RemoteSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
        estate = estate_in(simulator, "endurance")
        with Serving(Path(folder) / "gateway", estate.company) as gateway:
            client = gateway.serve(estate.company, "connectwise")
            operations(client, estate, 12)
            before = memory()
            took = operations(client, estate, 50)
            grown = memory() / before - 1
            print(f"50 operations: median {sorted(took)[25]:.2f} s, slowest {max(took):.2f} s; memory {grown:+.1%}")
            started = time.monotonic()
            right = renderings(client, estate, 100, seed=1)
            print(f"100 late renderings: {right} right, {time.monotonic() - started:.0f} s")
            client.close()
    return 0 if max(took) <= SLOWEST and grown <= 0.1 and right == 100 else 1


if __name__ == "__main__":
    sys.exit(main())
