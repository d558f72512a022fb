from __future__ import annotations

import re

import pytest

from simulator.services.connectwise.permissions import PROVISIONING_RIGHTS, REQUIRED_RIGHTS
from tests.unit.simulator.conftest import create_site
from tests.unit.simulator.site import Site

EVERYTHING = {"add": "All", "edit": "All", "delete": "All", "inquire": "All"}


def filled(route: str) -> str:
    return re.sub(r"\{\w+\}", "999999", route)


@pytest.mark.parametrize(("method", "route"), sorted(REQUIRED_RIGHTS), ids=lambda part: part)
def test_a_route_opens_with_its_own_right_and_with_no_other(site: Site, method: str, route: str) -> None:
    label, verb = REQUIRED_RIGHTS[(method, route)]
    every = {other: EVERYTHING for other in PROVISIONING_RIGHTS}
    lacking = every | {label: {other_verb: level for other_verb, level in EVERYTHING.items() if other_verb != verb}}
    refused = site.rest(method, filled(route), key=site.mint_key_with(lacking, "Lacking"), json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "Forbidden")
    assert f"{label}: {verb}" in refused.json()["message"]
    let_in = site.rest(method, filled(route), key=site.mint_key_with({label: {verb: "All"}}, "Enough"), json={})
    assert let_in.status_code not in (401, 403)


@pytest.mark.parametrize(
    "path", ["/system/info", "/system/mySecurity", "/system/mySecurity/customizeItems", "/system/locations"]
)
def test_some_routes_need_no_more_than_an_active_key(site: Site, path: str) -> None:
    assert site.rest("GET", path, key=site.mint_key_with({})).status_code == 200


def test_an_admin_role_may_do_everything(site: Site) -> None:
    admin_site = create_site(site.http, site.url, provisioningRights="admin")
    assert admin_site.rest("GET", "/system/securityroles").status_code == 200
    assert admin_site.create_role("Made by an admin")["id"]


def test_the_rights_of_the_provisioning_key_can_be_chosen(site: Site) -> None:
    admin_site = create_site(site.http, site.url, provisioningRights={"System / Security Roles": {"inquire": "All"}})
    assert admin_site.rest("GET", "/system/securityroles").status_code == 200
    assert admin_site.rest("POST", "/system/securityroles", json={"name": "x"}).status_code == 403
    assert admin_site.rest("GET", "/system/apiMembers").status_code == 403
    none = create_site(site.http, site.url, provisioningRights={})
    assert none.rest("GET", "/system/securityroles").status_code == 403


def test_a_key_loses_its_rights_with_its_role(site: Site) -> None:
    pair = site.mint_key_with({"System / Security Roles": {"inquire": "All"}})
    role = next(role for role in site.dump()["roles"] if role["name"] == "Role of Other")
    site.ask("DELETE", f"/roles/{role['id']}?force=true")
    assert site.rest("GET", "/system/securityroles", key=pair).status_code == 403
    answer = site.rest("GET", "/system/mySecurity", key=pair)
    assert (answer.status_code, answer.json()) == (200, [])


def test_my_security_shows_the_callers_own_levels(site: Site) -> None:
    pair = site.mint_key_with({"Service Desk / Service Tickets": {"add": "My", "inquire": "All"}}, "Ticketer")
    rows = site.rest("GET", "/system/mySecurity?pageSize=1000", key=pair).json()
    granted = [row for row in rows if "All" in row.values() or "My" in row.values()]
    assert [(row["moduleFunctionName"], row["addLevel"], row["deleteLevel"]) for row in granted] == [
        ("Service Tickets", "My", "None")
    ]
    assert {row["member"]["identifier"] for row in rows} == {"Ticketer"}


@pytest.mark.parametrize("slash", ["", "/"])
def test_customize_items_list_what_the_caller_may_use(site: Site, slash: str) -> None:
    member = site.create_member(site.create_role())
    key = site.mint_key(member)
    path = f"/securityRoles/{member['securityRole']['id']}/customize"
    allow = ["Service / Service Board", "Company / Configuration"]
    assert site.gateway("PUT", path, json={"function": "Table Setup", "allow": allow}).status_code == 200
    pair = (key["publicKey"], key["privateKey"])
    other = {"function": "Companies / Configurations", "allow": ["Managed Server"]}
    assert site.gateway("PUT", path, json=other).json() == other
    items = site.rest("GET", f"/system/mySecurity/customizeItems{slash}", key=pair).json()
    assert [(item["customizeIdentifier"], item["itemIdentifier"]) for item in items] == [
        ("SystemTableSetup", "CompanyConfiguration"),
        ("SystemTableSetup", "ServiceServiceBoard"),
        ("CompanyConfigurations", "ManagedServer"),
        ("ServiceResourceScheduling", "CorporateLevel1"),
        ("ServiceResourceScheduling", "LocationLevel3"),
        ("ServiceResourceScheduling", "RegionLevel2"),
    ], "and a list that nobody has customized allows everything"
    assert len({item["id"] for item in items}) == len(items)
