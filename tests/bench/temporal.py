"""What Temporal costs beside the local runner: the same tenants, the same work, a real server and two workers.

`python -m tests.bench.temporal [SWEPT] [BROUGHT_UP]`: prints a table, exits 1 when a number is missed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from providers.http.budget import ADDRESS
from tests.bench.budget import measure_budget
from tests.bench.copies import Original, name_console, name_copy
from tests.bench.processes import Cost, WideSimulator
from tests.bench.table import Row, print_rows
from tests.bench.worker_pair import BOUNDED, UNBOUNDED, WorkerPair
from tests.engine.workspace import Workspace
from tests.fleet.postgres_server import PostgresServer
from tests.fleet.temporal_server import start_server

SWEPT, BROUGHT_UP = 200, 200
# Of the engines: other processes than those whose budgets are endless anyway.
_ENDLESS = {"UMBRELLA_PSA_CONNECTWISE_REQUESTS_PER_SECOND": "1000"}
_ON_TEMPORAL = ("--runner", "temporal")


def main() -> int:
    """Measure, print, and return 1 when a number is missed."""
    swept, brought_up = (int(word) for word in (*sys.argv[1:], *map(str, (SWEPT, BROUGHT_UP)))[:2])
    with tempfile.TemporaryDirectory() as folder, WideSimulator() as simulator:
        return 0 if print_rows(measure_temporal(Path(folder), simulator, swept, brought_up)) else 1


def measure_temporal(folder: Path, simulator: WideSimulator, swept: int, brought_up: int) -> Iterator[Row]:
    """Measure sweeps, for the budget of requests and what each tenant costs more, and `up` for the wall time."""
    place = Workspace.link_product(folder)
    consoles = [{"kind": "msp", "consoleId": name_console(76, 0)}]
    original = Original(place.make_stack(simulator.company(name_copy("bench", 0), consoles=consoles)), "bench", 76)
    original.stack.up()
    tenants = [original.stack.name, *original.write_copies(range(1, swept))]
    with start_server(folder) as server:
        database = PostgresServer()
        try:
            shared = {ADDRESS: database.make_address("budgets")}
            with WorkerPair(place, server, shared, BOUNDED, jobs=4) as pair:
                yield from measure_budget(pair, simulator, tenants)
        finally:
            database.stop()
        with WorkerPair(place, server, _ENDLESS, UNBOUNDED) as pair:
            yield from measure_overhead(pair, tenants)
            yield from measure_wall(pair, tenants[:brought_up])


def measure_overhead(pair: WorkerPair, tenants: Sequence[str]) -> Iterator[Row]:
    """Sweep all tenants both ways; the difference is Temporal's."""
    pair.run("sweep", tenants, *_ON_TEMPORAL)  # caches, connections, the passphrase
    here = pair.run("sweep", tenants)
    before = pair.read_used()
    there = pair.run("sweep", tenants, *_ON_TEMPORAL)
    server, *workers = (after - was for after, was in zip(pair.read_used(), before, strict=True))
    more, count = server + sum(workers) + there.cpu - here.cpu, len(tenants)
    each = more / count * 1000
    yield f"Temporal, beyond a sweep of {count}: processor time, each tenant", f"{each:.0f} ms", "100 ms", each <= 100
    for what, used in (("the server", server), ("the workers, sweeping", sum(workers)), ("who asks", there.cpu)):
        yield f"  of it {what}", f"{used / count * 1000:.0f} ms", "", True
    yield "  the same without it", f"{here.cpu / count * 1000:.0f} ms", "", True


def measure_wall(pair: WorkerPair, tenants: Sequence[str]) -> Iterator[Row]:
    """Bring tenants up by the engine both ways, with as many processes.

    In two halves, each way first once: what else the machine does meets both.
    """

    def bring_up(half: Sequence[str], *options: str) -> Cost:
        return pair.run("up", half, "--force", *options)

    middle = len(tenants) // 2
    one, other = tenants[:middle], tenants[middle:]
    here = bring_up(one).wall
    there = bring_up(one, *_ON_TEMPORAL).wall + bring_up(other, *_ON_TEMPORAL).wall
    here += bring_up(other).wall
    ratio = there / here
    yield (
        f"up of {len(tenants)} by two workers: wall time, times the local runner's",
        f"{ratio:.2f}",
        "1.15",
        ratio <= 1.15,
    )
    yield "  each", f"{there:.0f} s; {here:.0f} s", "", True
    yield "  the machine's load at the end", f"{os.getloadavg()[1]:.1f}", "", True


if __name__ == "__main__":
    sys.exit(main())
