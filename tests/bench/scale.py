"""`make bench SCALE="1000 10000"`: a sweep, an `up` with nothing to do, a killed one, and new tenants, many at once.

The simulator's processor time counts nowhere. It takes about half of the wall time on one machine with it.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from providers.http.budget import DEFAULT_RATE
from simulator.remote import Company
from tests.bench.copies import Original, name_console, name_copy
from tests.bench.cpu import measure_cpu
from tests.bench.processes import Cost, WideSimulator, measure_command, start_command
from tests.bench.table import Row, print_rows
from tests.engine.workspace import Stack, Workspace

REQUESTS = 9  # of a sweep, for each tenant; three of them go to gateways
NEW = 100
UNBOUNDED = ("-m", "tests.bench.unbounded")
COLD = 3
SHARE_DONE = 0.3  # of a run, when it is killed


def main() -> int:
    """Measure each size, print a table, and return 1 when a number is missed."""
    sizes = sorted(int(size) for size in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, WideSimulator() as simulator:
        bench = Scale(Workspace.link_product(Path(folder)), simulator)
        return 0 if print_rows(bench.measure(sizes)) else 1


class Scale:
    """A workspace with many tenants in it."""

    def __init__(self, place: Workspace, simulator: WideSimulator) -> None:
        self._place = place
        self._simulator = simulator
        self._printed = place.backend.parent / "printed"
        self._swept = Original(self._found("swept", 73), "swept", 73)
        self._swept.stack.up()
        self._count = 1

    def measure(self, sizes: Sequence[int]) -> Iterator[Row]:
        """Measure every size, from the smallest on."""
        first = sizes[0]
        least = yield from self.measure_sweep(first)
        yield from self.measure_idle_up(first, least)
        yield from self.measure_resumed(first)
        for size in sizes[1:]:
            cost = yield from self.measure_sweep(size)
            grown, limit = cost.cpu / least.cpu, 1.05 * size / first
            yield f"  growth from {first:,}", f"{grown:.2f} x", f"{limit:.1f} x", grown <= limit
        yield from self.measure_new()

    def measure_sweep(self, size: int) -> Generator[Row, None, Cost]:
        """Sweep all tenants, by the verb, in a process of its own."""
        self._swept.write_copies(range(self._count, size))
        self._count = size
        cost = self._run(self._sweeping("--quiet"))
        reported = self._run(self._sweeping("--quiet", "--json", str(self._place.backend.parent / "report.json")))
        rows = json.loads((self._place.backend.parent / "report.json").read_text("utf-8"))["rows"]
        _demand(len(rows) == size and all(row["verdict"] == "clean" for row in rows), "every tenant is clean")
        each, waiting = cost.cpu / size * 1000, REQUESTS * size / DEFAULT_RATE
        yield f"sweep of {size:,}: processor time, each tenant", f"{each:.1f} ms", "15 ms", each <= 15
        yield "  wall time here, without a budget of requests", f"{cost.wall:.0f} s", "", True
        yield f"  requests at {DEFAULT_RATE:.0f} a second, where all are one site's", f"{waiting:.0f} s", "", True
        yield "  so wall time there", f"{max(cost.cpu, waiting):.0f} s", "", True
        yield "  memory at its peak", f"{cost.peak:.0f} MB", "100 MB", cost.peak <= 100
        yield "  with a report as JSON", f"{reported.peak:.0f} MB", "100 MB", reported.peak <= 100
        return cost

    def measure_idle_up(self, size: int, sweep: Cost) -> Iterator[Row]:
        """Bring all tenants up that are up."""
        cost = self._run(self._upping())
        ratio = cost.cpu / sweep.cpu
        yield f"up of {size:,} with nothing to do: share of the sweep", f"{ratio:.2f}", "1.20", ratio <= 1.2
        yield "  memory at its peak", f"{cost.peak:.0f} MB", "", True

    def measure_resumed(self, size: int) -> Iterator[Row]:
        """Kill such a run, start it again, and see whom it asks about."""
        ledger = self._place.project / ".fleet" / "ledger.sqlite"
        (self._place.project / ".fleet").rename(self._place.backend.parent / "fleet-before")
        with open(self._printed, "wb") as printed:
            process = start_command(self._upping(), self._place.project, self._environment(), printed.fileno())
            while process.poll() is None and len(_list_finished(ledger)) < SHARE_DONE * size:
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
            process.wait()
        finished = _list_finished(ledger)
        self._simulator.ask("DELETE", "/requests")
        self._run(self._upping())
        asked = {request["company"] for request in self._simulator.ask("GET", "/requests")} - {None}
        again, missed = len(finished & asked), size - len(finished | asked)
        yield f"up of {size:,}, killed after {len(finished):,}: tenants done again", str(again), "0", not again
        yield "  tenants left out", str(missed), "0", not missed

    def measure_new(self) -> Iterator[Row]:
        """Bring up new tenants, each at a site of its own, with two warm engines; beside them some with cold ones."""
        for path in (self._place.project / "stacks").glob("Pulumi.swept-*.yaml"):
            path.unlink()
        original = Original(self._found("fresh", 74), "fresh", 74)
        cold = [self._stack(name) for name in original.write_copies(range(1, 1 + COLD), spread=True)]
        each = sum(measure_cpu(stack.up, runs=1, warm_up=False) for stack in cold) / COLD
        original.write_copies(range(10, 10 + NEW), spread=True)
        for stack in (original.stack, *cold):
            (self._place.project / "stacks" / f"Pulumi.{stack.name}.yaml").unlink()
        cost = self._run(self._upping("--jobs", "2"))
        share = cost.cpu / (NEW * each)
        yield f"up of {NEW} new tenants, two workers: share of a cold loop", f"{share:.2f}", "0.30", share <= 0.3
        yield "  processor time, each; cold", f"{cost.cpu / NEW:.2f}; {each:.2f} s", "", True
        yield "  wall time", f"{cost.wall:.0f} s", "", True

    def _found(self, kind: str, first: int) -> Stack:
        """Found a company whose name and console can be told from anything else, and its stack."""
        wishes = {"consoles": [{"kind": "msp", "consoleId": name_console(first, 0)}]}
        return self._place.make_stack(self._simulator.company(name_copy(kind, 0), **wishes))

    def _stack(self, name: str) -> Stack:
        found = self._simulator.ask("POST", f"/companies/{name}/credentials")
        return Stack(self._place, name, company=Company(self._simulator, found))

    def _sweeping(self, *options: str) -> list[str]:
        return [*UNBOUNDED, "sweep", "--all", *options]

    def _upping(self, *options: str) -> list[str]:
        return [*UNBOUNDED, "up", "--all", "--quiet", *options]

    def _environment(self) -> dict[str, str]:
        return self._place.make_environment()

    def _run(self, command: list[str]) -> Cost:
        cost = measure_command(command, self._place.project, self._environment(), self._printed)
        _demand(cost.code == 0, self._printed.read_text("utf-8", "replace")[-2000:])
        return cost


def _list_finished(ledger: Path) -> set[str]:
    """List the tenants that the last run has an outcome of."""
    if not ledger.exists():
        return set()
    database = sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)
    try:
        found = database.execute("SELECT tenant FROM job WHERE outcome IS NOT NULL AND run = (SELECT MAX(id) FROM run)")
        return {tenant for (tenant,) in found}
    except sqlite3.OperationalError:  # it is just being made
        return set()
    finally:
        database.close()


def _demand(kept: bool, what: str) -> None:
    """End the measuring where it would measure something else."""
    if not kept:
        raise SystemExit(f"bench: this does not hold: {what}")


if __name__ == "__main__":
    sys.exit(main())
