"""What a person's tenant lives through: both mixes of drivers, a rotation, a cut-off run, and its end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.manual import read_order, use_manual_driver
from tests.engine.test_manual import KEY, ROLE, SINK, asks_only_public
from tests.engine.workspace import Stack
from tests.stories.drifts import assert_as_wanted
from tests.stories.neighbours import separate
from tests.vault.conftest import age_command as age_command
from tests.vault.conftest import age_place as age_place
from tests.vault.locations import AgePlace

APPLIED = "UMBRELLA_PSA_UMBRELLA_APPLIED_KEY"
pytestmark = [pytest.mark.recorded, pytest.mark.timeout(1200)]  # up to twelve runs of the engine each


def test_a_person_at_connectwise_and_a_gateway_at_umbrella(make_stack: Callable[..., Stack]) -> None:
    person = use_manual_driver(make_stack(), "connectwise")
    stack = person.stack
    read_order(stack.up(expect=1), ROLE)
    person.set_levels()
    person.set_tables()
    person.supply_pair(pair := person.make_key(read_order(stack.up(expect=1), KEY)))
    stack.up()
    assert_as_wanted(stack)
    assert stack.read_outputs()["umbrellaApplied"] == pair[0]
    assert not [request for request in stack.company.requests() if "/gateway/connectwise" in request["path"]]
    stack.preview(expect=0)


def test_a_gateway_at_connectwise_and_a_person_at_umbrella(make_stack: Callable[..., Stack]) -> None:
    person = use_manual_driver(make_stack(), "umbrella")
    stack = person.stack
    read_order(stack.up(expect=1), SINK)
    (key,) = stack.company.member()["keys"]
    person.enter((key["publicKey"], "entered at the screen"))
    stack.up()
    assert_as_wanted(stack)
    assert not [request for request in stack.company.requests() if "/gateway/umbrella" in request["path"]]
    stack.preview(expect=0)


def test_a_rotation_asks_for_a_new_key_and_at_last_for_the_old_ones_end(make_stack: Callable[..., Stack]) -> None:
    person = use_manual_driver(make_stack(), "connectwise", "umbrella")
    stack, old = person.stack, person.bring_up()
    stack.set("rotate", "2026-11")
    same = read_order(stack.up(expect=1), KEY)  # the old pair is still handed in
    assert f"names {old[0]}, which is the key to be replaced" in " ".join(same.split())
    new = person.make_key(same)
    person.supply_pair(new)
    read_order(stack.up(expect=1), SINK)

    exported = stack.run_command("export", stack.name, "--to", "-", "--show-secret").text
    stack.seen.pop()  # the one command that is meant to show it
    assert json.loads(exported[exported.index("{") : exported.rindex("}") + 1])["publicKey"] == new[0]
    assert new[1] in exported

    person.enter(new)
    read_order(stack.up(expect=1), f"delete the API key {old[0]}")
    assert stack.list_changed() == {"retirement": "update"}
    person.delete_key(old[0])
    stack.up()
    stack.preview(expect=0)
    assert_as_wanted(stack)
    assert stack.company.dead_moments() == []


def test_a_run_that_was_cut_off_between_two_steps_goes_on(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    person = use_manual_driver(make_stack(separate(company())), "connectwise", "umbrella")
    stack = person.stack
    stack.up(expect=1)
    person.set_levels()
    fault = {"kind": "status", "status": 503, "company": stack.company.id, "method": "POST", "path": "/apiMembers$"}
    stack.company.simulator.ask("POST", "/faults", {**fault, "times": None})
    assert "Work order" not in stack.up(expect=1).text
    stack.company.simulator.ask("DELETE", "/faults")
    read_order(stack.up(expect=1), KEY)


def test_destroy_is_done_when_the_console_is_cleared_and_the_site_refuses_the_key(
    make_stack: Callable[..., Stack],
) -> None:
    person = use_manual_driver(make_stack(), "connectwise", "umbrella")
    stack, pair = person.stack, person.bring_up()
    assert (
        read_order(stack.destroy(expect=1), "remove the PSA integration").count(f"{APPLIED}=none pulumi destroy") == 1
    )
    assert "## Work order: remove the PSA integration" in stack.run_command("status", stack.name, expect=7).text
    stack.company.set_sink(kind=None, enabled=False, publicKey=None, privateKey=None)
    read_order(stack.destroy(expect=1, UMBRELLA_PSA_UMBRELLA_APPLIED_KEY="none"), f"delete the API key {pair[0]}")
    assert f"## Work order: delete the API key {pair[0]}" in stack.run_command("status", stack.name, expect=7).text
    person.delete_key(pair[0])
    stack.destroy(UMBRELLA_PSA_UMBRELLA_APPLIED_KEY="none")
    assert stack.company.member()["inactiveFlag"] is True
    assert "Umbrella" not in [role["name"] for role in stack.company.ask("GET", "")["roles"]]
    assert asks_only_public(stack)
    assert stack.company.dead_moments() == []
    # And from the start again: the inactive member is taken up.
    stack.unset("umbrella:appliedKey")
    read_order(stack.up(expect=1), ROLE)
    person.set_levels()
    read_order(stack.up(expect=1), KEY)
    assert stack.company.member()["inactiveFlag"] is False


def test_a_pair_that_is_handed_in_is_escrowed_before_a_person_enters_it(
    make_stack: Callable[..., Stack], age_place: AgePlace
) -> None:
    person = use_manual_driver(make_stack(vault__url=str(age_place.url)), "connectwise", "umbrella")
    stack = person.stack
    stack.up(expect=1)
    person.set_levels()
    person.set_tables()
    pair = person.make_key(read_order(stack.up(expect=1), KEY))
    assert age_place.list_values() == []
    person.supply_pair(pair)
    told = read_order(stack.up(expect=1), SINK)
    assert f"age://{age_place.file}" in "".join(told.split())
    (kept,) = age_place.list_values()
    assert (kept["publicKey"], kept["privateKey"]) == pair
    person.enter(pair)
    stack.up()
    person.take_back()
    stack.preview(expect=0)

    stack.set("rotate", "2026-11")
    new = person.make_key(read_order(stack.up(expect=1), KEY))
    assert age_place.list_values() == [kept]
    person.supply_pair(new)
    read_order(stack.up(expect=1), SINK)
    assert age_place.list_values()[0]["publicKey"] == new[0]
    assert stack.company.sink()["publicKey"] == pair[0]


def test_a_run_of_some_targets_leaves_the_member_active_whose_key_umbrella_holds(
    make_stack: Callable[..., Stack],
) -> None:
    """Nobody can list its keys; that Umbrella holds one is the person's word."""
    person = use_manual_driver(make_stack(), "connectwise", "umbrella")
    stack, pair = person.stack, person.bring_up()
    stack.set("memberId", "Umbrella2")
    chosen = [word for name in ("role", "permissions", "member") for word in ("--target", f"**::{name}")]
    assert "Umbrella" in stack.up(*chosen, expect=1).text
    assert stack.company.member()["inactiveFlag"] is False
    assert stack.company.dead_moments() == []
    new = person.make_key(read_order(stack.up(expect=1), KEY), "Umbrella2")
    person.supply_pair(new)
    read_order(stack.up(expect=1), SINK)
    person.enter(new)
    read_order(stack.up(expect=1), f"delete the API key {pair[0]}")
    assert stack.company.member()["inactiveFlag"] is False
    person.delete_key(pair[0])
    stack.up()
    assert stack.company.member()["inactiveFlag"] is True
    assert stack.company.dead_moments() == []
