"""`make bench`: the numbers of docs/performance.md. Prints a table; exits 1 when a number is missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from simulator.remote import Company, RemoteSimulator
from tests.bench.cold import find_baseline, make_bare, measure_first_up, measure_previews
from tests.bench.fleet import measure_sweeps
from tests.bench.imports import measure_cpu_milliseconds, measure_milliseconds
from tests.bench.lines import count_lines
from tests.bench.table import Row, print_rows
from tests.bench.terraform import measure_terraform
from tests.engine.workspace import ROOT, Workspace

LINES_BEFORE = 15213  # at 9b49f8e, counted by the same tool
COMPOSITION_BEFORE = 1.75  # times `import pulumi.dynamic`, at 9b49f8e: its processor time to import the composition


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--base", metavar="COMMIT", help="set this commit up as well, and measure it in the same run")
    parser.add_argument(
        "--restapi",
        metavar="COMMAND",
        help="plans a tenant's objects with OpenTofu's restapi (docs/performance.md)",
    )
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, RemoteSimulator() as simulator:
        folder = Path(name)
        workspace, bare = Workspace.link_product(folder), make_bare(folder)
        rows += measure_requests(workspace, simulator)
        base, measured = find_baseline(bare, options.base, folder / "base")
        rows += measured
        stack = workspace.make_stack(simulator.company("fleet"))
        stack.up()
        rows += measure_previews(stack, base)
        rows += measure_first_up(workspace, simulator, bare)
        rows += measure_sweeps(workspace, stack, base, options.restapi)
        rows += measure_terraform(folder, simulator, base.bare)
    rows += measure_imports()
    lines = count_lines(*(ROOT / room for room in ("providers", "stacks", "gateway", "simulator")))
    rows.append(("lines of code", str(lines), str(LINES_BEFORE), lines <= LINES_BEFORE))
    return 0 if print_rows(rows) else 1


def measure_requests(workspace: Workspace, simulator: RemoteSimulator) -> Iterator[Row]:
    """First up, unchanged preview, rotation, without a preview before: how many requests, and which."""
    stack = workspace.make_stack(simulator.company("requests"))
    runs: list[tuple[str, int, Callable[[], object]]] = [
        ("first up", 20, stack.up),
        ("unchanged preview", 9, stack.preview),
        ("rotation", 18, lambda: stack.up(UMBRELLA_PSA_ROTATE="again")),
    ]
    for what, limit, do in runs:
        since = get_last(stack.company)
        do()
        asked = stack.company.requests(since)
        print(f"{what}: {len(asked)} requests")
        for number, request in enumerate(asked, 1):
            print(f"  {number:>2}. {request['method']:<6} {request['path']}")
        print()
        yield f"requests, {what}", str(len(asked)), f"{limit}", len(asked) <= limit


def measure_imports() -> Iterator[Row]:
    vault = measure_milliseconds("pulumi, providers.core.settings", "providers.vault.connection")
    yield "imports of the program for vaults, where none is set", f"{vault:.1f} ms", "5", vault <= 5
    composition, engine = (measure_cpu_milliseconds(modules) for modules in ("providers.composition", "pulumi.dynamic"))
    share = composition / (COMPOSITION_BEFORE * engine)
    yield "processor time to import the composition", f"{composition:.0f} ms", "", True
    yield "  share of what it was with the engine in it", f"{share:.2f}", "0.60", share <= 0.60
    provider = measure_milliseconds("pulumi.dynamic", "providers.service, providers.http.wire")
    yield "imports of the provider process beyond the engine's", f"{provider:.0f} ms", "250", provider <= 250


def get_last(company: Company) -> int:
    log = company.requests()
    return int(log[-1]["n"]) if log else 0


if __name__ == "__main__":
    sys.exit(main())
