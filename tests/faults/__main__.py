"""`make faults`: every scenario at every moment, against the simulator, with a real engine. Prints a table.

Exits 1 unless every run converged and every other figure is zero.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

from simulator.remote import RemoteSimulator
from tests.faults.outcome import Line, format_table
from tests.faults.reused_tenants import Attempt
from tests.faults.rooms import ENGINES, open_room
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.faults.tenant import Field

WORKERS = 6  # most of a moment is waiting, for a request that is held or for what may outlive its engine


def main(arguments: list[str]) -> int:
    wanted = _make_parser().parse_args(arguments)
    there = [scenario for scenario in SCENARIOS if wanted.engine == "pulumi" or scenario.anywhere]
    chosen = [scenario for scenario in there if any(word in scenario.name for word in wanted.only or [""])]
    if not chosen:
        print(f"no scenario is named so; there are: {', '.join(scenario.name for scenario in there)}", file=sys.stderr)
        return 2
    started = monotonic()
    with tempfile.TemporaryDirectory() as folder, RemoteSimulator() as simulator:
        room = open_room(wanted.engine, Path(folder), simulator)
        lines = [
            run(scenario, Field(simulator, Path(folder), room, prefix=f"line-{number}"), wanted)
            for number, scenario in enumerate(chosen, 1)
        ]
    print(f"\n{format_table(lines)}\n\n{(monotonic() - started) / 60:.0f} minutes")
    return 0 if all(line.good for line in lines) else 1


def run(scenario: Scenario, field: Field, wanted: argparse.Namespace) -> Line:
    """All attempts of a scenario, some at once. Says what went wrong as soon as it is known."""
    line = Line(scenario.name)
    started = monotonic()

    def live(attempt: Attempt) -> None:
        for outcome in attempt():
            line.outcomes.append(outcome)
            if len(line.outcomes) % 10 == 0:
                print(f"{scenario.name}: {len(line.outcomes)} runs, {monotonic() - started:.0f} s", flush=True)
            for note in outcome.notes:
                print(f"{scenario.name}: {outcome.moment}: {note}", flush=True)

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(live, attempt) for attempt in scenario.attempts(field, wanted.short)]:
            done.result()
    print(f"{format_table([line]).splitlines()[-1]}   {monotonic() - started:.0f} s", flush=True)
    return line


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="WORD", help="scenarios with this word in their name")
    parser.add_argument("--engine", choices=ENGINES, default="pulumi", help="the engine; pulumi unless told otherwise")
    parser.add_argument("--short", action="store_true", help="only the most telling moments")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
