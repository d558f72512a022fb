"""The main job, as an operator does it: up, preview, rotate, destroy, up again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.test_drift import TABLES, WANTED, assert_as_wanted
from tests.engine.workspace import Stack


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


@pytest.mark.recorded
def test_a_new_rotate_makes_proves_writes_and_only_then_retires(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    old = stack.company.sink()["publicKey"]
    stack.set("rotate", "2026-11")

    assert stack.list_changed() == {"key": "replace", "proof": "update", "umbrella": "update", "retirement": "update"}
    since = stack.company.requests()[-1]["n"]
    run = stack.up()
    assert "because rotate changed from '' to '2026-11'" in run.text

    assert_as_wanted(stack)
    new = stack.company.sink()["publicKey"]
    assert new != old
    steps = [
        (request["method"], request["path"].rpartition("/")[2])
        for request in stack.company.requests(since)
        if request["method"] != "GET" or request["by"] == new
    ]
    assert steps[0] == ("POST", "keys")
    assert sorted(steps[1:3]) == [("GET", ""), ("GET", "mySecurity")], "the proof asks both at once"
    assert steps[3:] == [("PUT", "psaIntegration"), ("DELETE", steps[-1][1])]
    assert stack.company.dead_moments() == []
    stack.preview(expect=0)


def test_a_key_is_replaced_when_it_is_due(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(maxAgeDays="90")
    stack.up()
    old = stack.company.sink()["publicKey"]
    _age_the_key(stack, "2020-01-01")

    preview = stack.preview(expect=7)
    assert "days old (maxAgeDays)" in preview.text
    stack.up()
    assert stack.company.sink()["publicKey"] != old
    assert_as_wanted(stack)
    stack.preview(expect=0)


def _age_the_key(stack: Stack, minted_on: str) -> None:
    """Turn the recorded day of minting back, as time would."""
    exported = stack.run_pulumi("stack", "export", "-s", stack.name).text
    state = json.loads(exported)
    for resource in state["deployment"]["resources"]:
        if resource["urn"].endswith("::key"):
            resource["inputs"]["minted_on"] = resource["outputs"]["minted_on"] = minted_on
    path = stack.workspace.project / "aged.json"
    path.write_text(json.dumps(state), encoding="utf-8")
    stack.run_pulumi("stack", "import", "-s", stack.name, "--file", str(path))


def test_renaming_the_member_touches_one_resource(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    stack.set("memberName", "Umbrella for Rome")
    assert stack.list_changed() == {"member": "update"}
    stack.up()
    assert stack.company.member()["name"] == "Umbrella for Rome"
    stack.preview(expect=0)


def test_another_role_name_moves_a_live_tenant_without_touching_its_key(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    key, old_role = stack.company.sink()["publicKey"], stack.company.role()["id"]
    stack.set("roleName", "Umbrella 2")
    assert not {"key", "umbrella", "retirement"} & stack.list_changed().keys()
    stack.up()
    role = stack.company.role("Umbrella 2")
    assert (role["levels"], sorted(role["tables"])) == (WANTED, TABLES)
    assert stack.company.member()["roleId"] == role["id"]
    assert stack.company.sink()["publicKey"] == key
    assert old_role not in [each["id"] for each in stack.company.ask("GET", "")["roles"]]
    assert stack.company.dead_moments() == []
    stack.preview(expect=0)


def test_other_permissions_are_granted_proved_and_shown(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    name = 'umbrella-psa:permissions["Companies / Company Maintenance"].inquire'
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", name, "My")
    stack.up(expect=0)
    assert stack.company.role()["levels"] == {"Companies / Company Maintenance": {"inquire": "My"}}
    stack.preview(expect=0)


def test_references_are_resolved_by_name(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", "umbrella-psa:memberDefaults.department", "Services")
    stack.up()
    assert stack.company.member()["defaultDepartment"] == "Services"
    stack.preview(expect=0)


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
