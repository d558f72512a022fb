"""Changed settings, and what each of them touches."""

from __future__ import annotations

import json
from pathlib import Path

from tests.stories.drifts import TABLES, WANTED, assert_as_wanted
from tests.stories.stack import MakeStack


def rename_member(make: MakeStack, folder: Path) -> None:
    stack = make()
    stack.up()
    stack.set("memberName", "Umbrella for Rome")
    assert stack.list_changed() == {"member": "update"}
    stack.up()
    assert stack.company.member()["name"] == "Umbrella for Rome"
    stack.preview(expect=0)


def rename_role(make: MakeStack, folder: Path) -> None:
    stack = make()
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


def grant_otherwise(make: MakeStack, folder: Path) -> None:
    stack = make()
    stack.up()
    stack.set("permissions", json.dumps({"Companies / Company Maintenance": {"inquire": "My"}}))
    stack.up()
    assert stack.company.role()["levels"] == {"Companies / Company Maintenance": {"inquire": "My"}}
    stack.preview(expect=0)


def refer_by_name(make: MakeStack, folder: Path) -> None:
    stack = make(memberDefaults=json.dumps({"department": "Services"}))
    stack.up()
    assert stack.company.member()["defaultDepartment"] == "Services"
    stack.preview(expect=0)


def rotate_in_order(make: MakeStack, folder: Path) -> None:
    stack = make()
    stack.up()
    old = stack.company.sink()["publicKey"]
    stack.set("rotate", "2026-11")

    renewed = {"key": stack.renewal, "proof": "update", "umbrella": "update", "retirement": "update"}
    assert stack.list_changed() == renewed
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


def replace_old_key(make: MakeStack, folder: Path) -> None:
    stack = make(maxAgeDays="90")
    stack.up()
    old = stack.company.sink()["publicKey"]
    stack.backdate_key("2020-01-01")

    preview = stack.preview(expect=stack.drifted)
    assert "days old (maxAgeDays)" in preview.text
    stack.up()
    assert stack.company.sink()["publicKey"] != old
    assert_as_wanted(stack)
    stack.preview(expect=0)


CHANGES = {
    "a renamed member touches one resource": rename_member,
    "another role name moves a live tenant without touching its key": rename_role,
    "other permissions are granted, proved and shown": grant_otherwise,
    "references are resolved by name": refer_by_name,
    "a new rotate makes, proves, writes and only then retires": rotate_in_order,
    "a key is replaced when it is due": replace_old_key,
}
