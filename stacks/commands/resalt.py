"""resalt: older stacks take the salt that the fleet shares."""

from __future__ import annotations

import os

import click

from providers.core.errors import ProviderError
from providers.core.stack_file import FOLDER, locate_stack_file
from stacks.failures import Failures
from stacks.fleet.lock import hold_fleet
from stacks.fleet.options import add_selection
from stacks.fleet.passphrase import find_shared_salt, read_passphrase
from stacks.fleet.shared_salt import move_to_salt


@click.command("resalt")
@add_selection
def command(tenants: list[str]) -> int:
    """Move each TENANT to the salt that most of the project's stacks with this passphrase share.

    Its file is encrypted anew, with the same passphrase; its state follows when the engine next writes it, as by
    `up --force`. Sweeps then stretch the passphrase once for all.
    """
    passphrase, salt = read_passphrase(os.environ), find_shared_salt(FOLDER, os.environ)
    if passphrase is None or not salt:
        raise ProviderError(
            "no stack of the project opens with the passphrase at hand",
            next_step="set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to that of the fleet",
        )
    failures = Failures()
    with hold_fleet("resalt"):
        for tenant in tenants:
            with failures.collect(tenant):
                moved = move_to_salt(locate_stack_file(tenant), salt, passphrase)
                click.echo(f"{tenant}: has the shared salt {'now' if moved else 'already'}")
    return failures.code
