"""What Temporal costs beside the local runner: the same tenants, the same work, a real server and two workers.

`python -m tests.bench.temporal [SWEPT] [BROUGHT_UP]`: prints a table, exits 1 when a number is missed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import psutil

from demo.temporal_server import TemporalServer
from tests.bench.copies import Original, name_console, name_copy
from tests.bench.processes import Cost, WideSimulator, measure_command, start_command
from tests.bench.table import Row, print_rows
from tests.engine.workspace import Workspace
from tests.fleet.temporal_server import start_server

SWEPT, BROUGHT_UP, WORKERS = 200, 200, 2
UNBOUNDED = ("-m", "tests.bench.unbounded")


def main() -> int:
    """Measure, print, and return 1 when a number is missed."""
    swept, brought_up = (int(word) for word in (*sys.argv[1:], *map(str, (SWEPT, BROUGHT_UP)))[:2])
    with tempfile.TemporaryDirectory() as folder, WideSimulator() as simulator:
        return 0 if print_rows(measure_temporal(Path(folder), simulator, swept, brought_up)) else 1


def measure_temporal(folder: Path, simulator: WideSimulator, swept: int, brought_up: int) -> Iterator[Row]:
    """Measure a sweep, for what each tenant costs more, and an `up` with the engine, for the wall time."""
    place = Workspace.link_product(folder)
    consoles = [{"kind": "msp", "consoleId": name_console(76, 0)}]
    original = Original(place.make_stack(simulator.company(name_copy("bench", 0), consoles=consoles)), "bench", 76)
    original.stack.up()
    original.write_copies(range(1, swept))
    with ExitStack() as stack:
        bench = _Bench(place, stack.enter_context(start_server(folder)), stack)
        yield from bench.measure_overhead(swept)
        for path in sorted((place.project / "stacks").glob("Pulumi.bench-*.yaml"))[brought_up:]:
            path.unlink()
        yield from bench.measure_wall(min(brought_up, swept))


class _Bench:
    """A server and workers, measured by what their processes have used."""

    def __init__(self, place: Workspace, server: TemporalServer, stack: ExitStack) -> None:
        self._place = place
        # Of the engines: other processes than those whose budgets are endless anyway.
        endless = {"UMBRELLA_PSA_CONNECTWISE_REQUESTS_PER_SECOND": "1000"}
        self._environment = {**place.make_environment(), **server.variables, **endless}
        self._server = psutil.Process(server.pid)
        self._workers = [psutil.Process(self._start_worker(number, stack).pid) for number in range(WORKERS)]

    def measure_overhead(self, count: int) -> Iterator[Row]:
        """Sweep all tenants both ways; the difference is Temporal's."""
        self._run("sweep", "--runner", "temporal")  # caches, connections, the passphrase
        here = self._run("sweep")
        before = self._read_used()
        there = self._run("sweep", "--runner", "temporal")
        server, *workers = (after - was for after, was in zip(self._read_used(), before, strict=True))
        more = (server + sum(workers) + there.cpu - here.cpu) / count * 1000
        yield (
            f"Temporal, beyond a sweep of {count}: processor time, each tenant",
            f"{more:.0f} ms",
            "100 ms",
            more <= 100,
        )
        for what, used in (("the server", server), ("the workers, sweeping", sum(workers)), ("who asks", there.cpu)):
            yield f"  of it {what}", f"{used / count * 1000:.0f} ms", "", True
        yield "  the same without it", f"{here.cpu / count * 1000:.0f} ms", "", True

    def measure_wall(self, count: int) -> Iterator[Row]:
        """Bring tenants up by the engine both ways, with as many processes."""
        here, there = self._run("up", "--force"), self._run("up", "--force", "--runner", "temporal")
        ratio = there.wall / here.wall
        yield (
            f"up of {count} by two workers: wall time, times the local runner's",
            f"{ratio:.2f}",
            "1.15",
            ratio <= 1.15,
        )
        yield "  each", f"{there.wall:.0f} s; {here.wall:.0f} s", "", True

    def _run(self, verb: str, *options: str) -> Cost:
        printed = self._place.backend.parent / "printed"
        command = [*UNBOUNDED, verb, "--all", "--quiet", "--jobs", str(WORKERS), *options]
        cost = measure_command(command, self._place.project, self._environment, printed)
        if cost.code:
            raise SystemExit(f"bench: {verb} ended with {cost.code}: {printed.read_text('utf-8', 'replace')[-2000:]}")
        return cost

    def _read_used(self) -> Sequence[float]:
        return [sum(process.cpu_times()[:2]) for process in (self._server, *self._workers)]

    def _start_worker(self, number: int, stack: ExitStack) -> subprocess.Popen[bytes]:
        log = self._place.backend.parent / f"worker-{number}"
        output = stack.enter_context(log.open("wb"))
        command = [*UNBOUNDED, "worker", "--jobs", "1"]
        process = start_command(command, self._place.project, self._environment, output.fileno())
        stack.callback(process.wait)
        stack.callback(process.terminate)
        while b"serves the queue" not in log.read_bytes():
            if process.poll() is not None:
                raise SystemExit(f"bench: no worker: {log.read_text('utf-8', 'replace')}")
            time.sleep(0.1)
        return process


if __name__ == "__main__":
    sys.exit(main())
