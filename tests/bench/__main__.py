"""`make bench`: the numbers of docs/performance.md. Prints a table; exits 1 when a number is missed."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from simulator.remote import Company, RemoteSimulator
from tests.bench.fleet import measure_fleet
from tests.bench.imports import measure_cpu_milliseconds, measure_milliseconds
from tests.bench.lines import count_lines
from tests.engine.workspace import ROOT, AnyStack, Workspace

LATENCY_MS = 50
RUNS = 5
RESOURCES = 7
LINES_BEFORE = 15213  # at 9b49f8e, counted by the same tool
COMPOSITION_BEFORE = 1.75  # times `import pulumi.dynamic`, at 9b49f8e: its processor time to import the composition

BARE_PROGRAM = f"""\
import pulumi
from trivial import Trivial, TrivialProvider

tenant = pulumi.ComponentResource("bench:index:Tenant", "tenant")
before = ""
for number in range({RESOURCES}):
    resource = Trivial(TrivialProvider(), f"r{{number}}", {{"before": before}}, pulumi.ResourceOptions(parent=tenant))
    before = resource.id
"""

Row = tuple[str, str, str, bool]


def main() -> int:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, RemoteSimulator() as simulator:
        workspace = Workspace.link_product(Path(folder))
        rows += measure_requests(workspace, simulator)
        rows += measure_latency(workspace, measure_bare(Path(folder)), simulator)
        rows += measure_fleet(workspace, simulator)
    rows += measure_imports()
    lines = count_lines(*(ROOT / room for room in ("providers", "stacks", "gateway", "simulator")))
    rows.append(("lines of code", str(lines), str(LINES_BEFORE), lines <= LINES_BEFORE))
    print(f"{'what':<58}{'measured':>12}{'limit':>8}")
    for what, measured, limit, kept in rows:
        print(f"{what:<58}{measured:>12}{limit:>8}{'' if kept else '  MISSED'}")
    return 0 if all(kept for _, _, _, kept in rows) else 1


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


def measure_latency(workspace: Workspace, bare_stack: AnyStack, simulator: RemoteSimulator) -> Iterator[Row]:
    """First up at 50 ms a request, against the engine's own cost plus the requests on the critical path."""
    ours, engines, paths = [], [], []
    for number in range(RUNS):
        simulator.set_latency(0)
        stack = workspace.make_stack(simulator.company(f"latency-{number}"))
        simulator.set_latency(LATENCY_MS)
        ours.append(measure_seconds(stack.up))
        paths.append(measure_critical_path(stack.company))
        engines.append(measure_seconds(bare_stack.up))
        bare_stack.destroy()
    simulator.set_latency(0)
    floor = [engine + path for engine, path in zip(engines, paths, strict=True)]
    ratio = statistics.median(mine / least for mine, least in zip(ours, floor, strict=True))
    yield f"first up at {LATENCY_MS} ms a request", f"{statistics.median(ours):.2f} s", "", True
    yield f"  a bare program with {RESOURCES} trivial resources", f"{statistics.median(engines):.2f} s", "", True
    yield "  requests on the critical path", f"{statistics.median(paths):.2f} s", "", True
    yield "  ratio to both together", f"{ratio:.3f}", "1.15", ratio <= 1.15


def measure_critical_path(company: Company) -> float:
    """Seconds for which at least one request was under way: those that overlap count once."""
    starts = [(datetime.fromisoformat(row["at"]).timestamp(), row["ms"] / 1000) for row in company.requests()]
    spans = sorted((start, start + length) for start, length in starts)
    busy, until = 0.0, 0.0
    for start, end in spans:
        busy += max(0.0, end - max(start, until))
        until = max(until, end)
    return busy


def measure_imports() -> Iterator[Row]:
    program = measure_milliseconds("pulumi", "stacks.program")
    yield "imports of the program beyond `import pulumi`", f"{program:.0f} ms", "80", program <= 80
    vault = measure_milliseconds("pulumi, providers.core.settings", "providers.vault.connection")
    yield "  of it for vaults, where none is set", f"{vault:.1f} ms", "5", vault <= 5
    composition, engine = (measure_cpu_milliseconds(modules) for modules in ("providers.composition", "pulumi.dynamic"))
    share = composition / (COMPOSITION_BEFORE * engine)
    yield "processor time to import the composition", f"{composition:.0f} ms", "", True
    yield "  share of what it was with the engine in it", f"{share:.2f}", "0.60", share <= 0.60
    provider = measure_milliseconds("pulumi.dynamic", "providers.service, providers.http.wire")
    yield "imports of the provider process beyond the engine's", f"{provider:.0f} ms", "250", provider <= 250


def measure_bare(folder: Path) -> AnyStack:
    """A project of its own with nothing of ours in it, run by the same engine."""
    workspace = Workspace(folder / "bare", folder / "bare-backend")
    workspace.project.mkdir()
    workspace.backend.mkdir()
    (workspace.project / "Pulumi.yaml").write_text("name: bare\nruntime: python\n", encoding="utf-8")
    (workspace.project / "__main__.py").write_text(BARE_PROGRAM, encoding="utf-8")
    (workspace.project / "trivial.py").symlink_to(ROOT / "tests" / "bench" / "trivial.py")
    stack = AnyStack(workspace, "bare")
    stack.run_pulumi("stack", "init", stack.name)
    return stack


def get_last(company: Company) -> int:
    log = company.requests()
    return int(log[-1]["n"]) if log else 0


def measure_seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
