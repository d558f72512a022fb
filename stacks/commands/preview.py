"""preview: what the engine would do to tenants."""

from __future__ import annotations

import click

from stacks.fleet.limits import Limits
from stacks.fleet.options import Fleet, add_fleet_options, add_runner_option
from stacks.fleet.running import run_fleet
from stacks.reports.options import Reports


@click.command("preview")
@add_fleet_options
@add_runner_option
def command(fleet: Fleet, reports: Reports) -> int:
    """Let the engine say what an `up` would do to each TENANT. `sweep` says the same, much faster.

    Exits 7 when one is not as wanted.
    """
    return run_fleet("preview", fleet, reports, Limits(fleet.jobs, len(fleet.tenants)))
