"""What is refused in somebody's interest, and what the word in `allow` lets through."""

from __future__ import annotations

import json
from pathlib import Path

from tests.stories.stack import MakeStack, TenantStack

FULL = dict.fromkeys(("add", "edit", "delete", "inquire"), "All")
WANTED = {"Service Desk / Service Tickets": {"add": "All", "inquire": "All"}}


def allow(stack: TenantStack, word: str) -> None:
    stack.set("allow", json.dumps([word]))


def keep_shared_role_narrow(make: MakeStack, folder: Path) -> None:
    stack = make(permissions=json.dumps(WANTED))
    stack.up()
    other = {"identifier": "Backup", "name": "Backup", "roleId": stack.company.role()["id"]}
    stack.company.ask("POST", "/apiMembers", other)
    stack.preview(expect=0)
    stack.set("permissions", json.dumps({"Service Desk / Service Tickets": {"inquire": "All"}}))
    stack.up()

    stack.set("permissions", json.dumps(WANTED))
    refused = stack.up(expect=1)
    assert "is also used by Backup" in refused.text
    assert "add shared-role to allow" in refused.text
    assert stack.company.role()["levels"] == {"Service Desk / Service Tickets": {"inquire": "All"}}
    allow(stack, "shared-role")
    stack.up()
    assert stack.company.role()["levels"] == WANTED


def keep_member_with_somebodys_key(make: MakeStack, folder: Path) -> None:
    stack = make()
    stack.up()
    stack.company.ask("POST", f"/apiMembers/{stack.company.member()['id']}/keys", {"description": "Backup tool"})
    refused = stack.destroy(expect=1)
    assert "owns keys that are not ours" in refused.text
    assert "add foreign-keys to allow" in refused.text
    assert not stack.company.member()["inactiveFlag"]
    assert [key["description"] for key in stack.company.member()["keys"]] == ["Backup tool"]
    allow(stack, "foreign-keys")
    stack.destroy(*stack.fresh)
    assert stack.company.member()["inactiveFlag"]


def keep_key_that_we_sign_in_with(make: MakeStack, folder: Path) -> None:
    own = ("System / Security Roles", "System / Member Maintenance", "System / Table Setup")
    stack = make(permissions=json.dumps(dict.fromkeys(own, FULL)), tableAccess="[]")
    stack.up()
    held = stack.company.sink()["publicKey"]
    private = stack.company.ask("GET", "/privateKeys")[held]
    pair = {"UMBRELLA_PSA_CONNECTWISE_PUBLIC_KEY": held, "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY": private}
    stack.set("rotate", "2")
    since = stack.company.requests()[-1]["n"]
    refused = stack.up(expect=1, **pair)
    assert f"the key to be replaced, {held}, is the one that we are signed in with" in refused.text
    assert "add own-key to allow" in refused.text
    assert [request for request in stack.company.requests(since) if request["method"] != "GET"] == []

    allow(stack, "own-key")
    stack.up(expect=None, **pair)
    stack.up(*stack.fresh)
    assert stack.company.sink()["publicKey"] != held
    assert [key["publicKey"] for key in stack.company.member()["keys"]] == [stack.company.sink()["publicKey"]]
    assert stack.company.dead_moments() == []


GUARDS = {
    "a role that another active member has is not widened": keep_shared_role_narrow,
    "a member with somebody's key is not made inactive": keep_member_with_somebodys_key,
    "the key that we sign in with is not rotated": keep_key_that_we_sign_in_with,
}
