"""terraform: this product under Terraform or OpenTofu, and tenants that move there (docs/terraform.md)."""

from __future__ import annotations

import os
from pathlib import Path

import click

from stacks.exit_codes import CLEAN
from stacks.fleet.selection import refuse_unknown
from stacks.fleet.stored import make_reader
from stacks.project import read_version, resolve_path
from stacks.pulumi_cli import PulumiCli
from stacks.terraform_imports import format_imports
from stacks.terraform_mirror import make_requirement, write_mirror


@click.group("terraform")
def command() -> None:
    """Serve the same objects to Terraform or OpenTofu: the provider, and what moves a tenant there."""


@command.command("install", short_help="write a mirror with the provider for an engine")
@click.option(
    "--mirror",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default="~/.terraform.d/umbrella-psa",
    show_default=True,
    help="where the filesystem mirror goes",
)
def install(mirror: Path) -> int:
    """Write a filesystem mirror with this installation's provider, and say how a configuration names it."""
    version = read_version()
    file = write_mirror(resolve_path(mirror.expanduser()), version)
    click.echo(f"{make_requirement(version)}\nThe engine finds it with: export TF_CLI_CONFIG_FILE={file}")
    return CLEAN


@command.command("import-blocks", short_help="print what moves a tenant there")
@click.argument("tenant")
@click.option("--module", default="module.tenant", show_default=True, help="where the module is in the configuration")
def import_blocks(tenant: str, module: str) -> int:
    """Print the import blocks by which TENANT, as Pulumi's state has it, becomes a Terraform configuration's.

    They hold no secret. With a vault its key stays as it is; without one the first apply puts a new one in its place.
    """
    refuse_unknown([tenant])
    state = make_reader(PulumiCli(), os.environ)(tenant).read_state()
    click.echo(format_imports(state, module), nl=False)
    return CLEAN
