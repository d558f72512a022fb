"""What many tenants cost in processor time: a warm engine beside a cold one, and a sweep."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Callable, Iterator
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from providers.engines.pulumi.warm import WarmEngine
from providers.http.budget import Budget
from simulator.remote import RemoteSimulator
from stacks.fleet.backends import open_backend
from stacks.fleet.stored import read_stack
from stacks.fleet.sweep import sweep_tenant
from stacks.program import declare
from tests.engine.workspace import PASSPHRASE, Stack, Workspace

RUNS = 5
SWEEPS = 60
Row = tuple[str, str, str, bool]


def measure_fleet(workspace: Workspace, simulator: RemoteSimulator) -> Iterator[Row]:
    """Measure an unchanged preview, cold, as our verbs start it and warm, and a sweep of the same tenant."""
    stack = workspace.make_stack(simulator.company("fleet"))
    stack.up()
    engine = WarmEngine(declare)
    cold = measure_cpu(stack.preview)
    verb = measure_cpu(lambda: stack.preview(PULUMI_RUN_PROGRAM="true"))
    warm = measure_cpu(lambda: preview_warm(engine, stack))
    yield "processor time of a cold, unchanged preview", f"{cold:.2f} s", "", True
    yield "  as our verbs start it", f"{verb:.2f} s", "", True
    yield "  warm", f"{warm:.2f} s", "0.65 s", warm <= 0.65
    yield "  warm, share of the cold one", f"{warm / cold:.2f}", "", True
    sweep = measure_sweep(stack)
    yield "processor time of a sweep, each tenant", f"{sweep * 1000:.1f} ms", "15", sweep * 1000 <= 15
    yield "  cold previews in the same time", f"{cold / sweep:.0f}", "150", cold / sweep >= 150


def preview_warm(engine: WarmEngine, stack: Stack) -> None:
    """Preview as the fleet does."""
    code = engine.run(
        ["preview", "--expect-no-changes", "-s", stack.name, "--non-interactive"],
        folder=stack.workspace.project,
        environment={**stack.workspace.make_environment(), "PULUMI_RUN_PROGRAM": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if code:
        raise SystemExit(f"a warm preview of an unchanged tenant ended with {code}")


def measure_sweep(stack: Stack) -> float:
    """Measure seconds of processor time for one tenant of many, whose salt is stretched once and not counted."""
    place = stack.workspace
    backend = open_backend(place.backend_url)
    # The budget decides the wall time, not the processor's.
    Budget.for_site(stack.company.settings()["connectwise:site"], 1e6, 10**6)

    def look() -> None:
        row = sweep_tenant(
            stack.name, lambda name: read_stack(name, backend, PASSPHRASE, place.project / "stacks"), os.environ
        )
        if row.verdict != "clean":
            raise SystemExit(f"a sweep of an unchanged tenant says {row.verdict}: {row.sentences}")

    look()
    before = getrusage(RUSAGE_SELF)
    for _ in range(SWEEPS):
        look()
    after = getrusage(RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / SWEEPS


def measure_cpu(run: Callable[[], object], *, runs: int = RUNS, warm_up: bool = True) -> float:
    """Measure the median of seconds of processor time, in this process and in all that it started and waited for."""
    if warm_up:
        run()
    times = []
    for _ in range(runs):
        before = sum_cpu()
        run()
        times.append(sum_cpu() - before)
    return statistics.median(times)


def sum_cpu() -> float:
    """Add up what this process and its ended children have used, in seconds."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
