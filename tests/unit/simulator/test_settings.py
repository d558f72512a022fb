from __future__ import annotations

from typing import Any

import pytest

from tests.unit.simulator.site import Site

# Every row of the two screenshots on Cisco's page 225008, in its order; True where it shows "customize".
SERVICE_DESK = {
    "Agile Board": False,
    "Change Approvals": False,
    "ChangeManagement": False,
    "Close Service Tickets": False,
    "CloudConsole": False,
    "ConnectWise Chat": False,
    "ConnectWise Control": False,
    "ConnectWise Manage Network": False,
    "ITBoost": False,
    "Knowledge Base Approver": False,
    "Knowledge Base Creator": False,
    "Launch Remote Access": False,
    "Merge Tickets": False,
    "Print Service Signoff": False,
    "Reports": True,
    "Resource Scheduling": True,
    "Service Dashboard": False,
    "Service Ticket - Dependencies": False,
    "Service Tickets": False,
    "Service Tickets - Finance": False,
    "SLA Dashboard": False,
    "Ticket Templates": False,
}
SYSTEM = {
    "Add Licenses": False,
    "API Reports": False,
    "Chat with ConnectWise Manage Support": False,
    "ConnectWise Manage Labs": False,
    "ConnectWise Next": False,
    "ConnectWise Now": False,
    "Custom Menu Entry": True,
    "Data Import": False,
    "Email Audit": False,
    "Health Dashboard": False,
    "List View Export": False,
    "Manage Hosted API": True,
    "Marketplace Sharing": False,
    "Mass Maintenance": True,
    "Member Maintenance": False,
    "My Account": True,
    "My Company": False,
    "Report Writer": False,
    "Security Roles": False,
    "System Reports": True,
    "Table Setup": True,
}
LEVELS = ("addLevel", "editLevel", "deleteLevel", "inquireLevel")


def rows_of(site: Site, role: dict[str, Any]) -> list[dict[str, Any]]:
    answer = site.rest("GET", f"/system/securityRoles/{role['id']}/settings?pageSize=1000")
    rows: list[dict[str, Any]] = answer.json()
    return rows


def make_row(site: Site, role: dict[str, Any], module: str, name: str) -> dict[str, Any]:
    return next(row for row in rows_of(site, role) if (row["moduleName"], row["moduleFunctionName"]) == (module, name))


def grant(module: str, name: str, **levels: str | None) -> dict[str, Any]:
    return {"moduleName": module, "moduleFunctionName": name, **dict.fromkeys(LEVELS, "None"), **levels}


def test_the_two_modules_of_ciscos_page_are_there_row_by_row(site: Site) -> None:
    rows = rows_of(site, site.create_role())
    for module, wanted in (("Service Desk", SERVICE_DESK), ("System", SYSTEM)):
        flags = {row["moduleFunctionName"]: row["customFlag"] for row in rows if row["moduleName"] == module}
        assert flags == wanted
        assert list(flags) == list(wanted)


def test_all_nine_modules_are_there(site: Site) -> None:
    modules = {row["moduleName"] for row in rows_of(site, site.create_role())}
    expected = "Companies, Finance, Marketing, Procurement, Project, Sales, Service Desk, System, Time & Expense"
    assert modules == set(expected.split(", "))


def test_a_fresh_role_grants_nothing(site: Site) -> None:
    assert {row[level] for row in rows_of(site, site.create_role()) for level in LEVELS} == {"None", None}


def test_two_roles_never_share_a_row(site: Site) -> None:
    first, second = ({row["id"] for row in rows_of(site, site.create_role(name))} for name in ("One", "Two"))
    assert not first & second


def test_one_row_can_be_read_by_its_id(site: Site) -> None:
    role = site.create_role()
    wanted = rows_of(site, role)[40]
    path = f"/system/securityRoles/{role['id']}/settings"
    assert site.rest("GET", f"{path}/{wanted['id']}").json() == wanted
    assert site.rest("GET", f"{path}/1").status_code == 404
    assert site.rest("GET", "/system/securityRoles/1/settings").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_levels_cannot_be_written_over_rest(site: Site, method: str) -> None:
    role = site.create_role()
    path = f"/system/securityRoles/{role['id']}/settings"
    row_path = f"{path}/{rows_of(site, role)[0]['id']}"
    for target in (path, row_path):
        answer = site.rest(method, target, json={})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_the_gateway_sets_the_rows_named_and_leaves_the_others(site: Site) -> None:
    role = site.create_role()
    path = f"/securityRoles/{role['id']}/settings"
    tickets = grant("Service Desk", "Service Tickets", addLevel="All", editLevel="My", inquireLevel="All")
    answer = site.gateway("PUT", path, json={"settings": [tickets]})
    assert (answer.status_code, answer.json()) == (200, {"settings": [tickets]})
    tables = grant("System", "Table Setup", inquireLevel="All")
    assert site.gateway("PUT", path, json={"settings": [tables]}).status_code == 200
    held = site.dump()["roles"][-1]["levels"]
    assert held == {
        "Service Desk / Service Tickets": {"add": "All", "edit": "My", "inquire": "All"},
        "System / Table Setup": {"inquire": "All"},
    }
    assert make_row(site, role, "Service Desk", "Service Tickets")["_info"]["updatedBy"] == "GatewayUser"
    assert site.rest("GET", f"/system/securityroles/{role['id']}").json()["_info"]["updatedBy"] == "PSAProvision"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (grant("System", "No Such Thing"), "There is no module function"),
        (grant("System", "Table Setup", addLevel="My"), "takes None or All, not My"),
        (grant("Sales", "Sales Dashboard", deleteLevel="All"), "has no delete level"),
    ],
)
def test_the_console_refuses_what_a_row_does_not_offer(site: Site, setting: dict[str, Any], words: str) -> None:
    role = site.create_role()
    fine = grant("System", "Table Setup", inquireLevel="All")
    answer = site.gateway("PUT", f"/securityRoles/{role['id']}/settings", json={"settings": [fine, setting]})
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert site.dump()["roles"][-1]["levels"] == {}, "nothing is set when one row is refused"


def test_a_level_that_a_row_does_not_have_is_null_and_none_is_no_change(site: Site) -> None:
    role = site.create_role()
    assert make_row(site, role, "Sales", "Sales Dashboard")["deleteLevel"] is None
    wanted = grant("Sales", "Sales Dashboard", inquireLevel="All")
    answer = site.gateway("PUT", f"/securityRoles/{role['id']}/settings", json={"settings": [wanted]})
    assert answer.json()["settings"] == [
        grant("Sales", "Sales Dashboard", addLevel=None, editLevel=None, deleteLevel=None, inquireLevel="All")
    ]


def test_a_person_may_change_levels_and_tables(site: Site) -> None:
    role = site.create_role()
    site.ask("PUT", f"/roles/{role['id']}/levels", json={"System / Table Setup": {"delete": "All"}})
    site.ask("PUT", f"/roles/{role['id']}/levels", json={"System / Table Setup": {"edit": "All", "delete": "None"}})
    site.ask("PUT", f"/roles/{role['id']}/tables", json={"allow": ["Service / Priority", "Company / Configuration"]})
    held = site.dump()["roles"][-1]
    assert held["levels"] == {"System / Table Setup": {"edit": "All"}}
    assert held["tables"] == ["Company / Configuration", "Service / Priority"]
