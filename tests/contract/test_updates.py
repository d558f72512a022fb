"""An update gives back every output, the secret ones too: what is left out would be wiped from the state."""

from __future__ import annotations

from typing import Any

from tests.contract.driver import Provider
from tests.contract.tenant_fixture import OWNER, PERMISSIONS, TenantFixture


def test_an_update_that_only_concerns_the_state_gives_back_every_output(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    for kind, remembered in tenant_fixture.stack.items():
        moved = {**remembered.inputs, "tenant": "renamed"}
        assert (kind, provider.update(kind, remembered.id, remembered.outputs, moved)) == (
            kind,
            {**remembered.outputs, "tenant": "renamed"},
        )


def test_an_update_brings_each_object_to_its_inputs_and_gives_back_every_output(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    pair = tenant_fixture.mint("a second pair")
    grants: dict[str, Any] = {**PERMISSIONS, "Companies / Contacts": {"inquire": "My"}}
    wanted: dict[str, dict[str, Any]] = {
        "PermissionSet": {"permissions": grants, "table_access": ["Service / Priority"]},
        "ApiMember": {"name": "Renamed", "email": "umbrella@example.com"},
        "AccessProof": {"permissions": grants, "table_access": ["ServicePriority"]},
        "PsaIntegration": {**pair, "proved": pair["key_id"], "escrowed": pair["key_id"]},
    }
    computed: dict[str, dict[str, Any]] = {
        "ApiMember": {"manages_email": True},
        "PsaIntegration": {"written_key": pair["public_key"]},
    }
    for kind, values in wanted.items():
        one = tenant_fixture.stack[kind]
        outputs = provider.update(kind, one.id, one.outputs, {**one.inputs, **values})
        assert (kind, outputs) == (kind, {**one.outputs, **values, **computed.get(kind, {})})
        assert (kind, provider.read(kind, one.id, outputs).outputs) == (kind, outputs)
    assert tenant_fixture.company.sink()["publicKey"] == pair["public_key"]


def test_customize_lists_are_brought_to_their_inputs_watched_and_left_alone_again(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    function, company = "Companies / Configurations", tenant_fixture.company
    # The key is shown the site's identifiers.
    asked = {"PermissionSet": ["Managed Server", "Password"], "AccessProof": ["ManagedServer", "Password"]}
    wanted = {kind: {"customize": {function: items}} for kind, items in asked.items()}
    for kind, part in wanted.items():
        one = tenant_fixture.stack[kind]
        inputs = {**one.inputs, **part}
        assert (kind, provider.diff(kind, one.id, one.outputs, inputs)) == (kind, (True, []))
        outputs = provider.update(kind, one.id, one.outputs, inputs)
        assert (kind, outputs) == (kind, {**one.outputs, **part})
        assert (kind, provider.read(kind, one.id, outputs)) == (kind, (one.id, outputs, inputs))
    assert company.role()["customize"] == {function: asked["PermissionSet"]}
    company.ask("PUT", f"/roles/{company.role()['id']}/customize", {"function": function, "allow": ["Domain"]})
    live = {"customize": {function: ["Domain"]}}
    for kind, part in wanted.items():
        one = tenant_fixture.stack[kind]
        found = provider.read(kind, one.id, {**one.outputs, **part})
        assert (kind, found) == (kind, (one.id, {**one.outputs, **live}, {**one.inputs, **live}))
        for inputs in ({**one.inputs, **part}, one.inputs):
            assert (kind, provider.diff(kind, one.id, found.outputs, inputs)) == (kind, (True, []))
        assert (kind, provider.update(kind, one.id, found.outputs, one.inputs)) == (kind, one.outputs)
    assert company.role()["customize"] == live["customize"]


def test_a_key_that_was_switched_off_is_switched_on_and_keeps_its_private_half(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    tenant_fixture.company.ask("PATCH", f"/keys/{tenant_fixture.made.key_id}", {"inactive": True})
    one = tenant_fixture.stack["ApiKey"]
    outputs = provider.update("ApiKey", one.id, {**one.outputs, "active": False}, one.inputs)
    assert outputs == one.outputs
    assert outputs["private_key"] == tenant_fixture.made.private_key
    assert provider.read("ApiKey", one.id, outputs).outputs == one.outputs


def test_a_retirement_that_revokes_what_is_left_over_gives_back_every_output(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    left_over = tenant_fixture.mint(f"of ours [psa:{OWNER}.000002.00000b]")["public_key"]
    strangers = tenant_fixture.mint("a stranger's")["public_key"]
    one = tenant_fixture.stack["KeyRetirement"]
    outputs = provider.update("KeyRetirement", one.id, {**one.outputs, "leftovers": [left_over]}, one.inputs)
    assert outputs == one.outputs
    assert [key["publicKey"] for key in tenant_fixture.company.member()["keys"]] == [
        tenant_fixture.made.public_key,
        strangers,
    ]
