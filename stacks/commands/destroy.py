"""destroy: take away what was made for tenants."""

from __future__ import annotations

import click

from stacks.fleet.limits import Limits
from stacks.fleet.options import Fleet, add_fleet_options, add_runner_option, add_waves_options
from stacks.fleet.running import run_fleet
from stacks.fleet.selection import confirm_taking_away
from stacks.reports.options import Reports


@click.command("destroy")
@click.option("--yes", is_flag=True, help="destroy one tenant without asking")
@click.option("--confirm", type=int, metavar="N", help="how many tenants that is, when more than one")
@add_fleet_options
@add_runner_option
@add_waves_options
def command(fleet: Fleet, reports: Reports, limits: Limits, yes: bool, confirm: int | None, dry_run: bool) -> int:
    """Take away what was made for each TENANT: Umbrella's integration, key, role; the member stays, inactive."""
    if not dry_run:
        confirm_taking_away(fleet.tenants, "destroy", yes=yes, confirmed=confirm)
    return run_fleet("destroy", fleet, reports, limits, dry_run=dry_run)
