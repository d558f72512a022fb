"""What an interrupted run left is taken up, what a second machine did is put right, and what is somebody's is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.remote import Company
from tests.engine.disturbances import make_second_machine
from tests.engine.tenant_fixture import Neighbours, assert_converged, own_keys, separate
from tests.engine.test_drift import assert_as_wanted
from tests.engine.workspace import Stack


def lose_the_reply(company: Company, path: str, looks: int) -> None:
    """A create whose reply never comes, and a site that can't be asked any more after so many looks beforehand."""
    common = {"company": company.id, "path": path, "times": None}
    company.simulator.ask("POST", "/faults", {"kind": "reset", "method": "POST", "when": "after", **common})
    company.simulator.ask(
        "POST", "/faults", {"kind": "status", "method": "GET", "status": 403, "skip": looks, **common}
    )


def clear_up(company: Company) -> None:
    company.simulator.ask("DELETE", f"/faults?company={company.id}")


def test_a_role_and_a_member_of_interrupted_runs_are_taken_up(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    stack = make_stack(site := separate(company()))
    lose_the_reply(site, "/system/securityroles$", looks=1)
    stack.up(expect=1)
    role = site.role()["id"]
    clear_up(site)
    # Is there such a member? And has the role that is taken up any?
    lose_the_reply(site, "/system/apiMembers$", looks=2)
    stack.up(expect=1)
    member = site.member()["id"]
    clear_up(site)

    stack.up()
    assert_as_wanted(stack)
    assert (site.role()["id"], site.member()["id"]) == (role, member)
    stack.destroy()
    assert "Umbrella" not in [one["name"] for one in site.ask("GET", "")["roles"]], "made by us, so not kept"


def test_a_role_or_a_member_of_somebody_elses_that_looks_the_same_is_left_alone(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    stack = make_stack(theirs)
    role = theirs.ask("POST", "/roles", {"name": "Umbrella"})["id"]
    before = theirs.ask("GET", "")
    assert "a security role named 'Umbrella' exists already and is not ours" in stack.up(expect=1).text
    assert theirs.ask("GET", "") == before

    theirs.ask("PATCH", f"/roles/{role}", {"name": "Theirs"})
    fields = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role}
    theirs.ask("POST", "/apiMembers", fields)
    before = theirs.ask("GET", "")
    assert "an API member 'Umbrella' exists already and is not ours" in stack.up(expect=1).text
    assert theirs.ask("GET", "") == before


def test_two_machines_with_copies_of_one_stack_never_cost_the_sink_its_key(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    here = make_stack()
    here.up()
    neighbours = Neighbours(here.company)
    there = make_second_machine(here, tmp_path / "there")
    there.set("rotate", "spring")
    there.up()
    rotated = assert_converged(there, neighbours)

    assert rotated in here.preview(expect=7).text
    here.up()
    again = assert_converged(here, neighbours)
    assert again != rotated
    there.up()
    assert_converged(there, neighbours)
    assert there.find_leaks() == []


def test_a_lost_state_is_told_and_found_again_with_adopt(make_stack: Callable[..., Stack], tmp_path: Path) -> None:
    stack = make_stack()
    stack.up()
    company, neighbours = stack.company, Neighbours(stack.company)
    (key,) = own_keys(company)
    _forget_everything(stack, tmp_path)
    refused = stack.up(expect=1)
    assert "a security role named 'Umbrella' exists already and is not ours" in refused.text
    assert own_keys(company) == [key]

    stack.set("adopt", "any")
    stack.up()
    assert assert_converged(stack, neighbours) != key
    stack.preview(expect=0)


def _forget_everything(stack: Stack, folder: Path) -> None:
    state: dict[str, Any] = json.loads(stack.run_pulumi("stack", "export", "-s", stack.name).text)
    state["deployment"]["resources"] = []
    path = folder / "nothing.json"
    path.write_text(json.dumps(state), encoding="utf-8")
    stack.run_pulumi("stack", "import", "-s", stack.name, "--file", str(path))
