from __future__ import annotations

from typing import Any

import pytest

from tests.unit.simulator.site import Site

MEMBERS = "/system/apiMembers"
REQUIRED = {
    "identifier",
    "name",
    "securityRole",
    "structureLevel",
    "securityLocation",
    "defaultLocation",
    "defaultDepartment",
    "salesDefaultLocation",
}


def patch(site: Site, member: dict[str, Any], *operations: dict[str, Any]) -> Any:
    return site.rest("PATCH", f"{MEMBERS}/{member['id']}", json=list(operations))


def replaced(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def test_a_new_member_takes_the_sites_defaults_and_is_listed(site: Site) -> None:
    role = site.create_role()
    member = site.create_member(role)
    assert member["securityRole"]["id"] == role["id"]
    assert member["inactiveFlag"] is False
    assert site.rest("GET", f"{MEMBERS}/{member['id']}").json() == member
    members = site.rest("GET", MEMBERS, params={"conditions": f"securityRole/id = {role['id']}"}).json()
    assert members == [member]
    assert site.rest("GET", f"{MEMBERS}/count").json() == {"count": 2}


def test_the_default_has_references_but_no_role_and_no_identifier(site: Site) -> None:
    default = site.rest("GET", f"{MEMBERS}/default").json()
    assert default["identifier"] == ""
    assert "securityRole" not in default
    assert default["structureLevel"]["name"] == "Corporate (Level 1)"
    assert default["serviceDefaultBoard"]["name"] == "Alerts"


def test_each_missing_field_is_named(site: Site) -> None:
    answer = site.rest("POST", MEMBERS, json={})
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidObject")
    assert {problem["field"] for problem in answer.json()["errors"]} == REQUIRED


def test_references_are_found_by_name_too(site: Site) -> None:
    names: dict[str, Any] = {
        "defaultLocation": {"name": "milan office"},
        "defaultDepartment": {"identifier": "SERVDEL"},
    }
    member = site.create_member(site.create_role(), **names, securityRole={"name": "umbrella"})
    assert member["defaultLocation"]["name"] == "Milan Office"
    assert member["defaultDepartment"]["name"] == "Service Delivery"


def test_references_to_nothing_are_refused_by_field(site: Site) -> None:
    body = site.build_member_body(site.create_role()) | {"defaultLocation": {"id": 1}, "securityRole": {"id": 2}}
    answer = site.rest("POST", MEMBERS, json=body)
    assert {problem["field"] for problem in answer.json()["errors"]} == {"defaultLocation", "securityRole"}


def test_an_inactive_role_cannot_be_given(site: Site) -> None:
    role = site.create_role()
    site.ask("PATCH", f"/roles/{role['id']}", json={"inactiveFlag": True})
    answer = site.rest("POST", MEMBERS, json=site.build_member_body(role))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "securityRole")


@pytest.mark.parametrize(
    ("identifier", "code"), [("x" * 16, "MaxLength"), ("a.b", "InvalidValue"), ("", "MissingRequiredField")]
)
def test_identifiers_are_short_and_hold_no_dot(site: Site, identifier: str, code: str) -> None:
    answer = site.rest("POST", MEMBERS, json=site.build_member_body(site.create_role(), identifier))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


@pytest.mark.parametrize("taken", ["uMBRELLA", "humanadmin", "LGone"])
def test_an_identifier_stays_taken_by_people_and_by_inactive_members(site: Site, taken: str) -> None:
    role = site.create_role()
    member = site.create_member(role)
    patch(site, member, replaced("inactiveFlag", True))
    answer = site.rest("POST", MEMBERS, json=site.build_member_body(role, taken))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "ObjectExists")
    assert answer.json()["errors"][0]["field"] == "identifier"


def test_a_patch_changes_fields_and_references(site: Site) -> None:
    site.ask("PUT", "/site", json={"patchByPart": "applied"})
    member = site.create_member(site.create_role())
    other = site.create_role("Other")
    answer = patch(
        site,
        member,
        replaced("/name", "New Name"),
        replaced("securityRole/id", other["id"]),
        {"op": "add", "path": "notes", "value": "hello"},
        replaced("defaultLocation", {"name": "Turin Office"}),
    )
    changed = answer.json()
    assert answer.status_code == 200
    assert (changed["name"], changed["notes"]) == ("New Name", "hello")
    assert changed["securityRole"]["id"] == other["id"]
    assert changed["defaultLocation"]["name"] == "Turin Office"
    assert changed["defaultDepartment"] == member["defaultDepartment"]
    assert "notes" not in patch(site, member, {"op": "remove", "path": "notes"}).json()


def test_a_created_object_has_an_address_that_is_never_https(site: Site) -> None:
    role = site.rest("POST", "/system/securityroles", json={"name": "Umbrella"})
    address = role.headers["Location"]
    assert address == f"{site.url}/v2025_1/apis/3.0/system/securityroles/{role.json()['id']}"
    assert address.startswith("http://")
    assert site.rest("GET", address).json() == role.json()
    member = site.rest("POST", MEMBERS, json=site.build_member_body(role.json()))
    assert site.rest("GET", member.headers["Location"]).json() == member.json()


def test_a_member_is_found_by_its_identifier_too(site: Site) -> None:
    member = site.create_member(site.create_role(), "Api User 1")
    rows = site.rest("GET", "/system/members").json()
    expected = next(row for row in rows if row["id"] == member["id"])
    assert site.rest("GET", "/system/members/api user 1").json() == expected
    assert site.rest("GET", "/system/members/nobody").json()["code"] == "NotFound"


def test_a_patch_of_a_part_of_a_reference_is_a_false_200(site: Site) -> None:
    member = site.create_member(site.create_role())
    other = site.create_role("Other")
    answer = patch(site, member, replaced("securityRole/id", other["id"]))
    assert (answer.status_code, answer.json()) == (200, member)
    mixed = patch(site, member, replaced("securityRole/id", other["id"]), replaced("name", "New Name"))
    assert (mixed.json()["name"], mixed.json()["securityRole"]) == ("New Name", member["securityRole"])
    whole = patch(site, member, replaced("securityRole", {"id": other["id"]}))
    assert whole.json()["securityRole"]["id"] == other["id"]


def test_inactive_sets_a_date_and_active_clears_it(site: Site) -> None:
    member = site.create_member(site.create_role())
    assert "inactiveDate" in patch(site, member, replaced("inactiveFlag", True)).json()
    assert "inactiveDate" not in patch(site, member, replaced("inactiveFlag", False)).json()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"op": "replace", "path": "name", "value": "x"}, "JSON array"),
        (["name"], "needs op, path and value"),
        ([{"op": "replace", "value": "x"}], "needs op, path and value"),
        ([{"op": "move", "path": "name", "value": "x"}], "'move' is not supported"),
        ([replaced("color", "red")], "Could not find member 'color'"),
        ([replaced("name/first", "red")], "Could not find member 'name/first'"),
        ([replaced("name", 5)], "is invalid"),
        ([replaced("securityRole/id", 1)], "is invalid"),
        ([{"op": "remove", "path": "name"}], "is invalid"),
        ([replaced("identifier", "HumanAdmin")], "is invalid"),
    ],
)
def test_a_bad_patch_is_refused_whole(site: Site, body: Any, words: str) -> None:
    site.ask("PUT", "/site", json={"patchByPart": "applied"})
    member = site.create_member(site.create_role())
    if isinstance(body, list):
        body = [replaced("notes", "must not be kept"), *body]
    answer = site.rest("PATCH", f"{MEMBERS}/{member['id']}", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert site.rest("GET", f"{MEMBERS}/{member['id']}").json() == member


def test_a_put_replaces_what_it_leaves_out(site: Site) -> None:
    member = site.create_member(site.create_role(), notes="old", emailAddress="a@example.com")
    body = {name: member[name] for name in REQUIRED}
    answer = site.rest("PUT", f"{MEMBERS}/{member['id']}", json=body | {"name": "Put Name"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Put Name")
    assert not {"notes", "emailAddress", "timeZone"} & set(answer.json())
    del body["name"]
    assert site.rest("PUT", f"{MEMBERS}/{member['id']}", json=body).json()["errors"][0]["field"] == "name"


def test_a_member_whose_role_is_gone_comes_back_only_with_a_role(site: Site) -> None:
    role = site.create_role()
    member = site.create_member(role)
    patch(site, member, replaced("inactiveFlag", True))
    site.rest("DELETE", f"/system/securityroles/{role['id']}")
    assert "securityRole" not in site.rest("GET", f"{MEMBERS}/{member['id']}").json()
    assert patch(site, member, replaced("inactiveFlag", False)).status_code == 400
    new_role = site.create_role()
    answer = patch(site, member, replaced("inactiveFlag", False), replaced("securityRole", {"id": new_role["id"]}))
    assert (answer.status_code, answer.json()["inactiveFlag"]) == (200, False)


def test_there_is_no_delete(site: Site) -> None:
    member = site.create_member(site.create_role())
    answer = site.rest("DELETE", f"{MEMBERS}/{member['id']}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PATCH, PUT")


def test_people_are_no_api_members_but_api_members_are_members(site: Site) -> None:
    rows = {row["identifier"]: row for row in site.rest("GET", "/system/members").json()}
    assert rows["HumanAdmin"]["licenseClass"] == "F"
    assert rows["HumanAdmin"]["lastName"]
    assert rows["PSAProvision"]["licenseClass"] == "A"
    assert "lastName" not in rows["PSAProvision"]
    person = rows["HumanAdmin"]["id"]
    assert site.rest("GET", f"/system/members/{person}").json() == rows["HumanAdmin"]
    assert site.rest("GET", f"{MEMBERS}/{person}").status_code == 404
    assert site.rest("GET", "/system/members/1").status_code == 404
    assert site.rest("GET", "/system/members/count?conditions=licenseClass='A'").json() == {"count": 1}


def test_a_person_may_change_any_field(site: Site) -> None:
    member, other = site.create_member(site.create_role()), site.create_role("Other")
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"roleId": other["id"], "notes": "by hand"})
    current = site.rest("GET", f"{MEMBERS}/{member['id']}").json()
    assert (current["securityRole"]["name"], current["notes"]) == ("Other", "by hand")
    assert current["_info"]["updatedBy"] == "HumanAdmin"


def test_what_was_read_may_be_written_back(site: Site) -> None:
    member = site.create_member(site.create_role())
    answer = site.rest("PUT", f"{MEMBERS}/{member['id']}", json=member)
    assert answer.status_code == 200
    volatile = {"_info"}
    same = {name: value for name, value in answer.json().items() if name not in volatile}
    assert same == {name: value for name, value in member.items() if name not in volatile}


@pytest.mark.parametrize(
    ("field", "value"),
    [("excludedServiceBoardIds", ["one"]), ("excludedServiceBoardIds", 5), ("inactiveDate", 5), ("timeZone", 5)],
)
def test_a_field_of_the_wrong_type_is_named(site: Site, field: str, value: object) -> None:
    answer = site.rest("POST", MEMBERS, json=site.build_member_body(site.create_role()) | {field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_boards_can_be_excluded_and_an_inactive_date_be_given(site: Site) -> None:
    more: dict[str, Any] = {
        "excludedServiceBoardIds": [7, 8],
        "inactiveFlag": True,
        "inactiveDate": "2025-01-31T00:00:00Z",
    }
    member = site.create_member(site.create_role(), **more)
    assert {name: member[name] for name in more} == more
    cleared = patch(site, member, replaced("excludedServiceBoardIds", None)).json()
    assert cleared["excludedServiceBoardIds"] == []


def test_an_empty_reference_points_to_nothing(site: Site) -> None:
    body = site.build_member_body(site.create_role()) | {"defaultLocation": {}}
    assert site.rest("POST", MEMBERS, json=body).json()["errors"][0]["field"] == "defaultLocation"
