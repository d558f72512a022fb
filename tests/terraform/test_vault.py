"""With a vault the private half is in no state, backup, saved plan or log, and nothing is lost with the entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.workspace import Workspace
from tests.vault.conftest import own_vault as own_vault
from tests.vault.server import OwnVault

PATH = "umbrella/acme"
PLACE = f"vault://secret/{PATH}"


@pytest.fixture
def tenant(make_tenant: Callable[..., Workspace], own_vault: OwnVault) -> Workspace:
    made = make_tenant(vault__url=PLACE)
    made.environment |= {
        "UMBRELLA_PSA_VAULT_ADDRESS": own_vault.url,
        "UMBRELLA_PSA_VAULT_TOKEN": own_vault.token,
    }
    return made


def read_entry(server: OwnVault) -> dict[str, Any]:
    entry: dict[str, Any] = server.ask("GET", f"secret/data/{PATH}")["data"]["data"]
    return entry


def assert_escrowed(tenant: Workspace, server: OwnVault) -> None:
    """The vault has the key that Umbrella has, whole, and nobody else has its private half."""
    company, entry = tenant.company, read_entry(server)
    assert [entry["publicKey"]] == company.public_keys() == [company.sink()["publicKey"]]
    assert entry["privateKey"] in company.private_keys()
    assert tenant.find_leaks() == []
    assert company.dead_moments() == []


def test_no_private_half_is_left_anywhere_by_a_life_with_a_vault(tenant: Workspace, own_vault: OwnVault) -> None:
    made = tenant.up()
    assert made.count("Resources: 8 added") == 1
    assert_escrowed(tenant, own_vault)
    assert tenant.read_outputs()["private_key"] is None
    tenant.preview(expect=0)

    tenant.set("rotate", "2")
    log = tenant.folder / "trace.log"
    tenant.run("plan", "-no-color", "-out=saved.plan", TF_LOG="trace", TF_LOG_PATH=str(log))
    tenant.run("apply", "-no-color", "saved.plan", TF_LOG="trace", TF_LOG_PATH=str(log))
    assert log.stat().st_size > 0
    assert_escrowed(tenant, own_vault)
    tenant.preview(expect=0)

    old = tenant.company.sink()["publicKey"]
    own_vault.ask("DELETE", f"secret/metadata/{PATH}")
    lost = tenant.preview(expect=2)
    assert lost.count(f"The API key {old} is not in the vault any more, and its private half nowhere else;") == 1
    tenant.up()
    assert_escrowed(tenant, own_vault)
    assert tenant.company.sink()["publicKey"] != old

    old = tenant.company.sink()["publicKey"]
    own_vault.ask("POST", f"secret/data/{PATH}", {"data": {"strange": "value"}})
    changed = tenant.preview(expect=2)
    assert changed.count(f"The vault secret {PLACE} holds another value in version 2") == 1
    tenant.up()
    assert_escrowed(tenant, own_vault)
    assert tenant.company.sink()["publicKey"] != old
    tenant.preview(expect=0)
    tenant.destroy()
    assert tenant.find_leaks() == []


def test_a_place_that_somebody_uses_is_refused_and_nothing_is_made(tenant: Workspace, own_vault: OwnVault) -> None:
    taken = "umbrella/taken"
    own_vault.ask("POST", f"secret/data/{taken}", {"data": {"strange": "value"}})
    tenant.set("vault:url", f"vault://secret/{taken}")
    refused = tenant.preview(expect=1)
    assert refused.count(f"the vault holds a secret at vault://secret/{taken} already") == 1
    assert [request for request in tenant.company.requests() if request["method"] != "GET"] == []


def test_a_vault_that_is_set_later_takes_the_pair_and_one_that_is_given_up_means_a_new_key(
    tenant: Workspace, own_vault: OwnVault
) -> None:
    path = "umbrella/later"
    place = tenant.variables.pop("vault_url").replace(PATH, path)
    tenant.up()
    company = tenant.company
    [first] = company.public_keys()
    tenant.set("vault:url", place)
    assert tenant.preview(expect=2).count("1 to add") == 1
    tenant.up()
    assert own_vault.ask("GET", f"secret/data/{path}")["data"]["data"]["publicKey"] == first
    assert company.public_keys() == [first] == [company.sink()["publicKey"]]
    assert tenant.read_outputs()["private_key"] is None
    tenant.preview(expect=0)

    del tenant.variables["vault_url"]
    given_up = tenant.preview(expect=2)
    assert given_up.count(f"The API key {first} has no private half on record;") == 1
    tenant.up()
    [second] = company.public_keys()
    assert second == company.sink()["publicKey"] != first
    assert tenant.read_outputs()["private_key"] in company.private_keys()
    assert company.dead_moments() == []
    tenant.preview(expect=0)


def test_a_vault_that_can_not_be_read_is_refused_before_anything_is_made(
    make_tenant: Callable[..., Workspace], tmp_path: Path
) -> None:
    recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    tenant = make_tenant(vault__url=f"age://{tmp_path}/key.age?recipient={recipient}")
    refused = tenant.preview(expect=1)
    assert refused.count("can be written and not read back") == 1
    assert [request for request in tenant.company.requests() if request["method"] != "GET"] == []


@pytest.mark.parametrize(("on_destroy", "left"), [("keep", 200), ("delete", 404)])
def test_a_destroy_does_with_the_entry_as_it_is_told(
    make_tenant: Callable[..., Workspace], own_vault: OwnVault, on_destroy: str, left: int
) -> None:
    path = f"umbrella/to-{on_destroy}"
    tenant = make_tenant(vault__url=f"vault://secret/{path}", vault__onDestroy=on_destroy)
    tenant.set("vault:address", own_vault.url)
    tenant.set_secret("vault:token", own_vault.token)
    tenant.up()
    tenant.preview(expect=0)
    own_vault.ask("GET", f"secret/data/{path}")
    tenant.destroy()
    own_vault.ask("GET", f"secret/data/{path}", expect=left)
    assert tenant.company.sink()["publicKey"] is None
    assert tenant.company.dead_moments() == []
