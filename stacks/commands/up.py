"""up: bring tenants to their settings, in waves."""

from __future__ import annotations

import click

from stacks.fleet.limits import Limits
from stacks.fleet.options import Fleet, add_fleet_options, add_runner_option, add_waves_options
from stacks.fleet.running import run_fleet
from stacks.reports.options import Reports


@click.command("up")
@click.option("--force", is_flag=True, help="start the engine also for tenants that are as wanted")
@add_fleet_options
@add_runner_option
@add_waves_options
def command(fleet: Fleet, reports: Reports, limits: Limits, force: bool, dry_run: bool) -> int:
    """Bring each TENANT to its settings: one first, then a tenth of them, then the rest.

    All are looked at first, and the engine starts only for those that differ. Cut off, the same command goes on where
    it was. Exits 7 when a step waits for a person, 1 when a tenant failed, 8 when it was interrupted.
    """
    return run_fleet("up", fleet, reports, limits, force=force, dry_run=dry_run)
