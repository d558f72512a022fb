"""Each mode of a site, as a client meets it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.unit.simulator.conftest import create_site
from tests.unit.simulator.site import NO_ROUTE, TIMEOUT, Site

FORWARD = {"pagination-type": "forward-only"}
ROLES = "/system/securityroles"


def set_modes(site: Site, **modes: Any) -> None:
    site.ask("PUT", "/site", json=modes)


def test_modes_are_set_one_by_one_or_when_the_company_is_made(site: Site) -> None:
    set_modes(site, linkEnd="always")
    set_modes(site, largestPage=100)
    modes = site.ask("GET", "/site")
    assert (modes["linkEnd"], modes["largestPage"], modes["linkOrigin"]) == ("always", 100, "own")
    other = create_site(site.http, site.url, site={"linkOrigin": "http"})
    assert other.ask("GET", "/site")["linkOrigin"] == "http"
    refused = site.http.put(f"{site.url}/_sim/companies/{site.company}/site", json={"typo": 1}, timeout=TIMEOUT)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("mode", "origin"),
    [
        ("screens", "https://screens.example"),
        ("http", "http://127.0.0.1"),
        ("https://na.example:8443", "https://na.example:8443"),
    ],
)
@pytest.mark.parametrize("headers", [None, FORWARD], ids=["by number", "forward only"])
def test_a_link_names_another_origin_with_the_same_path(
    site: Site, mode: str, origin: str, headers: dict[str, str] | None
) -> None:
    path = f"{ROLES}?pageSize=1"
    own = urlsplit(site.rest("GET", path, headers=headers).links["next"]["url"])
    set_modes(site, linkOrigin=mode)
    named = site.rest("GET", path, headers=headers).links["next"]["url"]
    assert named == f"{origin}{own.path}?{own.query}"


@pytest.mark.parametrize("headers", [None, FORWARD], ids=["by number", "forward only"])
def test_a_site_may_send_no_link_at_all(site: Site, headers: dict[str, str] | None) -> None:
    set_modes(site, linkOrigin="none")
    answer = site.rest("GET", f"{ROLES}?pageSize=1", headers=headers)
    assert len(answer.json()) == 1
    assert "Link" not in answer.headers


def test_the_end_of_a_forward_only_list_shows_in_three_ways(site: Site) -> None:
    last = site.rest("GET", ROLES).json()[-1]["id"]
    path = f"{ROLES}?pageSize=1&pageId={last - 1}"
    assert site.rest("GET", path, headers=FORWARD).headers["Link"] == ""
    set_modes(site, linkEnd="absent")
    assert "Link" not in site.rest("GET", path, headers=FORWARD).headers
    set_modes(site, linkEnd="always")
    answer = site.rest("GET", path, headers=FORWARD)
    assert f"pageId={last}" in answer.links["next"]["url"]
    beyond = site.rest("GET", answer.links["next"]["url"], headers=FORWARD)
    assert (beyond.json(), f"pageId={last}" in beyond.links["next"]["url"]) == ([], True)


def test_a_server_may_take_at_most_100_rows_a_page(site: Site) -> None:
    set_modes(site, largestPage=100)
    refused = site.rest("GET", f"{ROLES}?pageSize=1000")
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        [
            {
                "code": "OutOfRange",
                "message": "The field pageSize must be between 1 and 100.",
                "resource": "pageSize",
                "field": "pageSize",
            }
        ],
    )
    assert site.rest("GET", f"{ROLES}?pageSize=100").status_code == 200


def test_a_page_may_be_shorter_than_asked_for_without_a_link(site: Site) -> None:
    set_modes(site, shortPage=2, linkOrigin="none")
    rows = [site.rest("GET", f"{ROLES}?pageSize=1000&page={page}").json() for page in (1, 2, 3)]
    assert [len(page) for page in rows] == [2, 2, 0]
    assert "Link" not in site.rest("GET", f"{ROLES}?pageSize=1000", headers=FORWARD).headers


@pytest.mark.parametrize(
    "missing",
    [
        ["/system/mySecurity", "/system/mySecurity/customizeItems"],
        ["/system/MYSECURITY/"],
        ["/system/mySecurity/customizeItems"],
        ["/system/apiMembers/default"],
    ],
)
def test_a_site_may_lack_routes_each_by_itself(site: Site, missing: list[str]) -> None:
    set_modes(site, missingRoutes=missing)
    gone = {path.casefold().rstrip("/") for path in missing}
    for path in ("/system/mySecurity", "/system/mySecurity/customizeItems/", "/system/apiMembers/default"):
        answer = site.rest("GET", path)
        if path.casefold().rstrip("/") in gone:
            assert (answer.status_code, answer.json()) == (404, NO_ROUTE)
        else:
            assert answer.status_code == 200
    assert site.rest("GET", "/system/apiMembers").status_code == 200
    assert site.rest("GET", missing[0], key=("wrong", "wrong")).status_code == 401


def test_a_list_may_refuse_a_condition_on_what_its_rows_have(site: Site) -> None:
    path = "/system/members?conditions=securityRole/id = 5"
    assert site.rest("GET", path).status_code == 200
    set_modes(site, refusedConditions={"members": ["securityRole/id"]})
    refused = site.rest("GET", path)
    assert (refused.status_code, refused.json()) == (
        400,
        {"code": "ApiFindCondition", "message": "securityRole/id is not a recognized name.", "errors": None},
    )
    assert site.rest("GET", "/system/members/count?conditions=SecurityRole/ID in (5)").status_code == 400
    assert site.rest("GET", "/system/members?conditions=securityRole/name = 'Admin'").status_code == 200
    assert site.rest("GET", "/system/members?orderBy=securityRole/id").status_code == 200
    assert site.rest("GET", "/system/apiMembers?conditions=securityRole/id = 5").status_code == 200


def test_a_moved_codebase_may_be_told_by_the_gateway(site: Site) -> None:
    set_modes(site, wrongCodebase="cannotRoute")
    site.codebase = "v2019_1"
    answer = site.rest("GET", ROLES)
    assert (answer.status_code, answer.text) == (400, "Cannot route. Codebase/company is invalid")


def test_at_the_screens_host_the_api_says_that_ssl_is_required(site: Site) -> None:
    set_modes(site, apiHost="api-")
    answer = site.rest("GET", ROLES)
    assert (answer.status_code, answer.json()) == (
        403,
        {"code": "Security", "message": "SSL is required.", "errors": None},
    )
    assert site.rest("GET", ROLES, headers={"Host": "api-na.example"}).status_code == 200


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ("filter", 403, "Access Denied"),
        ("filterJson", 403, '"status": "blocked"'),
        ("cannotRoute", 400, "Cannot route."),
        ("sslRequired", 403, "SSL is required."),
    ],
)
def test_something_in_front_of_the_api_answers_before_it(site: Site, answer: str, status: int, words: str) -> None:
    site.add_fault("status", answer=answer)
    first = site.rest("POST", ROLES, json={"name": "Umbrella"})
    assert (first.status_code, words in first.text) == (status, True)
    site.add_fault("status", answer=answer, status=503)
    assert site.rest("GET", ROLES).status_code == 503
    assert "Umbrella" not in [role["name"] for role in site.dump()["roles"]]


def test_inactive_members_may_block_the_deletion_of_a_role_too(site: Site) -> None:
    set_modes(site, inactiveMembersBlock=True)
    role = site.create_role()
    member = site.create_member(role)
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": True})
    assert site.rest("DELETE", f"{ROLES}/{role['id']}").status_code == 409
    other = site.create_role("Free")
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"roleId": other["id"]})
    assert site.rest("DELETE", f"{ROLES}/{role['id']}").status_code == 204


def test_answers_may_hold_nulls_at_any_depth(site: Site) -> None:
    member = site.create_member(site.create_role())
    set_modes(site, nulls={"apiMembers": ["_info/updatedBy", "defaultLocation/name"], "settings$": ["module*"]})
    for answer in (site.rest("GET", "/system/apiMembers"), site.rest("GET", f"/system/apiMembers/{member['id']}")):
        row = answer.json()[-1] if isinstance(answer.json(), list) else answer.json()
        assert (row["_info"]["updatedBy"], row["defaultLocation"]["name"]) == (None, None)
        assert (row["identifier"], row["defaultLocation"]["id"]) == ("Umbrella", member["defaultLocation"]["id"])
    settings = site.rest("GET", f"/system/securityRoles/{member['securityRole']['id']}/settings").json()
    assert {row["moduleName"] for row in settings} == {None}
    assert site.rest("GET", "/system/members").json()[0]["_info"]["updatedBy"] is not None


def test_a_level_may_have_another_name_and_objects_unknown_fields(site: Site) -> None:
    set_modes(site, levelTexts={"My": "Mine", "All": "Everything"}, unknownFields=True)
    role = next(role for role in site.dump()["roles"] if role["name"] == "Service Desk")
    rows = site.rest("GET", f"/system/securityRoles/{role['id']}/settings?pageSize=1000").json()
    assert {row["inquireLevel"] for row in rows} == {"Mine", "Everything", "None"}
    assert all("newField" in row and "newField" in row["_info"] for row in rows)
    assert len(site.rest("GET", f"/system/securityRoles/{role['id']}/settings?conditions=addLevel = 'My'").json()) == 2


def test_two_locations_or_departments_may_have_one_name(site: Site) -> None:
    for kind, path in (("locations", "/system/locations"), ("departments", "/system/departments")):
        row = site.rest("GET", path).json()[0]
        twin = site.ask("POST", f"/lookups/{kind}", json={"name": row["name"]})
        named = site.rest("GET", path, params={"conditions": f"name = '{row['name']}'"}).json()
        assert [found["id"] for found in named] == [row["id"], twin["id"]]
    body = {**site.build_member_body(site.create_role()), "defaultDepartment": {"id": twin["id"]}}
    assert site.rest("POST", "/system/apiMembers", json=body).json()["defaultDepartment"]["id"] == twin["id"]


def test_a_member_id_may_hold_blanks_in_its_own_stamps_too(site: Site) -> None:
    me = next(row for row in site.dump()["apiMembers"] if row["identifier"] == "PSAProvision")
    site.ask("PATCH", f"/apiMembers/{me['id']}", json={"identifier": "PSA Provision 1"})
    created = site.create_member(site.create_role(), "Api User 1")
    assert (created["identifier"], created["_info"]["updatedBy"]) == ("Api User 1", "PSA Provision 1")


def test_the_look_up_of_a_company_may_say_more_or_less_and_otherwise(site: Site) -> None:
    def ask() -> Any:
        return site.http.get(f"{site.url}/login/companyinfo/{site.company}", timeout=TIMEOUT).json()

    plain = ask()
    assert (plain["VersionCode"], plain["VersionNumber"], plain["IsCloud"]) == ("v2025.1", "v4.6.10675", True)
    told = {"SiteUrl": "api-ca.myconnectwise.net", "IsCloud": "True", "Codebase": "v2026_4/"}
    set_modes(site, companyInfo={**told, "VersionCode": None})
    del plain["VersionCode"]
    assert ask() == {**plain, **told}


def test_customize_items_may_list_what_is_denied(site: Site) -> None:
    role = next(role for role in site.dump()["roles"] if role["name"] == "Provisioning")
    site.ask("PUT", f"/roles/{role['id']}/tables", json={"allow": ["Service / Priority"]})

    def list_items() -> set[str]:
        rows = site.rest("GET", "/system/mySecurity/customizeItems/?pageSize=1000").json()
        return {row["itemIdentifier"] for row in rows if row["customizeIdentifier"] == "SystemTableSetup"}

    assert list_items() == {"ServicePriority"}
    set_modes(site, customizeItems="denied")
    denied = list_items()
    assert "ServicePriority" not in denied
    assert len(denied) == site.rest("GET", "/system/setupScreens/count").json()["count"] - 1
