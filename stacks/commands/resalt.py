"""resalt: older stacks take the salt that the fleet shares."""

from __future__ import annotations

import os
import sys

import click

from providers.core.errors import SettingError
from providers.core.stack_file import FOLDER, locate_stack_file
from stacks.failures import Failures
from stacks.fleet.lock import hold_fleet
from stacks.fleet.options import add_selection
from stacks.fleet.passphrase import PASSPHRASE, find_shared_salt, make_missing_error, read_passphrase
from stacks.fleet.shared_salt import move_to_salt
from stacks.reports.output import print_line


@click.command("resalt")
@add_selection
def command(tenants: list[str]) -> int:
    """Move each TENANT to the salt that most of the project's stacks with this passphrase share.

    Its file is encrypted anew, with the same passphrase; its state follows when the engine next writes it, as by
    `up --force`. Sweeps then stretch the passphrase once for all.
    """
    passphrase = read_passphrase(os.environ)
    if passphrase is None:
        raise make_missing_error("the secrets that are to share a salt")
    if not (salt := find_shared_salt(FOLDER, os.environ)):
        raise SettingError(PASSPHRASE, "opens no stack of the project", next_step="set it to that of the fleet")
    failures = Failures()
    with hold_fleet("resalt"):
        for tenant in tenants:
            with failures.collect(tenant):
                moved = move_to_salt(locate_stack_file(tenant), salt, passphrase)
                print_line(f"{tenant}: has the shared salt {'now' if moved else 'already'}", sys.stdout)
    return failures.code
