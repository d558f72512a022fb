"""Whose an object is: what was interrupted is taken up, what another machine did is put right, what is theirs stays."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.remote import Company
from tests.stories.disturbances import clear_up
from tests.stories.drifts import assert_as_wanted
from tests.stories.neighbours import Neighbours, assert_converged, own_keys
from tests.stories.stack import MakeStack


def lose_the_reply(company: Company, path: str, looks: int) -> None:
    """A create whose reply never comes, and a site that can't be asked any more after so many looks beforehand."""
    common = {"path": path, "times": None}
    company.add_fault("reset", method="POST", when="after", **common)
    company.add_fault("status", method="GET", status=403, skip=looks, **common)


def take_up_role_and_member(make: MakeStack, folder: Path) -> None:
    stack = make()
    site = stack.company
    # To Prism, between the product and the site, what comes now would be a violation.
    stack.set("connectwise:site", site.simulator.url)
    looks = stack.looks_before_creation
    lose_the_reply(site, "/system/securityroles$", looks=looks)
    stack.up(expect=1)
    role = site.role()["id"]
    clear_up(stack)
    # Is there such a member? And has the role that is taken up any?
    lose_the_reply(site, "/system/apiMembers$", looks=2 * looks)
    stack.up(expect=1)
    member = site.member()["id"]
    clear_up(stack)

    stack.up()
    assert_as_wanted(stack)
    assert (site.role()["id"], site.member()["id"]) == (role, member)
    stack.destroy()
    assert "Umbrella" not in [one["name"] for one in site.ask("GET", "")["roles"]], "made by us, so not kept"


def leave_what_looks_the_same(make: MakeStack, folder: Path) -> None:
    stack = make()
    theirs = stack.company
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


def work_on_two_machines(make: MakeStack, folder: Path) -> None:
    here = make()
    here.up()
    neighbours = Neighbours(here.company)
    there = here.make_second_machine(folder / "there")
    there.set("rotate", "spring")
    there.up()
    rotated = assert_converged(there, neighbours)

    assert rotated in here.preview(expect=here.drifted).text
    here.up()
    again = assert_converged(here, neighbours)
    assert again != rotated
    there.up()
    assert_converged(there, neighbours)
    assert there.find_leaks() == []


def lose_state(make: MakeStack, folder: Path) -> None:
    stack = make()
    stack.up()
    company, neighbours = stack.company, Neighbours(stack.company)
    (key,) = own_keys(company)
    stack.forget_everything()
    refused = stack.up(expect=1)
    assert "a security role named 'Umbrella' exists already and is not ours" in refused.text
    assert own_keys(company) == [key]

    stack.set("adopt", "any")
    stack.up()
    assert assert_converged(stack, neighbours) != key
    stack.preview(expect=0)


def adopt_somebodys_role(make: MakeStack, folder: Path) -> None:
    stack = make()
    theirs = stack.company
    theirs.ask("POST", "/roles", {"name": "Umbrella"})
    theirs.ask("PUT", f"/roles/{theirs.role()['id']}/levels", {"Finance / Invoicing": {"inquire": "All"}})
    refused = stack.up(expect=None)
    assert refused.code not in (0, stack.drifted)
    says = "a security role named 'Umbrella' exists already and is not ours; choose another roleName"
    assert says in refused.text
    assert "Traceback" not in refused.text
    assert [request for request in theirs.requests() if request["method"] != "GET"] == []
    stack.set("adopt", "any")
    stack.up()
    stack.destroy()
    assert theirs.role()["name"] == "Umbrella", "what was taken over is kept"


def take_over_somebodys_console(make: MakeStack, folder: Path) -> None:
    stack = make()
    theirs = stack.company
    theirs.set_sink(kind="ConnectWise", enabled=True, publicKey="Zz9Zz9Zz9Zz9Zz9Z", privateKey="Yy8Yy8Yy8Yy8Yy8Y")
    refused = stack.up(expect=None)
    assert refused.code not in (0, stack.drifted)
    assert "already holds an enabled ConnectWise integration with Zz9Zz9Zz9Zz9Zz9Z" in refused.text
    assert re.search("umbrella[:.]adopt", refused.text)
    assert "Traceback" not in refused.text
    assert [request for request in theirs.requests() if request["method"] != "GET"] == []
    stack.set("umbrella:adopt", "any")
    stack.up()
    assert theirs.sink()["publicKey"] == theirs.member()["keys"][0]["publicKey"]


def use_new_provisioning_key(make: MakeStack, folder: Path) -> None:
    stack = make()
    stack.up()
    stack.company.credentials |= stack.company.ask("POST", "/provisioningKey/rotate")
    stack.set("connectwise:publicKey", stack.company.credentials["publicKey"])
    stack.set_secret("connectwise:privateKey", stack.company.credentials["privateKey"])
    stack.up(*stack.fresh)
    assert_as_wanted(stack)
    stack.preview(expect=0)


OWNERSHIP = {
    "a role and a member of interrupted runs are taken up": take_up_role_and_member,
    "a role or a member of somebody else's that looks the same is left alone": leave_what_looks_the_same,
    "two machines with copies of one state never cost the sink its key": work_on_two_machines,
    "a lost state is told and found again with adopt": lose_state,
    "somebody else's role of that name is refused until adopt says so": adopt_somebodys_role,
    "a console with somebody else's integration is refused before anything is made": take_over_somebodys_console,
    "a new provisioning key is used": use_new_provisioning_key,
}
