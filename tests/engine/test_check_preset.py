"""`check --preset`: a role, whoever made it, held against what a vendor's page asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import MY_SECURITY, Company
from tests.engine.manual import Person
from tests.engine.workspace import Run, Stack

pytestmark = pytest.mark.direct

SMILEBACK = {
    "Companies / Company Maintenance": {"inquire": "All"},
    "Companies / Company/Contact Group Maintenance": {"inquire": "All"},
    "Companies / Contacts": {"inquire": "All"},
    "Companies / Surveys": {"add": "All", "inquire": "All"},
    "Project / Project Tickets": {"add": "All", "edit": "All", "inquire": "All"},
    "Service Desk / Service Tickets": {"add": "All", "edit": "All", "inquire": "All"},
    "Service Desk / Resource Scheduling": {"inquire": "All"},
    "System / API Reports": {"inquire": "All"},
    "System / Member Maintenance": {"inquire": "All"},
    "System / Table Setup": {"add": "All", "inquire": "All"},
    "Time & Expense / Time Entry": {"inquire": "All"},
    "Marketing / Marketing Groups": {"add": "All", "inquire": "All"},
}
"""As the vendor's page has it, read for this test a second time."""
SMILEBACK_TABLES = ["Service / Service Board", "Service / Surveys - Service"]


class Compared:
    """What `check --preset` said of the role, and who was asked."""

    def __init__(self, stack: Stack, preset: str | Path, expect: int, **environment: str) -> None:
        since = max((request["n"] for request in stack.company.requests()), default=0)
        report = stack.workspace.project / f"{stack.name}-preset.json"
        options = ("--preset", str(preset), "--json", str(report))
        self.run: Run = stack.run_command("check", stack.name, *options, expect=expect, **environment)
        self.report: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        report.unlink()
        self.requests = stack.company.requests(since)
        about = [one for one in self.report["findings"] if one["subject"] == "preset"]
        self.lines = [(one["verdict"], one["found"]) for one in about]
        self.details = " ".join(one["detail"] for one in about)


def make_role(of: Company, name: str, levels: dict[str, dict[str, str]], tables: list[str]) -> int:
    """As somebody does who sits at the screen."""
    role = int(of.ask("POST", "/roles", {"name": name})["id"])
    of.ask("PUT", f"/roles/{role}/levels", levels)
    of.ask("PUT", f"/roles/{role}/tables", {"allow": tables})
    return role


def test_a_role_that_was_made_by_hand_is_told_what_it_lacks_and_what_it_has_beyond(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    role = make_role(theirs, "SmileBack", SMILEBACK, SMILEBACK_TABLES)
    stack = make_stack(theirs, roleName="SmileBack")
    wanted = Compared(stack, "smileback", expect=0)
    assert wanted.lines == [
        ("ok", "the security role 'SmileBack' is held against SmileBack"),
        ("ok", "permissions are as asked for in all 12 module functions, and nothing beyond"),
        ("ok", "tables are the 2 that are asked for, and no others"),
    ]
    assert "The role lacks nothing that SmileBack asks for." in wanted.run.text
    assert {request["method"] for request in wanted.requests} == {"GET"}
    assert wanted.report["preset"] == "smileback"

    wrong = {
        "Companies / Surveys": {"add": "None"},
        "Service Desk / Service Tickets": {"edit": "My", "delete": "All"},
        "Finance / Invoicing": {"add": "My", "inquire": "All"},
    }
    theirs.ask("PUT", f"/roles/{role}/levels", wrong)
    theirs.ask("PUT", f"/roles/{role}/tables", {"allow": ["Service / Service Board", "Service / Priority"]})
    found = Compared(stack, "smileback", expect=1)
    assert sorted(found.lines[1:]) == [
        ("fail", "missing: Companies / Surveys: add is None, should be All"),
        ("fail", "missing: Service Desk / Service Tickets: edit is My, should be All"),
        ("fail", "missing: Table Setup, customize: not allowed is Service / Surveys - Service"),
        ("warn", "too many: Finance / Invoicing: add is My, should be None, inquire is All, should be None"),
        ("warn", "too many: Service Desk / Service Tickets: delete is All, should be None"),
        ("warn", "too many: Table Setup, customize: allowed is Service / Priority"),
    ]
    assert "Fix what fails, then check again." in found.run.text


def test_more_than_a_vendor_asks_for_is_told_and_fails_nothing(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    role = make_role(theirs, "SmileBack", {**SMILEBACK, "System / Data Import": {"add": "All"}}, SMILEBACK_TABLES)
    stack = make_stack(theirs, roleName="SmileBack")
    found = Compared(stack, "smileback", expect=0)
    assert found.lines[1] == ("warn", "too many: System / Data Import: add is All, should be None")
    theirs.ask("PATCH", f"/roles/{role}", {"adminFlag": True})
    marked = "the site marks it as an administrators' role, which may do more than its levels say"
    assert Compared(stack, "smileback", expect=0).lines[1] == ("warn", marked)


def test_a_vendor_who_writes_names_another_way_is_understood(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    # "Close Service Ticket", "Time and Expense", and My where all the others say All.
    central = {
        "Companies / Company Maintenance": {"inquire": "All"},
        "Companies / Configurations": dict.fromkeys(("add", "edit", "delete", "inquire"), "All"),
        "Companies / Contacts": {"inquire": "All"},
        "Finance / Agreements": {"edit": "All", "inquire": "All"},
        "Finance / Billing View Time": {"inquire": "All"},
        "Procurement / Product Catalog": {"inquire": "All"},
        "Service Desk / Close Service Tickets": dict.fromkeys(("add", "edit", "delete", "inquire"), "All"),
        "Service Desk / Resource Scheduling": {"add": "All", "delete": "All", "inquire": "All"},
        "Service Desk / Service Tickets": dict.fromkeys(("add", "edit", "delete", "inquire"), "My"),
        "System / API Reports": {"inquire": "All"},
        "System / Member Maintenance": {"inquire": "All"},
        "System / Table Setup": {"inquire": "All"},
        "Time & Expense / Time Entry": {"add": "All", "inquire": "All"},
    }
    make_role(theirs, "N-central", central, ["Service / Priority"])
    found = Compared(make_stack(theirs, roleName="N-central"), "n-able-n-central", expect=0)
    assert found.lines[1] == ("ok", "permissions are as asked for in all 13 module functions, and nothing beyond")
    assert found.lines[2][0] == "warn"
    assert "names none, so it may need any; the role may use 1 of " in found.lines[2][1]


def test_what_up_has_made_is_what_the_umbrella_preset_asks_for(tenant: Stack) -> None:
    assert [verdict for verdict, _ in Compared(tenant, "cisco-umbrella", expect=0).lines] == ["ok", "ok", "ok"]
    wrong = Compared(tenant, "petra-security", expect=1)
    assert ("fail", "missing: Service Desk / Close Service Tickets: edit is None, should be All") not in wrong.lines
    assert (
        "fail",
        "missing: Service Desk / Close Service Tickets: edit is None, should be All, inquire is None, should be All",
    ) in wrong.lines
    # Another of the company's roles, asked about without another stack.
    make_role(tenant.company, "SmileBack", SMILEBACK, SMILEBACK_TABLES)
    other = Compared(tenant, "smileback", expect=0, UMBRELLA_PSA_ROLE_NAME="SmileBack")
    assert other.lines[0] == ("ok", "the security role 'SmileBack' is held against SmileBack")


def test_a_file_of_ones_own_says_what_the_site_does_not_have(tenant: Stack, tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(
        """
vendor: Ours
integration: Ours
source: {page: our handbook, read: 2026-11-29}
permissions:
  service desk / SERVICE-TICKET: {add: All, edit: All, inquire: All}
  Service Desk / Close Servce Tickets: {inquire: All}
  System / Table Setup: {inquire: All}
tables: [Service / Prioritty, Service / Service-Boards]
""",
        encoding="utf-8",
    )
    found = Compared(tenant, file, expect=1)
    named = [text for verdict, text in found.lines if "the site has no" in text]
    assert named == [
        "the site has no module function 'Service Desk / Close Servce Tickets', so it can't give all that this preset "
        "asks for",
        "the site has no setup table 'Service / Prioritty', so it can't give all that this preset asks for",
    ]
    assert 'Did you mean "Service Desk / Close Service Tickets"' in found.details
    assert "Service / Service Board" not in " ".join(text for verdict, text in found.lines if verdict == "fail")
    assert not [text for _, text in found.lines if "Service Desk / Service Tickets" in text]


def test_an_unknown_preset_and_a_wrong_file_end_with_2_and_ask_nobody(tenant: Stack, tmp_path: Path) -> None:
    since = len(tenant.company.requests())
    run = tenant.run_command("check", tenant.name, "--preset", "n-able-ncentral", expect=2)
    assert "there is no preset 'n-able-ncentral'" in run.text
    assert 'Did you mean "n-able-n-central"' in run.text
    file = tmp_path / "half.yaml"
    file.write_text("vendor: Ours\npermissions: {Tickets: {inquire: Some}}\n", encoding="utf-8")
    run = tenant.run_command("check", tenant.name, "--preset", str(file), expect=2)
    for flaw in ("integration: is required", "source: is required", "permissions: Tickets: must be written as"):
        assert f"{file}: {flaw}" in run.text
    assert len(tenant.company.requests()) == since


def test_a_role_that_is_not_there_is_said(make_stack: Callable[..., Stack]) -> None:
    found = Compared(make_stack(roleName="Nobody's"), "smileback", expect=1)
    assert found.lines == [("fail", 'the site has no security role "Nobody\'s"')]


def test_without_a_gateway_the_roles_own_key_shows_the_tables_and_else_nobody(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    stack = make_stack(theirs, connectwise__driver="manual", umbrella__driver="manual")
    make_role(theirs, "SmileBack", SMILEBACK, SMILEBACK_TABLES)
    unseen = Compared(stack, "smileback", expect=0, UMBRELLA_PSA_ROLE_NAME="SmileBack")
    assert unseen.lines[2][0] == "unknown"
    assert "asked for: Service / Service Board, Service / Surveys - Service" in unseen.lines[2][1]
    assert "lacks nothing that SmileBack asks for, as far as can be seen." in unseen.run.text
    person = Person(stack)
    person.bring_up()
    seen = Compared(stack, "cisco-umbrella", expect=0)
    assert seen.lines[2] == ("ok", "tables are the 3 that are asked for, and no others")
    person.set_tables(["Service / Priority", "Service / Source"])
    seen = Compared(stack, "cisco-umbrella", expect=1)
    assert [text for _, text in seen.lines[2:]] == [
        "missing: Table Setup, customize: not allowed are Company / Configuration, Service / Service Board",
        "too many: Table Setup, customize: allowed is Service / Source",
    ]
    theirs.set_site(missingRoutes=MY_SECURITY)
    assert Compared(stack, "cisco-umbrella", expect=0).lines[2][0] == "unknown"


def test_a_file_of_ones_own_may_ask_for_customize_lists(
    make_stack: Callable[..., Stack], company: Callable[..., Company], tmp_path: Path
) -> None:
    theirs = company()
    inquire, lists = {"inquire": "All"}, {"Companies / Configurations": ["Managed Server", "Managed Workstation"]}
    role = make_role(theirs, "Elevate", {"Companies / Configurations": inquire}, [])
    wanted = {
        "vendor": "Ours",
        "integration": "Elevate",
        "source": {"page": "here", "read": "2026-11-30"},
        "permissions": {"Company / Configuration": inquire},
        "customize": {"Company / Configuration": lists["Companies / Configurations"]},
        "meant": {"Company / Configuration": "Companies / Configurations"},
    }
    file = tmp_path / "elevate.yaml"
    file.write_text(json.dumps(wanted), encoding="utf-8")

    stack = make_stack(theirs, roleName="Elevate")
    found = Compared(stack, file, expect=0)
    assert found.lines[2:] == [
        ("ok", "tables: this preset does not ask for Table Setup, so none counts"),
        (
            "warn",
            "too many: Companies / Configurations, customize: allowed are Backup Solution, Cloud Subscription, Domain, "
            "Managed Network Device, Managed Printer, Password, SSL Certificate",
        ),
    ]
    body = {"function": "Companies / Configurations", "allow": lists["Companies / Configurations"]}
    theirs.ask("PUT", f"/roles/{role}/customize", body)
    assert Compared(stack, file, expect=0).lines[3] == (
        "ok",
        "Companies / Configurations: its customize list allows what is asked for, and nothing else",
    )
    assert "Companies / Configurations, customize:\n  Managed Server" in stack.run_command("presets", str(file)).text
    told = stack.run_command("check", stack.name, expect=None, UMBRELLA_PSA_CUSTOMIZE=json.dumps(lists)).text
    unseen = "which items the customize lists of Companies / Configurations have, no public API says"
    assert unseen in " ".join(told.split())
