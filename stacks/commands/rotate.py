"""rotate: a new API key for each of these tenants, and when the old one died."""

from __future__ import annotations

import os

import click

from providers.core.configuration import to_environment_name
from providers.core.errors import SettingError
from stacks.fleet.limits import Limits
from stacks.fleet.options import Fleet, add_fleet_options, add_runner_option, add_waves_options
from stacks.fleet.rotation import SETTING
from stacks.fleet.running import run_fleet
from stacks.reports.options import Reports


@click.command("rotate")
@click.option("--older-than", type=click.IntRange(0), metavar="DAYS", help="only keys that are older; others stay")
@add_fleet_options
@add_runner_option
@add_waves_options
def command(fleet: Fleet, reports: Reports, limits: Limits, older_than: int | None, dry_run: bool) -> int:
    """Replace the API key of each TENANT: one first, then a tenth of them, then the rest.

    The setting `rotate` gets a new generation and the engine runs: mint, escrow, proof, Umbrella, and only then the old
    key is revoked. A rotation that was interrupted is finished, not begun again. Exits 7 when a person has to go on.
    """
    if (name := to_environment_name(SETTING)) in os.environ:
        raise SettingError(SETTING, f"{name} is set and would win over every new generation", next_step="unset it")
    return run_fleet("rotate", fleet, reports, limits, older_than=older_than, dry_run=dry_run)
