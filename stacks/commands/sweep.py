"""sweep: every tenant's drift without starting an engine."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from stacks.fleet.options import Fleet, add_fleet_options
from stacks.fleet.stored import make_reader
from stacks.fleet.sweep import sweep
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun
from stacks.reports.options import Reports
from stacks.reports.table import print_row


@click.command("sweep")
@add_fleet_options
def command(fleet: Fleet, reports: Reports) -> int:
    """Tell each TENANT's drift, in the words of `pulumi preview`, and change nothing.

    Settings, state and what is live are compared without an engine. Exits 7 when one is not as wanted or waits for a
    person, 1 when one could not be looked at.
    """
    run = FleetRun(verb="sweep")
    for row in sweep(fleet.tenants, make_reader(PulumiCli(), os.environ), os.environ, fleet.jobs):
        run.rows.append(row)
        print_row(reports, row)
    run.ended_at = datetime.now(UTC)
    reports.tell(f"\n{run.summarize()}, in {(run.ended_at - run.begun_at).total_seconds():.1f} s.")
    reports.write(run)
    return run.exit_code
