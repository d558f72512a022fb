"""In a preview anything may be unknown, at any depth. What is known still counts; what is unknown never replaces."""

from __future__ import annotations

from typing import Any

from tests.contract.conftest import Resting
from tests.contract.tenant_fixture import MINTED_ON, PLAN, TABLES
from tests.contract.wire import UNKNOWN

NESTED: dict[str, dict[str, Any]] = {
    "a level in a dictionary": {"permissions": {"Companies / Configurations": {"add": UNKNOWN, "edit": "All"}}},
    "a whole row of a dictionary": {"permissions": {"Companies / Configurations": UNKNOWN}},
    "an item of a list": {"table_access": [TABLES[0], UNKNOWN]},
    "a whole list": {"table_access": UNKNOWN},
    "an item of a list in a dictionary": {"customize": {"Companies / Configurations": ["Managed Server", UNKNOWN]}},
    "a whole list of a dictionary": {"customize": {"Companies / Configurations": UNKNOWN}},
}


def test_a_check_gives_back_what_is_unknown_at_any_depth_as_it_came(resting: Resting) -> None:
    provider, tenant_fixture = resting
    permissions, role = tenant_fixture.stack["PermissionSet"], tenant_fixture.stack["SecurityRole"]
    for what, part in NESTED.items():
        checked = provider.check("PermissionSet", {**permissions.asked, **part}, olds=permissions.inputs)
        assert (what, checked.failures) == (what, [])
        assert checked.inputs == {**permissions.inputs, **part}, what
        plan = {**PLAN, **part}
        checked = provider.check("SecurityRole", {**role.asked, "plan": plan}, olds=role.inputs)
        assert (what, checked.failures) == (what, [])
        assert checked.inputs == {**role.inputs, "plan": plan}, what


def test_a_check_asks_for_nothing_that_is_unknown_and_fills_in_the_rest(resting: Resting) -> None:
    """The first preview of a tenant: no parent has an id yet."""
    provider, tenant_fixture = resting
    parents = dict.fromkeys(("role_id", "member_id", "key_id", "public_key", "private_key"), UNKNOWN)
    for kind, remembered in tenant_fixture.stack.items():
        if kind == "SecurityRole":
            continue  # it has no parent
        unknown = {name: text for name, text in parents.items() if name in remembered.asked}
        checked = provider.check(kind, {**remembered.asked, **unknown})
        expected = {**remembered.inputs, **unknown}
        if kind == "ApiKey":
            expected["minted_on"] = checked.inputs["minted_on"]
        assert (kind, checked.failures) == (kind, [])
        assert checked.inputs == expected, kind


def test_what_is_known_is_still_validated(resting: Resting) -> None:
    provider, tenant_fixture = resting
    member = {
        **tenant_fixture.stack["ApiMember"].asked,
        "role_id": UNKNOWN,
        "identifier": "with.dot",
        "defaults": UNKNOWN,
    }
    assert [name for name, _ in provider.check("ApiMember", member).failures] == ["identifier"]
    grants = {
        **tenant_fixture.stack["PermissionSet"].asked,
        **NESTED["an item of a list"],
        "permissions": {"A / B": {"add": "?"}},
    }
    assert [name for name, _ in provider.check("PermissionSet", grants).failures] == ["permissions"]


def test_a_key_keeps_its_day_while_its_member_is_unknown(resting: Resting) -> None:
    provider, tenant_fixture = resting
    key = tenant_fixture.stack["ApiKey"]
    checked = provider.check("ApiKey", {**key.asked, "member_id": UNKNOWN}, olds=key.inputs)
    assert (checked.inputs["minted_on"], checked.inputs["member_id"]) == (MINTED_ON, UNKNOWN)


def test_an_unknown_parent_is_a_change_and_replaces_nothing(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind, parent in (
        ("PermissionSet", "role_id"),
        ("ApiMember", "role_id"),
        ("ApiKey", "member_id"),
        ("AccessProof", "role_id"),
        ("KeyRetirement", "member_id"),
        ("KeyRetirement", "key_id"),
    ):
        one = tenant_fixture.stack[kind]
        compared = provider.diff(kind, one.id, one.outputs, {**one.inputs, parent: UNKNOWN})
        assert (kind, parent, compared) == (kind, parent, (True, []))


def test_something_unknown_inside_a_dictionary_or_a_list_is_a_change_and_replaces_nothing(resting: Resting) -> None:
    provider, tenant_fixture = resting
    one = tenant_fixture.stack["PermissionSet"]
    for what, part in NESTED.items():
        assert (what, provider.diff("PermissionSet", one.id, one.outputs, {**one.inputs, **part})) == (what, (True, []))


def test_an_unknown_plan_is_no_change_of_the_role(resting: Resting) -> None:
    provider, tenant_fixture = resting
    one = tenant_fixture.stack["SecurityRole"]
    for what, part in NESTED.items():
        news = {**one.inputs, "plan": {**PLAN, **part}}
        assert (what, provider.diff("SecurityRole", one.id, one.outputs, news)) == (what, (False, []))


def test_an_unknown_pair_of_a_known_key_is_no_change(resting: Resting) -> None:
    """Every output of an updated key is unknown in a preview; while its id is the same, so is its pair."""
    provider, tenant_fixture = resting
    pair = {"public_key": UNKNOWN, "private_key": UNKNOWN}
    for kind in ("AccessProof", "PsaIntegration"):
        one = tenant_fixture.stack[kind]
        assert (kind, provider.diff(kind, one.id, one.outputs, {**one.inputs, **pair})) == (kind, (False, []))


def test_an_unknown_key_is_a_change_and_replaces_nothing(resting: Resting) -> None:
    provider, tenant_fixture = resting
    pair = {"public_key": UNKNOWN, "private_key": UNKNOWN}
    for kind in ("AccessProof", "PsaIntegration"):
        one = tenant_fixture.stack[kind]
        for key_id in (UNKNOWN, "another key"):
            compared = provider.diff(kind, one.id, one.outputs, {**one.inputs, **pair, "key_id": key_id})
            assert (kind, key_id, compared) == (kind, key_id, (True, []))


def test_a_known_change_beside_an_unknown_still_replaces(resting: Resting) -> None:
    provider, tenant_fixture = resting
    one = tenant_fixture.stack["ApiMember"]
    news = {**one.inputs, "role_id": UNKNOWN, "identifier": "Another"}
    assert provider.diff("ApiMember", one.id, one.outputs, news) == (True, ["identifier"])
