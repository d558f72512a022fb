"""What can't be replaced, and vaults that can't be worked with: one sentence each, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.terraform.engines import Engine
from tests.terraform.test_refusals import list_writes
from tests.terraform.workspace import Workspace
from tests.vault.conftest import own_vault as own_vault
from tests.vault.server import OwnVault


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("security_role", "a security role is never replaced by one of the same name: a site has no room for two;"),
        ("permission_set", "a permission set is never replaced as a whole: its role would be bare meanwhile;"),
        ("api_member", "an API member is never replaced by one of the same identifier: a site has no room for two;"),
        ("psa_integration", "a PSA integration is never replaced as a whole: Umbrella would be without a key"),
    ],
)
def test_what_can_not_be_destroyed_before_it_is_made_again_is_not_replaced(
    tenant: Workspace, name: str, says: str
) -> None:
    before = list_writes(tenant)
    refused = tenant.up(f"-replace=module.tenant.umbrellapsa_{name}.this", expect=1)
    assert (refused.count(says), refused.text.count("Error: ")) == (1, 1)
    assert list_writes(tenant) == before
    tenant.preview(expect=0)


def make_with_vault(make_tenant: Callable[..., Workspace], vault: OwnVault, path: str, token: str) -> Workspace:
    tenant = make_tenant()
    tenant.variables["vault_url"] = f"vault://secret/{path}"
    tenant.environment |= {"UMBRELLA_PSA_VAULT_ADDRESS": vault.url, "UMBRELLA_PSA_VAULT_TOKEN": token}
    return tenant


def test_a_vault_that_lets_us_write_and_not_read_is_refused_before_anything_is_made(
    make_tenant: Callable[..., Workspace], own_vault: OwnVault
) -> None:
    path = "umbrella/write-only"
    own_vault.write_policy("write-only", {f"secret/data/{path}": ["create", "update"]})
    tenant = make_with_vault(make_tenant, own_vault, path, own_vault.make_token("write-only"))
    refused = tenant.preview(expect=1)
    says = f"the vault's policy does not let us read vault://secret/{path}: it must grant read on secret/data/{path}"
    assert (refused.count(says), refused.text.count("Error: ")) == (1, 1)
    assert list_writes(tenant) == []


def test_a_sealed_vault_stops_a_run_and_the_tenant_stays_as_it_is(
    make_tenant: Callable[..., Workspace], own_vault: OwnVault, engine: Engine
) -> None:
    tenant = make_with_vault(make_tenant, own_vault, f"umbrella/sealed-{engine.name}", own_vault.token)
    tenant.up()
    before = list_writes(tenant)
    own_vault.seal()
    refused = tenant.up(expect=1)
    own_vault.unseal()
    assert refused.text.count("is sealed; unseal it and run again.") == refused.text.count("Error: ") == 1
    assert list_writes(tenant) == before
    tenant.preview(expect=0)
