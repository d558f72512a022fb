"""A tenant that Pulumi made moves to Terraform by import blocks: with a vault its key stays as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.conftest import company as company
from tests.engine.conftest import make_stack as make_stack
from tests.engine.conftest import session_workspace as session_workspace
from tests.engine.conftest import workspace as workspace
from tests.engine.workspace import Stack
from tests.terraform.workspace import Workspace
from tests.vault.conftest import own_vault as own_vault
from tests.vault.server import OwnVault

pytestmark = pytest.mark.direct


@pytest.mark.parametrize("with_vault", [True, False], ids=["with_a_vault", "without_one"])
def test_a_tenant_moves_from_pulumi_without_a_gap(
    make_stack: Callable[..., Stack],
    make_tenant: Callable[..., Workspace],
    own_vault: OwnVault,
    with_vault: bool,
) -> None:
    stack = make_stack()
    place = f"vault://secret/umbrella/{stack.name}"
    if with_vault:
        stack.set("vault:url", place)
        stack.set("vault:address", own_vault.url)
        stack.run_pulumi("config", "set", "-s", stack.name, "--secret", "vault:token", own_vault.token)
    stack.up()
    company = stack.company
    [before] = company.public_keys()
    blocks = stack.run_command("terraform", "import-blocks", stack.name).text
    assert blocks.count("import {") == (8 if with_vault else 7)

    tenant = make_tenant(company, stack.name, **({"vault__url": place} if with_vault else {}))
    if with_vault:
        tenant.environment |= {
            "UMBRELLA_PSA_VAULT_ADDRESS": own_vault.url,
            "UMBRELLA_PSA_VAULT_TOKEN": own_vault.token,
        }
    (tenant.folder / "imports.tf").write_text(blocks, encoding="utf-8")
    plan = tenant.preview(expect=2)
    assert plan.count("0 to add") == 1, plan.text
    assert plan.count("0 to destroy") == 1, plan.text
    tenant.up()
    tenant.preview(expect=0)
    assert company.public_keys() == [company.sink()["publicKey"]]
    assert (company.public_keys() == [before]) is with_vault
    assert company.dead_moments() == []
    # They are ours, and go with the tenant.
    tenant.destroy()
    assert company.sink()["publicKey"] is None
    assert [role for role in company.ask("GET", "")["roles"] if role["name"] == "Umbrella"] == []


def test_a_tenant_moves_back_with_one_rotation_and_no_dead_moment(
    make_stack: Callable[..., Stack], make_tenant: Callable[..., Workspace]
) -> None:
    stack = make_stack()
    company = stack.company
    tenant = make_tenant(company, stack.name)
    tenant.up()
    role, [before] = company.role()["id"], company.public_keys()
    stack.set("adopt", "identical")
    stack.up()
    [after] = company.public_keys()
    assert after == company.sink()["publicKey"] != before
    assert company.role()["id"] == role
    assert company.dead_moments() == []
    stack.preview(expect=0)
