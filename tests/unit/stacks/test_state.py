"""An exported state as typed rows: whole, without secrets, and a sentence where it can't be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from providers.connectwise.access_proof import AccessProofState
from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.connectwise.permission_set import PermissionSetState
from providers.connectwise.security_role import SecurityRoleState
from providers.core.errors import ProviderError
from providers.umbrella.psa_integration import PsaIntegrationState
from providers.vault.secret import VaultSecretState
from stacks.pulumi_cli import PulumiCli
from stacks.state import TenantState
from tests.unit.stacks.states import KEY, SECRET, SINK, changed, exported

STATES = Path(__file__).parents[2] / "data" / "states"
IN_CLEAR = {**SECRET, "plaintext": json.dumps('a "private" half')}
KINDS = (
    SecurityRoleState,
    PermissionSetState,
    ApiMemberState,
    ApiKeyState,
    AccessProofState,
    PsaIntegrationState,
    KeyRetirementState,
)


def released(name: str) -> dict[str, Any]:
    """The deployment of a state that the engine has exported."""
    (path, *_) = sorted(STATES.glob(f"*/{name}.json"), reverse=True)
    deployment: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["state"]["deployment"]
    return deployment


def parsed(*resources: dict[str, Any], **further: Any) -> TenantState:
    return TenantState.parse({"resources": list(resources), **further})


class Exporting(PulumiCli):
    """Exports what it is told to, and keeps what it was asked."""

    def __init__(self, deployment: dict[str, Any] | None) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._answer = json.dumps({"version": 3, "deployment": deployment})

    def _ask(self, tenant: str, *arguments: str, given: str = "", alone: bool = False) -> str:
        self.asked = [tenant, *arguments]
        return self._answer


def test_each_resource_of_an_exported_state_is_read_by_its_own_model() -> None:
    deployment = released("tenant-with-vault")
    state = TenantState.parse(deployment)
    assert len(state.rows) == 8, "components and providers are none of ours"
    for model in (*KINDS, VaultSecretState):
        assert len(state.list_rows(model)) == 1
    key, sink, vault = state.key, state.sink, state.find_current(VaultSecretState)
    assert key and sink and vault
    (row,) = [row for row in deployment["resources"] if row["type"].endswith(":ApiKey")]
    assert (key.kind, key.id) == ("ApiKey", row["id"])
    assert key.outputs.public_key == sink.outputs.written_key == vault.outputs.public_key
    assert state.written_at == deployment["manifest"]["time"]
    assert (state.pending, state.cut_off, state.list_replaced(ApiKeyState)) == ([], (), [])


def test_a_state_without_a_vault_has_no_row_for_it() -> None:
    state = TenantState.parse(released("tenant"))
    assert [len(state.list_rows(model)) for model in KINDS] == [1] * 7
    assert state.find_current(VaultSecretState) is None


def test_a_key_that_waits_for_its_deletion_is_apart_from_the_one_that_counts() -> None:
    state = TenantState.parse(released("tenant-half-rotated"))
    (old,) = state.list_replaced(ApiKeyState)
    retirement = state.find_current(KeyRetirementState)
    assert state.key and retirement
    assert [row.id for row in state.list_rows(ApiKeyState)] == [state.key.id, old.id]
    assert (state.key.outputs.rotate, old.outputs.rotate) == ("before the upgrade", "")
    assert retirement.outputs.key_id == old.id


def test_a_step_that_waits_for_a_person_comes_with_its_work_order() -> None:
    state = TenantState.parse(released("tenant-open-step"))
    (waiting,) = state.pending
    assert waiting.kind == "PermissionSet"
    assert waiting.outputs.work_order.startswith("## Work order: ")
    assert waiting.outputs.pending in waiting.outputs.work_order
    assert state.key is None


def test_a_stack_that_was_made_and_never_ran_is_empty() -> None:
    made = {"manifest": {"time": "2026-11-20T08:15:30Z"}}
    assert TenantState.parse(made) == TenantState.parse({}) == Exporting(None).read_state("acme") == TenantState()


def test_what_a_killed_run_was_at_is_named_by_its_kind() -> None:
    cut = {"resource": {"type": "pulumi-python:dynamic/connectwise:ApiKey"}, "type": "creating"}
    assert parsed(exported("umbrella", SINK), pending_operations=[cut]).cut_off == ("ApiKey",)


def test_an_encrypted_private_key_is_absent_and_one_in_clear_stays_a_secret() -> None:
    row = exported("connectwise", KEY)
    hidden = parsed(row).key
    row["outputs"]["private_key"] = IN_CLEAR
    shown = parsed(row).key
    assert hidden and shown
    assert hidden.outputs.private_key.get_secret_value() == ""
    assert shown.outputs.private_key.get_secret_value() == 'a "private" half'
    assert "private" not in repr(shown).replace("private_key=", "")


def test_numbers_come_as_the_engine_writes_them_and_later_properties_are_passed_over() -> None:
    row = exported("connectwise", KEY)
    row["outputs"] |= {"max_age_days": 90.0, "from_the_future": 1}
    key = parsed(row).key
    assert key and key.outputs.max_age_days == 90


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"member_id": None}, "ApiKey in a form that is not known here: member_id must be text"),
        ({"max_age_days": "9O"}, "max_age_days must be a whole number"),
        ({"rotate": {**SECRET, "ciphertext": "v1:a:b"}}, "rotate must be text"),
        ({"private_key": {**SECRET, "plaintext": '["s3cr3t"]'}}, "private_key must be text"),
    ],
)
def test_a_row_that_no_model_knows_is_a_sentence_without_its_values(change: dict[str, Any], words: str) -> None:
    row = exported("connectwise", KEY)
    row["outputs"] |= change
    with pytest.raises(ProviderError) as refused:
        Exporting({"resources": [row]}).read_state("acme")
    assert str(refused.value).startswith("acme: its state holds ")
    assert words in str(refused.value)
    assert "; use the version that wrote it" in str(refused.value)
    assert "s3cr3t" not in f"{refused.value!r} {refused.value.__cause__}"


def test_a_kind_of_ours_that_is_not_known_is_a_sentence_too() -> None:
    row = {**exported("connectwise", KEY), "type": "pulumi-python:dynamic/connectwise:KeyRing"}
    with pytest.raises(ProviderError, match=r"its state holds KeyRing in a form that is not known here"):
        parsed(row)


def test_a_state_is_asked_for_without_its_private_keys() -> None:
    engine = Exporting({"resources": [exported("connectwise", changed(KEY, rotate="2"))]})
    state = engine.read_state("acme")
    assert state.key and state.key.outputs.rotate == "2"
    assert engine.asked == ["acme", "stack", "export"]


def test_what_the_engine_has_recorded_of_the_settings_is_read_from_its_provider() -> None:
    def provider(**further: Any) -> dict[str, Any]:
        return {"type": "pulumi:providers:pulumi-python", "id": "1", **further}

    inputs = {
        "connectwise:site": "na.myconnectwise.net",
        "connectwise:privateKey": IN_CLEAR,
        "umbrella:gatewayToken": {**SECRET, "ciphertext": "v1:a:b"},
    }
    rows = [provider(inputs=inputs), provider(inputs={"connectwise:site": "old"}, delete=True)]
    assert parsed(*rows).recorded == {
        "connectwise:site": "na.myconnectwise.net",
        "connectwise:privateKey": 'a "private" half',
    }
    assert parsed(exported("connectwise", KEY)).recorded == {}
