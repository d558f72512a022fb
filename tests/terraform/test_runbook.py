"""docs/runbooks/other-engine.md, played: a tenant with a vault moves with its key, and back with another."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.terraform_cli import DemoTerraform
from tests.engine.conftest import company as company
from tests.engine.conftest import make_stack as make_stack
from tests.engine.conftest import session_workspace as session_workspace
from tests.engine.conftest import workspace as workspace
from tests.engine.runbook import Page
from tests.engine.workspace import ROOT, Stack
from tests.stories.drifts import assert_as_wanted
from tests.terraform.workspace import Engine
from tests.vault.conftest import own_vault as own_vault
from tests.vault.server import OwnVault
from toolchain.terraform import EngineCommand

pytestmark = pytest.mark.direct


@pytest.fixture
def stack(make_stack: Callable[..., Stack], own_vault: OwnVault) -> Stack:
    made = make_stack()
    made.set("vault:url", f"vault://secret/umbrella/{made.name}")
    made.set("vault:address", own_vault.url)
    made.set_secret("vault:token", own_vault.token)
    made.up()
    (made.workspace.project / "terraform").symlink_to(ROOT / "terraform")
    return made


def install_command(engine: Engine, folder: Path) -> Path:
    """Put the engine onto a PATH, by its name."""
    folder.mkdir()
    command = folder / engine.name
    command.write_text(f'#!/bin/sh\nexec {shlex.join(engine.command)} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


def test_other_engine(stack: Stack, engine: Engine, own_vault: OwnVault, tmp_path: Path) -> None:
    page, site, home = Page("other-engine", stack), stack.company, tmp_path / "home"
    role, [first] = site.role()["id"], site.public_keys()
    home.mkdir()
    at = {"HOME": str(home), "PULUMI_HOME": str(Path.home() / ".pulumi")}
    page.play("python -m stacks terraform install", "The engine finds it with: export TF_CLI_CONFIG_FILE=", at=at)
    page.play("cp -r terraform/ ~/acme-terraform", at=at)
    there = home / f"{stack.name}-terraform"
    vault = {"vault:address": own_vault.url, "vault:token": own_vault.token}
    engine_command = EngineCommand("", engine.name, "", "", engine.command)
    configuration = home / ".terraform.d" / "umbrella-psa" / "cli.tfrc"
    tenant = DemoTerraform(engine_command, stack.name, there / "examples" / "tenant", configuration, site, vault)
    tenant.write_configuration(vault_url=f"vault://secret/umbrella/{stack.name}")
    command = install_command(engine, tmp_path / "bin")
    shell = {"HERE": str(tenant.folder), "PATH": f"{command}:{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}
    plain = dict.fromkeys(("TF_CLI_ARGS_plan", "TF_CLI_ARGS_apply"), "-no-color")  # as without a terminal
    at = tenant.make_environment() | at | shell | plain

    def play(command: str, *says: str, expect: int = 0) -> None:
        page.play(command, *says, expect=expect, at=at)

    page.play('python -m stacks terraform import-blocks acme > "$HERE/imports.tf"', at=shell)
    play('terraform -chdir="$HERE" init')
    play('terraform -chdir="$HERE" plan', "Plan: 8 to import, 0 to add, 0 to change, 0 to destroy.")
    play(
        'terraform -chdir="$HERE" apply -auto-approve',
        "Apply complete! Resources: 8 imported, 0 added, 0 changed, 0 destroyed.",
    )
    play('rm "$HERE/imports.tf"')
    play('terraform -chdir="$HERE" plan -detailed-exitcode', "No changes.")
    page.play("umask 077 && pulumi stack export -s acme --file acme-last.json")
    page.play("pulumi stack rm acme --force --preserve-config", "Stack 'acme' has been removed!")
    assert site.public_keys() == [first] == [site.sink()["publicKey"]]

    page.play("pulumi stack init acme")
    page.play("pulumi config set -s acme adopt identical")
    page.play("pulumi up -s acme", "+ 10 created")
    [second] = site.public_keys()
    assert second == site.sink()["publicKey"] != first
    play('terraform -chdir="$HERE" state rm module.tenant', "Successfully removed 8 resource instance(s).")
    page.play("pulumi config rm -s acme adopt")
    page.play("pulumi preview -s acme --expect-no-changes", "10 unchanged")
    page.is_played()
    assert site.role()["id"] == role
    assert site.dead_moments() == []
    assert_as_wanted(stack)
