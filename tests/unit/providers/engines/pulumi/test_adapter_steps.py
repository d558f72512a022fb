"""The adapter and a person: an open step is recorded, and what comes after it refuses with the whole order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.engines.pulumi.diagnostics import Diagnostic
from tests.unit.providers.engines.pulumi.simulated import KINDS, Company, Made, Run, found_company


@pytest.fixture
def acme() -> Iterator[Company]:
    with found_company() as made:
        yield made


def make_manual_run(acme: Company) -> Run:
    return Run(acme, connectwise_driver="manual", umbrella_driver="manual")


def create(run: Run, name: str, made: dict[str, Made]) -> Made:
    provider = run.provider(KINDS[name])
    given = provider.check({}, run.company.inputs(name, made)).inputs
    created = provider.create(given)
    return Made(created.id, given, created.outs or {})


def test_what_comes_after_an_open_step_refuses_with_its_order(acme: Company) -> None:
    run = make_manual_run(acme)
    made = {"role": create(run, "role", {})}
    made["permissions"] = create(run, "permissions", made)
    assert made["permissions"].outs["pending"] == "set the permissions of the security role Umbrella"
    with pytest.raises(Diagnostic) as told:
        create(run, "member", made)
    lines = str(told.value).split("\n")
    assert lines[:3] == ["", "", "## Work order: set the permissions of the security role Umbrella"]
    assert f"Run `pulumi up -s {acme.tenant}` again." in str(told.value)
    assert not [one for one in acme.asked() if "/gateway" in one]
    assert acme.person("GET", "")["apiMembers"] == [
        one for one in acme.person("GET", "")["apiMembers"] if one["identifier"] != "Umbrella"
    ]


def test_the_next_run_looks_again_and_leaves_the_state_while_nothing_was_done(acme: Company) -> None:
    first = make_manual_run(acme)
    made = {"role": create(first, "role", {})}
    made["permissions"] = create(first, "permissions", made)
    again = make_manual_run(acme)
    one = made["permissions"]
    seen = again.refreshed({"permissions": one})["permissions"]
    assert seen.outs == one.outs
    wanted = {**one.inputs, "__provider": "x"}
    assert again.provider(KINDS["permissions"]).diff(one.id, seen.outs, wanted).changes is True
    with pytest.raises(Diagnostic, match="## Work order: set the permissions"):
        again.provider(KINDS["permissions"]).update(one.id, seen.outs, one.inputs)
    levels = {name: dict(held) for name, held in one.inputs["permissions"].items()}
    acme.person("PUT", f"/roles/{made['role'].id}/levels", levels)
    done = again.provider(KINDS["permissions"]).update(one.id, seen.outs, one.inputs).outs or {}
    assert done["pending"] == ""
    create(again, "member", made)


def test_a_pair_in_the_stacks_file_and_not_yet_on_record_is_no_half_of_anything(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_manual_run(acme)
    made = {"role": create(run, "role", {})}
    monkeypatch.setattr(
        "providers.engines.pulumi.adapter.read_plain_settings",
        lambda *_: {"connectwise:manualPublicKey": "Ri6UgO8viXTtwgTs"},
    )
    assert run.refreshed(made)["role"].id == made["role"].id
