"""Levels and customize lists, through the screens of a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.services.connectwise.catalogue import FUNCTIONS, VERBS
from tests.console.running import Client, Serve, Tenant, make_row
from tests.console.test_labels import write_screens

TICKETS = "Service Desk / Service Tickets"
TABLES = ["Company / Configuration", "Service / Priority", "Service / Service Board"]


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve()


def test_levels_are_set_read_back_and_left_alone_when_they_are_right(client: Client, tenant: Tenant) -> None:
    wanted = [
        make_row("Companies / Company Maintenance", "None", "None", "None", "My"),
        make_row(TICKETS, "All", "All", "None", "All"),
        make_row("Companies / Reports", None, None, None, "All"),
    ]
    answer = client.expect_ok("PUT", tenant.settings, {"settings": wanted})
    assert answer["settings"][:2] == wanted[:2]
    assert answer["settings"][2]["addLevel"] is None, "the row has no such level"
    assert tenant.company.role()["levels"] == {
        "Companies / Company Maintenance": {"inquire": "My"},
        "Companies / Reports": {"inquire": "All"},
        TICKETS: {"add": "All", "edit": "All", "inquire": "All"},
    }
    assert len(tenant.list_changes("role.levels")) == 1

    assert client.expect_ok("PUT", tenant.settings, {"settings": wanted}) == answer
    assert len(tenant.list_changes("role.levels")) == 1, "nothing differed, so nothing was saved"

    client.expect_ok("PUT", tenant.settings, {"settings": [make_row(TICKETS, "None", None, "None", "My")]})
    assert tenant.company.role()["levels"][TICKETS] == {"edit": "All", "inquire": "My"}, "null leaves a level alone"
    taken = client.expect_ok("GET", "/evidence")
    assert [(picture["operation"], picture["moment"]) for picture in taken] == [
        ("put-settings", "before"),
        ("put-settings", "after"),
    ] * 2


def test_a_row_that_is_named_twice_is_refused(client: Client, tenant: Tenant) -> None:
    twice = [make_row(TICKETS, "All", None, None, None), make_row(TICKETS, "None", None, None, None)]
    answer = client.expect_error("PUT", tenant.settings, {"settings": twice})
    assert answer == (400, "invalid_request", "settings must name each module function once")
    assert tenant.list_changes("role.levels") == []


def test_every_row_of_every_module_can_be_read(client: Client, tenant: Tenant) -> None:
    wanted = [make_row(function.label, None, None, None, None) for function in FUNCTIONS]
    rows = client.expect_ok("PUT", tenant.settings, {"settings": wanted})["settings"]
    held = [[setting[f"{verb}Level"] for verb in VERBS] for setting in rows]
    assert held == [["None" if verb in function.verbs else None for verb in VERBS] for function in FUNCTIONS]
    assert tenant.list_changes("role.levels") == []


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            make_row("System / Security Roles", "My", None, None, None),
            "System / Security Roles does not take My as its add",
        ),
        (make_row("System / Nothing", "All", None, None, None), "no module function 'System / Nothing'"),
        (make_row("Nowhere / Nothing", "All", None, None, None), "no module 'Nowhere'"),
        (make_row("Companies / Reports", "All", None, None, None), "Companies / Reports has no add level"),
    ],
)
def test_what_the_screen_does_not_take_is_refused_and_nothing_is_saved(
    client: Client, tenant: Tenant, wanted: dict[str, str], words: str
) -> None:
    first = make_row(TICKETS, "All", None, None, None)
    status, code, message = client.expect_error("PUT", tenant.settings, {"settings": [first, wanted]})
    assert (status, code) == (422, "refused_by_console")
    assert words in message
    assert tenant.list_changes("role.levels") == []


def test_only_roles_on_the_allow_list_are_touched(client: Client, tenant: Tenant) -> None:
    roles = {role["name"]: role["id"] for role in tenant.company.ask("GET", "")["roles"]}
    body = {"settings": [make_row(TICKETS, "All", "All", "All", "All")]}
    admin, other = f"/securityRoles/{roles['Admin']}", f"/securityRoles/{roles['Service Desk']}"
    assert client.expect_error("PUT", f"{admin}/settings", body)[:2] == (403, "outside_allow_list")
    assert client.expect_error("GET", f"{other}/customize?function=Table Setup")[0] == 403
    assert client.expect_error("PUT", "/securityRoles/1/settings", body)[:2] == (404, "not_found")
    assert client.expect_error("PUT", "/securityRoles/one/settings", body)[:2] == (404, "not_found")
    assert tenant.list_changes("role.levels", "role.tables") == []


def test_table_access_is_replaced_and_read_back(client: Client, tenant: Tenant) -> None:
    def put(*allow: str) -> object:
        return client.expect_ok("PUT", tenant.customize, {"function": "Table Setup", "allow": list(allow)})["allow"]

    assert put(*TABLES) == TABLES
    assert tenant.company.role()["tables"] == TABLES
    assert put(*reversed(TABLES)) == TABLES
    assert len(tenant.list_changes("role.tables")) == 1, "the same list in another order is no change"
    assert put("Service / SLA", TABLES[1]) == [TABLES[1], "Service / SLA"]
    asked = client.expect_ok("GET", f"{tenant.customize}?function=Table Setup")
    assert asked == {"function": "Table Setup", "allow": [TABLES[1], "Service / SLA"]}
    assert put() == []
    assert tenant.company.role()["tables"] == []


@pytest.mark.parametrize(
    ("function", "allow", "everything"),
    [
        ("Companies / Configurations", ["Managed Server", "Password"], 9),
        ("Service Desk / Resource Scheduling", ["Region (Level 2)"], 3),
    ],
)
def test_the_list_of_another_function_is_replaced_and_read_back(
    client: Client, tenant: Tenant, function: str, allow: list[str], everything: int
) -> None:
    asked = f"{tenant.customize}?function={function}"
    assert len(client.expect_ok("GET", asked)["allow"]) == everything, "nobody has customized it"
    wanted = {"function": function, "allow": allow}
    assert client.expect_ok("PUT", tenant.customize, wanted) == wanted
    assert client.expect_ok("GET", asked) == wanted
    assert (tenant.company.role()["customize"], tenant.company.role()["tables"]) == ({function: allow}, [])
    assert client.expect_ok("PUT", tenant.customize, wanted) == wanted
    assert len(tenant.list_changes("role.customize")) == 1, "the same list is no change"
    unknown = client.expect_error("PUT", tenant.customize, {"function": function, "allow": ["Nothing"]})
    assert unknown == (422, "refused_by_console", f"There is no item 'Nothing' in {function}.")


def test_unknown_tables_and_other_lists_are_refused(client: Client, tenant: Tenant) -> None:
    body = {"function": "Table Setup", "allow": ["Service / Nothing"]}
    assert "There is no table 'Service / Nothing'" in client.expect_error("PUT", tenant.customize, body)[2]
    for name in ("Reports", "System / Table Setup", "System / Security Roles"):
        body = {"function": name, "allow": []}
        status, code, message = client.expect_error("PUT", tenant.customize, body)
        assert (status, code) == (422, "refused_by_console")
        assert f"'{name}' is no function that has a customize list" in message
        assert client.expect_error("GET", f"{tenant.customize}?function={name}")[0] == 422


def test_a_list_that_does_not_open_is_an_unknown_screen(client: Client, tenant: Tenant) -> None:
    """The simulated screens have no dialogue behind most of the rows that say "customize"."""
    body = {"function": "Sales / Reports", "allow": []}
    status, code, message = client.expect_error("PUT", tenant.customize, body)
    assert (status, code) == (501, "unknown_screen")
    assert "Update Security" in message
    assert tenant.list_changes("role.customize") == []


def test_a_list_that_moved_otherwise_than_wanted_is_not_saved(serve: Serve, tenant: Tenant, tmp_path: Path) -> None:
    client = serve(screens=write_screens(tmp_path, tables={"allow": {"button": "<<"}}))  # it moves all of them
    wanted = {"function": "Table Setup", "allow": TABLES[:1]}
    status, code, message = client.expect_error("PUT", tenant.customize, wanted)
    assert (status, code) == (501, "unknown_screen")
    assert "the list shows other items than were moved; nothing was saved" in message
    assert tenant.list_changes("role.tables") == [] and tenant.company.role()["tables"] == []
