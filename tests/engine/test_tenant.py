"""The main job, as an operator does it: up, preview, rotate, destroy, up again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.workspace import Stack
from tests.stories.drifts import assert_as_wanted


@pytest.mark.unaltered
def test_a_tenant_is_made_stays_clean_is_destroyed_and_made_again(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    company = stack.company

    first = stack.up()
    assert_as_wanted(stack)
    assert "privateKey     : [secret]" in first.text
    outputs = stack.read_outputs()
    assert outputs == {
        "roleId": str(company.role()["id"]),
        "memberId": str(company.member()["id"]),
        "keyId": company.member()["keys"][0]["id"],
        "keyMintedOn": outputs["keyMintedOn"],
        "publicKey": company.sink()["publicKey"],
        "privateKey": "[secret]",
        "umbrellaApplied": company.sink()["publicKey"],
        "vaultReference": "",
    }
    shown = stack.run_pulumi("stack", "output", "-s", stack.name, "privateKey", "--show-secrets").text.strip()
    stack.seen.pop()  # the one command that is meant to show it
    assert shown in company.private_keys()

    stack.preview(expect=0)
    stack.run_pulumi("refresh", "-s", stack.name, "--yes", "--expect-no-changes")

    stack.destroy()
    left = company.ask("GET", "")
    assert [role["name"] for role in left["roles"] if role["name"] == "Umbrella"] == []
    assert (company.member()["inactiveFlag"], company.member()["keys"]) == (True, [])
    assert company.sink()["kind"] is None

    member_id = company.member()["id"]
    stack.up()
    assert_as_wanted(stack)
    assert company.member()["id"] == member_id, "the inactive member is taken up again"
    assert company.dead_moments() == []


def test_a_renamed_stack_rotates_and_is_another_stacks_no_more(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    stack = make_stack()
    stack.up()
    earlier, old = stack.name, stack.company.public_keys()
    stack.run_pulumi("stack", "rename", "-s", earlier, f"{earlier}-renamed")
    stack.name = f"{earlier}-renamed"
    stack.up()
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]] != old
    stack.preview(expect=0)
    other = make_stack(company(), earlier)  # of another company
    other.up()
    stack.preview(expect=0)
    assert stack.company.dead_moments() == []
