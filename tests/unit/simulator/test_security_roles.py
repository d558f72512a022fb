from __future__ import annotations

import pytest

from tests.unit.simulator.site import Site

ROLES = "/system/securityroles"


def test_a_new_role_is_listed_read_and_deleted(site: Site) -> None:
    role = site.create_role()
    assert role["name"] == "Umbrella"
    assert (role["adminFlag"], role["inactiveFlag"]) == (False, False)
    assert role["_info"]["updatedBy"] == role["_info"]["enteredBy"] == "PSAProvision"
    assert site.rest("GET", f"{ROLES}/{role['id']}").json() == role
    assert role in site.rest("GET", ROLES, params={"conditions": "name = 'umbrella'"}).json()
    assert site.rest("DELETE", f"{ROLES}/{role['id']}").status_code == 204
    gone = site.rest("GET", f"{ROLES}/{role['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "NotFound")
    assert site.rest("DELETE", f"{ROLES}/{role['id']}").status_code == 404


def test_a_name_is_taken_ignoring_case(site: Site) -> None:
    site.create_role("Umbrella")
    answer = site.rest("POST", ROLES, json={"name": "UMBRELLA"})
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidObject")
    problem = answer.json()["errors"][0]
    assert (problem["code"], problem["field"]) == ("ObjectExists", "name")


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "MissingRequiredField"), ({"name": " "}, "MissingRequiredField"), ({"name": "x" * 31}, "MaxLength")],
)
def test_a_name_is_required_and_short(site: Site, body: dict[str, str], code: str) -> None:
    answer = site.rest("POST", ROLES, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
    assert answer.json()["errors"][0]["field"] == "name"


def test_thirty_characters_are_allowed(site: Site) -> None:
    assert site.create_role("x" * 30)["name"] == "x" * 30


def test_an_unknown_field_is_refused_with_the_accept_hint(site: Site) -> None:
    answer = site.rest("POST", ROLES, json={"name": "x", "color": "red"})
    assert answer.status_code == 400
    assert "Could not find member 'color' on object of type 'SecurityRole'" in answer.json()["message"]
    assert "Accept header" in answer.json()["message"]


@pytest.mark.parametrize("body", ['{"name": 5}', '{"name": "x", "adminFlag": "yes"}', "[]", "{"])
def test_a_wrong_type_or_shape_is_400(site: Site, body: str) -> None:
    answer = site.rest("POST", ROLES, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidObject")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_role_cannot_be_changed_over_rest(site: Site, method: str) -> None:
    role = site.create_role()
    answer = site.rest(method, f"{ROLES}/{role['id']}", json={"name": "other"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET")


def test_a_role_that_an_active_member_uses_is_not_deleted(site: Site) -> None:
    role = site.create_role()
    member = site.create_member(role)
    refused = site.rest("DELETE", f"{ROLES}/{role['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "Conflict")
    assert refused.json()["message"].startswith("Record possibly in use")
    operation = [{"op": "replace", "path": "inactiveFlag", "value": True}]
    assert site.rest("PATCH", f"/system/apiMembers/{member['id']}", json=operation).status_code == 200
    assert site.rest("DELETE", f"{ROLES}/{role['id']}").status_code == 204
    left = site.rest("GET", f"/system/apiMembers/{member['id']}").json()
    assert "securityRole" not in left


def test_ids_start_somewhere_else_in_each_company(site: Site) -> None:
    role, member = site.create_role(), site.create_member(site.create_role("Second"))
    assert role["id"] > 99
    assert role["id"] != member["id"]


def test_role_info_shows_no_admin_flag(site: Site) -> None:
    role = site.create_role()
    info = site.rest("GET", f"{ROLES}/{role['id']}/info").json()
    assert info == {name: value for name, value in role.items() if name != "adminFlag"}
    assert info in site.rest("GET", f"{ROLES}/info").json()
    assert site.rest("GET", f"{ROLES}/info/count").json() == site.rest("GET", f"{ROLES}/count").json()


def test_a_person_may_change_a_role_and_is_named(site: Site) -> None:
    role = site.create_role()
    site.ask("PATCH", f"/roles/{role['id']}", json={"name": "Renamed", "inactiveFlag": True, "adminFlag": True})
    current = site.rest("GET", f"{ROLES}/{role['id']}").json()
    assert (current["name"], current["inactiveFlag"], current["adminFlag"]) == ("Renamed", True, True)
    assert current["_info"]["updatedBy"] == "HumanAdmin"
    assert current["_info"]["enteredBy"] == "PSAProvision"


def test_a_person_may_force_the_deletion_of_a_used_role(site: Site) -> None:
    role = site.create_role()
    site.create_member(role)
    refused = site.http.delete(f"{site.url}/_sim/companies/{site.company}/roles/{role['id']}", timeout=10)
    assert refused.status_code == 409
    site.ask("DELETE", f"/roles/{role['id']}?force=true")
    assert site.rest("GET", f"{ROLES}/{role['id']}").status_code == 404
