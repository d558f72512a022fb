"""export: copy a tenant's key pair to another place."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Literal

import click

from providers.core.errors import ProviderError, SettingError
from providers.vault.escrow import Escrow, get_generation
from providers.vault.export import STDOUT, export_key, refuse_output
from stacks.completion import complete_tenants
from stacks.exit_codes import CLEAN
from stacks.fleet.selection import refuse_unknown
from stacks.fleet.stored import make_reader
from stacks.pulumi_cli import PulumiCli
from stacks.tenant_session import TenantSession, open_session


@click.command("export")
@click.argument("tenant", shell_complete=complete_tenants)
@click.option("--to", "to", metavar="URL", required=True, help="a vault, as in vault:url, or - for standard output")
@click.option("--format", "form", type=click.Choice(["json", "env"]), default="json", help="for - and age:// files")
@click.option("--show-secret", is_flag=True, help="needed with -: whatever reads standard output gets the private key")
def command(tenant: str, to: str, form: Literal["json", "env"], show_secret: bool) -> int:
    """Copy the key pair of TENANT to a vault or a file, or to standard output.

    What the copy is kept in is not watched: only the stack's own vault is (vault:url).
    """
    refuse_unknown([tenant])
    if to == STDOUT:
        refuse_output(show_secret)  # before anything is decrypted
    session = open_session(tenant, make_reader(PulumiCli(), os.environ)(tenant))
    escrow = make_escrow(session)
    try:
        done = export_key(
            escrow, to, session.tenant.vault, form=form, show_secret=show_secret, output=sys.stdout, by=_get_user()
        )
    except SettingError as wrong:
        if wrong.setting != "vault:url":
            raise
        # An address is an address; here it came from the command line.
        raise SettingError(**{**wrong.fields(), "setting": "--to"}) from None
    print(done.audit, file=sys.stderr)
    return CLEAN


def _get_user() -> str:
    """Name the user for the audit line; a container's may have a number only."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def make_escrow(session: TenantSession) -> Escrow:
    """Take the pair that the state holds. Raises `ProviderError` when there is none."""
    # Not the stack's outputs: while a rotation waits for a person they are still the old key's.
    tenant, key = session.tenant, session.state.key
    if key is None or not key.outputs.private_key.get_secret_value():
        raise ProviderError(
            f"{tenant.name}: its state holds no key yet", next_step=f"run `pulumi up -s {tenant.name}` first"
        )
    return Escrow(
        company_id=tenant.connectwise.company_id,
        site=tenant.connectwise.site,
        public_key=key.outputs.public_key,
        private_key=key.outputs.private_key,
        key_id=key.id,
        # Of the key that the state holds: `rotate` may have been changed since.
        generation=get_generation(key.outputs.rotate, key.outputs.minted_on),
        created_at=key.outputs.minted_on,
        tenant=tenant.name,
    )
