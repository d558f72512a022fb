"""What a sweep costs in processor time for one tenant of many, beside other ways to look at the same objects."""

from __future__ import annotations

import gc
import os
import shlex
import subprocess
from collections.abc import Iterator

from stacks.fleet.backends import open_backend
from stacks.fleet.stored import read_stack
from stacks.fleet.sweep import sweep_tenant
from tests.bench.cold import Baseline
from tests.bench.cpu import measure_cpu
from tests.bench.processes import WideSimulator
from tests.bench.table import Row
from tests.engine.workspace import PASSPHRASE, Stack, Workspace

WIDE = 225
"""Rows of a role: as many as the largest list that was seen; the simulator's own list has about 120."""
BATCH, BATCHES = 15, 8


def measure_sweeps(workspace: Workspace, stack: Stack, base: Baseline, restapi: str | None) -> Iterator[Row]:
    """Measure a sweep of a site's usual number of rows and of many, and how often it fits into what others take."""
    usual = measure_sweep(stack)
    yield from _compare("processor time of a sweep, each tenant", usual, 15, base)
    with WideSimulator(WIDE) as simulator:
        wide = workspace.make_stack(simulator.company("wide"))
        wide.up()
        yield from _compare(f"processor time of a sweep with {WIDE} rows, each tenant", measure_sweep(wide), 17, base)
    if restapi is None:
        yield "OpenTofu with restapi, planning the same objects", "not measured", "", True
        return
    other = measure_restapi(restapi, stack)
    yield "OpenTofu with restapi, planning the same objects", f"{other:.2f} s", "", True
    yield "  sweeps in the same time", f"{other / usual:.0f}", "8", other / usual >= 8


def _compare(what: str, sweep: float, limit: int, base: Baseline) -> Iterator[Row]:
    yield what, f"{sweep * 1000:.1f} ms", f"{limit} ms", sweep * 1000 <= limit
    times = base.cold / sweep
    yield "  sweeps in the time of one cold preview of the base", f"{times:.0f}", "150", times >= 150


def measure_sweep(stack: Stack) -> float:
    """Measure seconds of processor time for one tenant of many, whose salt is stretched once and not counted.

    Other load only adds to it: the least of some batches counts.
    """
    place = stack.workspace
    backend = open_backend(place.backend_url)
    # The budget decides the wall time, not the processor's.
    environment = {**os.environ, "UMBRELLA_PSA_CONNECTWISE_REQUESTS_PER_SECOND": "1000"}

    def look() -> None:
        row = sweep_tenant(
            stack.name, lambda name: read_stack(name, backend, PASSPHRASE, place.project / "stacks"), environment
        )
        if row.verdict != "clean":
            raise SystemExit(f"a sweep of an unchanged tenant says {row.verdict}: {row.sentences}")

    def look_often() -> None:
        for _ in range(BATCH):
            look()

    look_often()
    gc.collect()
    gc.freeze()  # the engine's modules, which the bench has and a sweep has not, are none that it would look through
    return min(measure_cpu(look_often, runs=1, warm_up=False) for _ in range(BATCHES)) / BATCH


def measure_restapi(command: str, stack: Stack) -> float:
    """Measure a command that plans this tenant's objects, found by variables `BENCH_…`; it must end with 0."""
    company, credentials = stack.company, stack.company.credentials
    environment = {
        "BENCH_SITE": str(credentials["site"]),
        "BENCH_COMPANY": company.id,
        "BENCH_CLIENT_ID": str(credentials["clientId"]),
        "BENCH_PUBLIC_KEY": str(credentials["publicKey"]),
        "BENCH_PRIVATE_KEY": str(credentials["privateKey"]),
        "BENCH_ROLE_ID": str(company.role()["id"]),
        "BENCH_MEMBER_ID": str(company.member()["id"]),
    }
    return measure_cpu(
        lambda: subprocess.run(
            shlex.split(command), env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL
        )
    )
