"""Where the adapter stands guard: whose objects these are, what leaves the process, what is asked how often."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from providers.core.stack_file import read_plain_settings
from providers.engines.pulumi.adapter import DynamicProvider
from providers.engines.pulumi.diagnostics import Diagnostic
from providers.engines.pulumi.resources import ApiKeyProvider, PsaIntegrationProvider, SecurityRoleProvider
from tests.unit.providers.engines.pulumi.simulated import KINDS, Company, Made, Run


def list_verbs(provider: DynamicProvider, one: Made) -> dict[str, Any]:
    """Every verb that touches an object that is in the state already."""
    return {
        "diff": lambda: provider.diff(one.id, one.outs, one.inputs),
        "read": lambda: provider.read(one.id, one.outs),
        "update": lambda: provider.update(one.id, one.outs, one.inputs),
        "delete": lambda: provider.delete(one.id, one.outs),
        "create": lambda: provider.create(one.inputs),
    }


@pytest.mark.parametrize("name", ["role", "umbrella"])
def test_every_verb_refuses_anothers_object_before_any_request(name: str, acme: Company, made: dict[str, Made]) -> None:
    before = len(acme.asked())
    one, field = made[name], "console" if name == "umbrella" else "company"
    for bag in (one.outs, one.inputs):
        bag[field] = "somebody's"
    provider = Run(acme).provider(KINDS[name])
    told = [failure.reason for failure in provider.check(one.inputs, one.inputs).failures]
    for verb in list_verbs(provider, one).values():
        with pytest.raises(Diagnostic) as caught:
            verb()
        told.append(str(caught.value))
    assert len(told) == 6
    for words in told:
        assert words.startswith(f"this stack belongs to the {field} somebody's, but the configuration names ")
        assert words.endswith("set the configuration back, or make a new stack for the other one.")
    assert len(acme.asked()) == before


@pytest.fixture
def other_file(acme: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stack's file has been pointed at another company since the last run."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / f"Pulumi.{acme.tenant}.yaml").write_text("config:\n  connectwise:companyId: other\n")
    monkeypatch.chdir(tmp_path)
    read_plain_settings.cache_clear()
    yield
    read_plain_settings.cache_clear()


@pytest.mark.usefixtures("other_file")
@pytest.mark.parametrize("verb", ["read", "delete"])
def test_the_stack_file_of_today_counts_although_the_engine_hands_over_yesterdays_configuration(
    verb: str, acme: Company, made: dict[str, Made]
) -> None:
    before = len(acme.asked())
    ours = f"belongs to the company {acme.tenant}@127.0.0.1, but the configuration names other@"
    with pytest.raises(Diagnostic, match=ours):
        list_verbs(Run(acme).provider(SecurityRoleProvider), made["role"])[verb]()
    assert len(acme.asked()) == before


def test_what_leaves_the_process_is_one_redacted_line_without_a_trace(acme: Company, made: dict[str, Made]) -> None:
    private = made["umbrella"].outs["private_key"]
    token = acme.configuration["umbrella:gatewayToken"]
    body = {"code": "x", "message": f"you sent {private}\nwith {token}", "retryable": False}
    acme.control(
        "POST", "/faults", {"kind": "status", "company": acme.tenant, "method": "PUT", "status": 422, "body": body}
    )
    one = made["umbrella"]
    with pytest.raises(Diagnostic) as caught:
        Run(acme).provider(PsaIntegrationProvider).update(one.id, one.outs, one.inputs)
    assert str(caught.value).endswith("the console refused: you sent [redacted] with [redacted]")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert private not in shown
    assert token not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


class UnknownToTheRoot(DynamicProvider, kind="Thing"):
    """A kind that no composition root knows: what it meets is a defect, not a problem."""


def test_a_defect_says_where_it_is_and_never_what_it_held(acme: Company) -> None:
    with pytest.raises(Diagnostic) as caught:
        Run(acme).provider(UnknownToTheRoot).create({"name": "s3cr3t-value"})
    words = str(caught.value)
    assert words.startswith("unexpected KeyError in get_handler (composition.py:")
    assert words.endswith("during create of Thing; this is a defect of umbrella-psa, please report it.")
    assert "s3cr3t-value" not in words


def test_a_broken_state_is_told_without_its_values(acme: Company, made: dict[str, Made]) -> None:
    broken = {**made["key"].outs, "public_key": ["s3cr3t-value"]}
    with pytest.raises(Diagnostic) as caught:
        Run(acme).provider(ApiKeyProvider).read(made["key"].id, broken)
    assert "s3cr3t-value" not in str(caught.value)
    assert "ValidationError" in str(caught.value)


def test_wrong_settings_stop_every_verb_in_a_sentence(acme: Company, made: dict[str, Made]) -> None:
    run = Run(acme, umbrella_consoleId="nonsense")
    with pytest.raises(Diagnostic, match="umbrella:consoleId: must be the number in the console's address"):
        run.provider(ApiKeyProvider).read(made["key"].id, made["key"].outs)


def test_all_kinds_of_one_run_share_what_was_asked(acme: Company, made: dict[str, Made]) -> None:
    before = len(acme.asked())
    Run(acme).refreshed(made)
    asked = acme.asked()[before:]
    assert len([one for one in asked if "/login/companyinfo/" in one]) == 1
    assert len([one for one in asked if one.endswith("/keys")]) == 1
    assert len(asked) == len(set(asked))
    # An unchanged tenant costs what there is to see, and nothing twice.
    assert len(asked) <= 10
    assert not [one for one in asked if not one.startswith("GET ")]


def test_a_run_that_changes_nothing_checks_nothing_again(acme: Company, made: dict[str, Made]) -> None:
    before = len(acme.asked())
    run = Run(acme)
    for name, one in made.items():
        assert run.provider(KINDS[name]).check(one.inputs, acme.inputs(name, made)).failures == []
    assert acme.asked()[before:] == []


def test_a_changed_plan_of_an_existing_role_asks_nothing(acme: Company, made: dict[str, Made]) -> None:
    changed = acme.inputs("role", made)
    changed["plan"] = {**changed["plan"], "table_access": []}
    run = Run(acme)
    before = len(acme.asked())
    checked = run.provider(SecurityRoleProvider).check(made["role"].inputs, changed)
    assert not run.provider(SecurityRoleProvider).diff(made["role"].id, made["role"].outs, checked.inputs).changes
    assert acme.asked()[before:] == []
