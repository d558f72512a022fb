"""An update gives back every output, the secret ones too: what is left out would be wiped from the state."""

from __future__ import annotations

from typing import Any

from tests.contract.driver import Provider
from tests.contract.estate import OWNER, PERMISSIONS, Estate


def test_an_update_that_only_concerns_the_state_gives_back_every_output(provider: Provider, estate: Estate) -> None:
    for kind, one in estate.stack.items():
        moved = {**one.inputs, "tenant": "renamed"}
        assert (kind, provider.update(kind, one.id, one.outputs, moved)) == (kind, {**one.outputs, "tenant": "renamed"})


def test_an_update_brings_each_object_to_its_inputs_and_gives_back_every_output(
    provider: Provider, estate: Estate
) -> None:
    pair = estate.mint("a second pair")
    grants: dict[str, Any] = {**PERMISSIONS, "Companies / Contacts": {"inquire": "My"}}
    wanted: dict[str, dict[str, Any]] = {
        "PermissionSet": {"permissions": grants, "table_access": ["Service / Priority"]},
        "ApiMember": {"name": "Renamed", "email": "umbrella@example.com"},
        "AccessProof": {"permissions": grants, "table_access": ["ServicePriority"]},
        "PsaIntegration": {**pair, "proved": pair["key_id"], "escrowed": pair["key_id"]},
    }
    computed: dict[str, dict[str, Any]] = {
        "ApiMember": {"owns_email": True},
        "PsaIntegration": {"written_key": pair["public_key"]},
    }
    for kind, values in wanted.items():
        one = estate.stack[kind]
        outputs = provider.update(kind, one.id, one.outputs, {**one.inputs, **values})
        assert (kind, outputs) == (kind, {**one.outputs, **values, **computed.get(kind, {})})
        assert (kind, provider.read(kind, one.id, outputs).outputs) == (kind, outputs)
    assert estate.company.sink()["publicKey"] == pair["public_key"]


def test_a_key_that_was_switched_off_is_switched_on_and_keeps_its_private_half(
    provider: Provider, estate: Estate
) -> None:
    estate.company.ask("PATCH", f"/keys/{estate.made.key_id}", {"inactive": True})
    one = estate.stack["ApiKey"]
    outputs = provider.update("ApiKey", one.id, {**one.outputs, "active": False}, one.inputs)
    assert outputs == one.outputs
    assert outputs["private_key"] == estate.made.private_key
    assert provider.read("ApiKey", one.id, outputs).outputs == one.outputs


def test_a_retirement_that_revokes_what_is_left_over_gives_back_every_output(
    provider: Provider, estate: Estate
) -> None:
    left_over = estate.mint(f"of ours [psa:{OWNER}.000002.00000b]")["public_key"]
    strangers = estate.mint("a stranger's")["public_key"]
    one = estate.stack["KeyRetirement"]
    outputs = provider.update("KeyRetirement", one.id, {**one.outputs, "leftovers": [left_over]}, one.inputs)
    assert outputs == one.outputs
    assert [key["publicKey"] for key in estate.company.member()["keys"]] == [estate.made.public_key, strangers]
