"""sweep: every tenant's drift without starting an engine."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

import click

from stacks.fleet.limits import Limits
from stacks.fleet.options import TEMPORAL, Fleet, add_fleet_options, add_runner_option
from stacks.fleet.running import report_run
from stacks.fleet.stored import StoredStack, make_reader
from stacks.fleet.sweep import sweep
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports
from stacks.reports.progress import show_progress


@click.command("sweep")
@add_fleet_options
@add_runner_option
def command(fleet: Fleet, reports: Reports) -> int:
    """Tell each TENANT's drift, in the words of `pulumi preview`, and change nothing.

    Settings, state and what is live are compared without an engine. Exits 7 when one is not as wanted or waits for a
    person, 1 when one could not be looked at.
    """
    return report_run(
        _sweep_elsewhere(fleet, reports) if fleet.runner == TEMPORAL else _sweep_here(fleet, reports), reports
    )


def _sweep_elsewhere(fleet: Fleet, reports: Reports) -> FleetRun:
    from stacks.fleet.temporal import runner as remote  # an extra, which nobody else needs

    return remote.carry_out("sweep", fleet, reports, Limits(fleet.jobs, len(fleet.tenants)))


def _sweep_here(fleet: Fleet, reports: Reports) -> FleetRun:
    run, read, begun = FleetRun(verb="sweep"), make_reader(PulumiCli(), os.environ), monotonic()
    begun_at: dict[str, float] = {}
    with show_progress(reports, "sweep", [len(fleet.tenants)]) as progress:

        def begin(tenant: str) -> StoredStack:
            begun_at[tenant] = monotonic() - begun
            progress.begin(tenant)
            return read(tenant)

        with suppress(KeyboardInterrupt):
            for row in sweep(fleet.tenants, begin, os.environ, fleet.jobs):
                run.rows.append(row.but(begun=begun_at[row.tenant]))
                progress.end(row)
        # Ctrl-C: what was seen is reported, and who was not looked at.
        seen = {row.tenant for row in run.rows}
        run.rows += [Row(tenant=tenant, verdict="stopped") for tenant in fleet.tenants if tenant not in seen]
    run.ended_at = datetime.now(UTC)
    return run
