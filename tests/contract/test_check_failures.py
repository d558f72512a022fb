"""Wrong inputs are told by property and in a sentence; they are never an exception, and no secret is ever quoted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.conftest import Resting, Start
from tests.contract.tenant_fixture import TenantFixture

_SECRET = "hunter2hunter2"

WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("SecurityRole", {"name": "x" * 31}, "name", "at most 30 characters"),
    ("SecurityRole", {"adopt": "always"}, "adopt", "'never', 'identical' or 'any'"),
    ("SecurityRole", {"plan": "text"}, "plan", "must be a map"),
    ("PermissionSet", {"permissions": ["A / B"]}, "permissions", "must be a map"),
    ("PermissionSet", {"permissions": {"A / B": {"add": "Some"}}}, "permissions", "'None', 'My' or 'All'"),
    ("PermissionSet", {"permissions": {"A / B": {"wipe": "All"}}}, "permissions", "['wipe'] is not known"),
    ("PermissionSet", {"table_access": "Service / Priority"}, "table_access", "must be a list"),
    (
        "PermissionSet",
        {"customize": {"Sales / Reports": "Forecast"}},
        "customize",
        "['Sales / Reports'] must be a list",
    ),
    ("PermissionSet", {"customize": {"Sales / Report": []}}, "customize", 'Did you mean "Sales / Reports"'),
    ("AccessProof", {"customize": {"System / Table Setup": []}}, "customize", "has a setting of its own, tableAccess"),
    ("ApiMember", {"identifier": "with.dot"}, "identifier", "is not of the form that is wanted"),
    ("ApiMember", {"identifier": "x" * 16}, "identifier", "at most 15 characters"),
    ("ApiMember", {"defaults": {"level": 3}}, "defaults", "must be text"),
    ("ApiKey", {"max_age_days": 0}, "max_age_days", "should be 1 or more"),
    ("ApiKey", {"max_age_days": 30.5}, "max_age_days", "must be a whole number"),
    ("ApiKey", {"max_age_days": "soon"}, "max_age_days", "must be a whole number"),
    ("ApiKey", {"surprise": 1}, "surprise", "is not known"),
    ("AccessProof", {"permissions": {"A / B": {"add": 7}}}, "permissions", "'None', 'My' or 'All'"),
    ("PsaIntegration", {"adopt": "identical"}, "adopt", "'never' or 'any'"),
    ("KeyRetirement", {"leftovers": []}, "leftovers", "is not known"),  # observed, and not for anybody to ask for
]


def test_a_wrong_input_is_told_by_its_property_in_a_sentence(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind, part, name, words in WRONG:
        one = tenant_fixture.stack[kind]
        failures = provider.check(kind, {**one.asked, **part}, olds=one.inputs).failures
        assert [told for told, _ in failures] == [name], (kind, part)
        sentence = failures[0][1]
        assert words in sentence
        assert sentence.endswith((".", "?"))
        assert "\n" not in sentence


def test_what_is_missing_is_told_all_at_once(resting: Resting) -> None:
    provider, tenant_fixture = resting
    asked = {"company": tenant_fixture.company.owner}
    failures = provider.check("AccessProof", asked).failures
    needed = ("key_id", "public_key", "private_key", "role_id", "permissions")
    assert failures == [(name, "is required.") for name in needed]


@pytest.mark.parametrize("wrong", [[_SECRET], {"half": _SECRET}, {_SECRET: True}])
def test_a_secret_of_the_wrong_shape_is_not_quoted(resting: Resting, wrong: Any) -> None:
    provider, tenant_fixture = resting
    for kind in ("AccessProof", "PsaIntegration"):
        for name in ("private_key", "public_key", "surprise"):
            failures = provider.check(kind, {**tenant_fixture.stack[kind].asked, name: wrong}).failures
            assert [told for told, _ in failures] == [name]
            assert _SECRET not in failures[0][1]


def test_what_the_site_would_refuse_is_a_failure_too(resting: Resting) -> None:
    provider, tenant_fixture = resting
    failures = provider.check("SecurityRole", tenant_fixture.stack["SecurityRole"].asked).failures
    assert len(failures) == 1
    assert "a security role named 'Umbrella' exists already and is not ours" in failures[0][1]


def test_a_site_that_refuses_the_look_is_a_failure_in_a_sentence(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"connectwise:privateKey": _SECRET})
    failures = provider.check("SecurityRole", tenant_fixture.stack["SecurityRole"].asked).failures
    assert len(failures) == 1
    assert "connectwise:privateKey" in failures[0][1]
    assert _SECRET not in failures[0][1]
    assert provider.read_stderr() == ""


def test_a_wrong_setting_is_a_failure_in_a_sentence(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"umbrella:console": "other"})
    for kind, remembered in tenant_fixture.stack.items():
        failures = provider.check(kind, remembered.asked, olds=remembered.inputs).failures
        assert (kind, len(failures)) == (kind, 1)
        assert failures[0][1].startswith("umbrella:console: must be 'msp' or 'mssp'")
