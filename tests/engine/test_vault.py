"""The key in a vault, through the real engine: escrow before use, rotation, drift, faults. The server is a real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.remote import Company
from tests.engine.workspace import Stack
from tests.vault.conftest import age_command as age_command
from tests.vault.conftest import age_place as age_place
from tests.vault.conftest import own_vault as own_vault
from tests.vault.locations import AgePlace
from tests.vault.proxy import Proxy
from tests.vault.server import OwnVault

pytestmark = pytest.mark.recorded


class VaultedStack:
    """A stack with a vault, and the vault's own view of it."""

    def __init__(self, stack: Stack, server: OwnVault, proxy: Proxy) -> None:
        self.stack, self.server, self.proxy = stack, server, proxy
        self.path = f"umbrella/{stack.name}"
        stack.set("vault:url", f"vault://secret/{self.path}")
        stack.set("vault:address", proxy.url)
        stack.set_secret("vault:token", server.token)

    def list_versions(self) -> list[dict[str, Any]]:
        found = self.server.ask("GET", f"secret/metadata/{self.path}")["data"]["versions"]
        read = f"secret/data/{self.path}?version="
        return [self.server.ask("GET", read + number)["data"]["data"] for number in sorted(found, key=int)]

    def count_requests(self, run: Callable[[], object]) -> list[str]:
        """What the vault is asked meanwhile."""
        self.proxy.asked.clear()
        run()
        return [str(asked) for asked in self.proxy.asked]


@pytest.fixture
def vaulted(make_stack: Callable[..., Stack], own_vault: OwnVault) -> Iterator[VaultedStack]:
    proxy = Proxy(own_vault.url)
    stack = make_stack()
    yield VaultedStack(stack, own_vault, proxy)
    proxy.stop()
    assert own_vault.token not in "".join(stack.seen)
    assert stack.company.dead_moments() == []


def list_live_keys(company: Company) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = company.member()["keys"]
    return keys


def list_members(company: Company) -> list[str]:
    return [row["identifier"] for row in company.ask("GET", "")["apiMembers"]]


def test_a_tenants_life_with_a_vault(vaulted: VaultedStack) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    stack.up()
    (first,) = vaulted.list_versions()
    assert first["publicKey"] == company.sink()["publicKey"] == list_live_keys(company)[0]["publicKey"]
    assert first["privateKey"] in company.private_keys()
    assert (first["companyId"], first["tenant"], first["keyId"]) == (
        company.id,
        stack.name,
        list_live_keys(company)[0]["id"],
    )
    assert stack.read_outputs()["vaultReference"] == f"vault://secret/{vaulted.path}"

    assert len(vaulted.count_requests(lambda: stack.preview(expect=0))) == 1

    stack.set("rotate", "spring")
    assert stack.list_changed()["vault"] == "update"
    asked = vaulted.count_requests(stack.up)
    path = f"/v1/secret/{{}}/{vaulted.path}"
    refresh, *rotation = asked
    assert refresh == f"GET {path.format('metadata')}"
    assert rotation == [
        "POST /v1/sys/capabilities-self",
        f"POST {path.format('data')}",
        f"PATCH {path.format('metadata')}",
    ]
    old, new = vaulted.list_versions()
    assert old == first
    assert new["publicKey"] == company.sink()["publicKey"] != first["publicKey"]
    assert len(list_live_keys(company)) == 1
    stack.preview(expect=0)

    vaulted.server.ask("POST", f"secret/data/{vaulted.path}", {"data": {"strange": "value"}})
    drifted = stack.preview(expect=7)
    told = (
        f"The vault secret vault://secret/{vaulted.path} holds another value in version 3, which this stack did "
        "not write"
    )
    assert told in drifted.text
    assert stack.list_changed() == {"vault": "update"}
    stack.up()
    assert vaulted.list_versions()[-1] == new
    stack.preview(expect=0)

    vaulted.server.ask("DELETE", f"secret/metadata/{vaulted.path}")
    assert "was deleted; `pulumi up` puts the key there again" in stack.preview(expect=7).text
    stack.up()
    assert vaulted.list_versions() == [new]
    assert company.sink()["publicKey"] == new["publicKey"]

    stack.destroy()
    assert vaulted.list_versions() == [new]


def test_a_sealed_vault_stops_before_a_key_is_minted(vaulted: VaultedStack) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    vaulted.server.seal()
    try:
        assert "is sealed; unseal it and run again" in stack.up(expect=1).text
        assert list_members(company) == ["PSAProvision"]
    finally:
        vaulted.server.unseal()
    stack.up()
    before = list_live_keys(company)
    stack.set("rotate", "spring")
    vaulted.server.seal()
    try:
        assert "is sealed" in stack.up(expect=1).text
        assert list_live_keys(company) == before
    finally:
        vaulted.server.unseal()
    stack.up()
    assert len(vaulted.list_versions()) == 2


def test_a_rotation_to_a_place_that_somebody_uses_mints_nothing(vaulted: VaultedStack) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    stack.up()
    before = list_live_keys(company)
    moved = f"{vaulted.path}-moved"
    vaulted.server.ask("POST", f"secret/data/{moved}", {"data": {"password": "of another system"}})
    stack.set("vault:url", f"vault://secret/{moved}")
    stack.set("rotate", "spring")
    failed: list[str] = []
    asked = vaulted.count_requests(lambda: failed.append(stack.up(expect=1).text))
    assert "already, which is not a key of this project; choose another vault:url" in failed[0]
    assert {line.partition(" ")[0] for line in asked} == {"GET"}
    assert list_live_keys(company) == before
    stack.set("vault:url", f"vault://secret/{vaulted.path}-free")
    stack.up()
    assert (
        vaulted.server.ask("GET", f"secret/data/{vaulted.path}-free")["data"]["data"]["publicKey"]
        == (company.sink()["publicKey"])
    )
    assert len(list_live_keys(company)) == 1
    stack.preview(expect=0)


def test_a_key_moves_to_another_kind_of_vault(vaulted: VaultedStack, age_place: AgePlace) -> None:
    stack = vaulted.stack
    stack.set("vault:onDestroy", "delete")
    stack.up()
    (old,) = vaulted.list_versions()
    stack.set("vault:url", age_place.url)
    for setting in ("address", "token"):
        stack.unset(f"vault:{setting}")
    for flags in ([], [], ["--run-program"]):  # the second and the third begin with a row that waits for its deletion
        failed = stack.up(*flags, expect=1)
        assert "set VAULT_ADDR and VAULT_TOKEN in the environment of this one run" in failed.text
        assert vaulted.list_versions() == age_place.list_values() == [old]
    stack.up(VAULT_ADDR=vaulted.proxy.url, VAULT_TOKEN=vaulted.server.token)
    assert vaulted.server.ask("GET", f"secret/data/{vaulted.path}", expect=404)["data"]["data"] is None
    stack.preview(expect=0)
    assert age_place.list_values() == [old]


def test_the_sink_waits_for_the_vault(vaulted: VaultedStack) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    stack.up()
    held = company.sink()["publicKey"]
    stack.set("rotate", "spring")
    vaulted.proxy.break_next("/data/", 403, method="POST", body={"errors": ["permission denied"]}, times=9)
    failed = stack.up(expect=1)
    assert "the token has expired, was revoked or lacks the right" in failed.text
    assert company.sink()["publicKey"] == held
    vaulted.proxy.breaks.clear()
    stack.up()
    assert company.sink()["publicKey"] == vaulted.list_versions()[-1]["publicKey"] != held
    assert len(vaulted.list_versions()) == 2
    assert len(list_live_keys(company)) == 1


def test_nothing_is_made_where_the_vault_holds_something_else(vaulted: VaultedStack) -> None:
    vaulted.server.ask("POST", f"secret/data/{vaulted.path}", {"data": {"password": "of another system"}})
    failed = vaulted.stack.up(expect=1)
    assert "already, which is not a key of this project; choose another vault:url, or add vault to allow" in failed.text
    assert list_members(vaulted.stack.company) == ["PSAProvision"]
    vaulted.stack.set("allow", json.dumps(["vault"]))
    vaulted.stack.up()
    assert len(vaulted.list_versions()) == 2


def test_a_second_tenant_with_a_copied_url_is_refused_before_anything_is_made(
    vaulted: VaultedStack, make_stack: Callable[..., Stack]
) -> None:
    """Two consoles of one company, and a settings file that was copied."""
    vaulted.stack.up()
    company = vaulted.stack.company
    copy = make_stack(company, f"{company.id}-b", roleName="Umbrella 2", memberId="Umbrella2")
    VaultedStack(copy, vaulted.server, vaulted.proxy)  # its settings
    copy.set("vault:url", f"vault://secret/{vaulted.path}")
    for refused in (copy.preview(expect=None), copy.up(expect=1)):
        assert (
            f"of the tenant {vaulted.stack.name} and the company {company.id}; choose another vault:url" in refused.text
        )
    assert list_members(company) == ["PSAProvision", "Umbrella"]
    assert len(vaulted.list_versions()) == 1
