"""The adapter, called as the engine calls it: bags in, bags out, sentences where something is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.output import Unknown

from providers.engines.pulumi.diagnostics import Diagnostic
from providers.engines.pulumi.resources import (
    AccessProofProvider,
    ApiKeyProvider,
    ApiMemberProvider,
    PermissionSetProvider,
    PsaIntegrationProvider,
    SecurityRoleProvider,
)
from tests.unit.providers.engines.pulumi.simulated import KINDS, TICKETS, Company, Made, Run, found_company, get_today

UNKNOWN = Unknown()  # type: ignore[no-untyped-call]


@pytest.fixture
def own() -> Iterator[Company]:
    """A company for one test that changes something."""
    with found_company() as made:
        yield made


@pytest.fixture
def owned(own: Company) -> dict[str, Made]:
    return Run(own).up()


def list_reasons(result: Any) -> list[tuple[str, str]]:
    return [(failure.property, failure.reason) for failure in result.failures]


def test_a_whole_tenant_is_made_and_reads_back_as_it_was_made(acme: Company, made: dict[str, Made]) -> None:
    run = Run(acme)
    for name, seen in run.refreshed(made).items():
        diff = run.provider(KINDS[name]).diff(seen.id, seen.outs, {**made[name].inputs, "__provider": "x"})
        assert (diff.changes, diff.replaces) == (False, []), name
        assert seen.id == made[name].id


def test_a_read_returns_fresh_inputs_without_what_only_the_site_answers(acme: Company, made: dict[str, Made]) -> None:
    seen = Run(acme).refreshed(made)["key"]
    assert seen.inputs == made["key"].inputs
    assert seen.outs == made["key"].outs
    assert set(seen.outs) - set(seen.inputs) == {
        *("active", "pending"),
        *("public_key", "private_key", "full_description", "replaced_public_key", "work_order", "escrow"),
    }


def test_a_check_validates_and_fills_in_defaults(acme: Company, made: dict[str, Made]) -> None:
    assert made["key"].inputs["minted_on"] == get_today()
    assert (made["role"].outs["active"], made["role"].outs["admin"]) == (True, False)
    assert not {"active", "admin"} & made["role"].inputs.keys()
    assert not [value for one in made.values() for value in one.inputs.values() if value is None]


def test_a_check_leaves_what_is_unknown_as_it_is(acme: Company) -> None:
    provider = Run(acme).provider(PermissionSetProvider)
    asked = {"company": f"{acme.tenant}@127.0.0.1", "role_id": UNKNOWN, "permissions": {}, "table_access": ["b", "a"]}
    checked = provider.check({}, asked)
    assert checked.failures == []
    assert checked.inputs["role_id"] is UNKNOWN
    assert checked.inputs["table_access"] == ["a", "b"]


def test_a_check_tells_what_is_wrong_field_by_field(acme: Company) -> None:
    provider = Run(acme).provider(ApiMemberProvider)
    asked = {"company": "x", "identifier": "a.b", "role_id": "1", "name": "N" * 31, "nmae": "x", "defaults": "perhaps"}
    assert dict(list_reasons(provider.check({}, asked))) == {
        "identifier": "is not of the form that is wanted.",
        "name": "should have at most 30 characters.",
        "defaults": "must be a map, each line a name and a value.",
        "nmae": "is not known.",
    }


def test_a_check_refuses_as_a_failure_and_not_as_a_crash(own: Company) -> None:
    own.person("POST", "/roles", {"name": "Umbrella"})
    checked = Run(own).provider(SecurityRoleProvider).check({}, own.inputs("role", {}))
    ((field, reason),) = list_reasons(checked)
    assert field == ""
    assert reason.startswith("a security role named 'Umbrella' exists already and is not ours")


def test_wrong_settings_are_told_by_a_check_in_one_line(acme: Company) -> None:
    run = Run(acme, umbrella_console="x", umbrella_adopt="y")
    ((_, reason),) = list_reasons(run.provider(SecurityRoleProvider).check({}, acme.inputs("role", {})))
    assert reason == "umbrella:console: must be 'msp' or 'mssp'. umbrella:adopt: must be 'never' or 'any'."


def test_drift_is_a_change_and_told_in_words(
    own: Company, owned: dict[str, Made], capsys: pytest.CaptureFixture[str]
) -> None:
    own.person("PUT", f"/roles/{owned['role'].id}/levels", {TICKETS: {"delete": "All"}})
    run = Run(own)
    seen = run.refreshed({"permissions": owned["permissions"]})["permissions"]
    diff = run.provider(PermissionSetProvider).diff(seen.id, seen.outs, owned["permissions"].inputs)
    assert (diff.changes, diff.replaces) == (True, [])
    told = f"Security role Umbrella of {own.tenant}: {TICKETS}: delete is All, should be None (wider).\n"
    assert told in capsys.readouterr().out

    # An update returns every output, and the site is put right.
    fresh = run.refreshed(owned)
    one = owned["permissions"]
    updated = run.provider(PermissionSetProvider).update(one.id, fresh["permissions"].outs, one.inputs)
    assert updated.outs == one.outs
    # In the same run the proof must see what the update did, not what the read before it saw.
    proof = owned["proof"]
    assert run.provider(AccessProofProvider).update(proof.id, fresh["proof"].outs, proof.inputs).outs is not None


def test_a_replacement_names_the_fields_that_make_it_one(acme: Company, made: dict[str, Made]) -> None:
    news = {**made["key"].inputs, "rotate": "again", "minted_on": "2030-01-01"}
    diff = Run(acme).provider(ApiKeyProvider).diff(made["key"].id, made["key"].outs, news)
    assert diff.replaces == ["rotate", "minted_on"]


def test_an_unknown_parent_is_a_change_that_replaces_nothing(acme: Company, made: dict[str, Made]) -> None:
    news = {**made["key"].inputs, "member_id": UNKNOWN}
    diff = Run(acme).provider(ApiKeyProvider).diff(made["key"].id, made["key"].outs, news)
    assert (diff.changes, diff.replaces) == (True, [])


def test_a_key_pair_that_a_preview_does_not_know_is_no_change_while_its_id_is(
    acme: Company, made: dict[str, Made]
) -> None:
    news = {**made["umbrella"].inputs, "public_key": UNKNOWN, "private_key": UNKNOWN}
    diff = Run(acme).provider(PsaIntegrationProvider).diff(made["umbrella"].id, made["umbrella"].outs, news)
    assert diff.changes is False


def test_what_comes_with_a_new_id_is_not_told_as_a_story_of_its_own(
    acme: Company, made: dict[str, Made], capsys: pytest.CaptureFixture[str]
) -> None:
    news = {**made["umbrella"].inputs, "key_id": "other", "public_key": "otherpublic"}
    diff = Run(acme).provider(PsaIntegrationProvider).diff(made["umbrella"].id, made["umbrella"].outs, news)
    assert diff.changes is True
    assert "otherpublic" not in capsys.readouterr().out


def test_a_diff_of_wrong_inputs_is_told(acme: Company, made: dict[str, Made]) -> None:
    with pytest.raises(Diagnostic) as caught:
        Run(acme).provider(ApiKeyProvider).diff(made["key"].id, made["key"].outs, {"rotat": "x"})
    assert "rotat is not known." in str(caught.value)
    assert "member_id is required." in str(caught.value)


def test_an_object_that_is_gone_is_an_empty_answer_and_told(
    own: Company, owned: dict[str, Made], capsys: pytest.CaptureFixture[str]
) -> None:
    own.person("DELETE", f"/keys/{owned['key'].id}")
    result = Run(own).provider(ApiKeyProvider).read(owned["key"].id, owned["key"].outs)
    assert (result.id, result.outs) == ("", {})
    assert f"The API key {owned['key'].outs['public_key']} was deleted at the site" in capsys.readouterr().out


def test_everything_is_deleted_in_the_order_of_a_destroy(own: Company, owned: dict[str, Made]) -> None:
    run = Run(own)
    seen = run.refreshed(owned)
    for name in reversed(KINDS):
        run.provider(KINDS[name]).delete(seen[name].id, {**seen[name].outs, "__provider": "x"})
    assert own.keys() == []
    assert own.sink()["kind"] is None
    shown = own.person("GET", "")
    assert [member["inactiveFlag"] for member in shown["apiMembers"] if member["identifier"] == "Umbrella"] == [True]
    assert not [role for role in shown["roles"] if role["name"] == "Umbrella"]


def test_what_a_destroy_left_is_taken_up_by_the_next_run(own: Company, owned: dict[str, Made]) -> None:
    run = Run(own)
    for name in reversed(KINDS):
        run.provider(KINDS[name]).delete(owned[name].id, owned[name].outs)
    again = Run(own).up()
    assert again["member"].id == owned["member"].id
    assert again["member"].outs["adopted"] is False
    assert own.keys() == [again["key"].outs["public_key"]]


def test_the_key_alone_is_not_deleted_while_the_sink_holds_it(acme: Company, made: dict[str, Made]) -> None:
    with pytest.raises(Diagnostic, match="is the one that Umbrella holds, so it is not revoked"):
        Run(acme).provider(ApiKeyProvider).delete(made["key"].id, made["key"].outs)
    assert acme.keys() == [made["key"].outs["public_key"]]
