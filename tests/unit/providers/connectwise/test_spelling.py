"""Which two spellings are one name: by a rule that anybody can apply with a pencil."""

from __future__ import annotations

import pytest

from providers.connectwise.spelling import SiteNames, find_twins

SITE = SiteNames(
    [
        "Service Desk / Close Service Tickets",
        "Service Desk / Service Tickets",
        "Project / Project Ticket - Dependencies",
        "Time & Expense / Time Entry",
        "Companies / Company/Contact Group Maintenance",
        "System / Table Setup",
        "System / Security Roles",
        "Service / Surveys - Service",
        "Company / Company Status",
    ]
)


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("Service Desk / Close Service Ticket", "Service Desk / Close Service Tickets"),
        ("Service Desk / Close service tickets", "Service Desk / Close Service Tickets"),
        ("service desk / service-tickets", "Service Desk / Service Tickets"),
        ("Project / Project Ticket- Dependencies", "Project / Project Ticket - Dependencies"),
        ("Project / Project Ticket – Dependency", "Project / Project Ticket - Dependencies"),  # noqa: RUF001
        ("Time and Expense / Time Entry", "Time & Expense / Time Entry"),
        ("Time & Expenses / Time Entries", "Time & Expense / Time Entry"),
        ("Company / Company/Contact Group Maintenance", "Companies / Company/Contact Group Maintenance"),
        ("Services / Survey - Service", "Service / Surveys - Service"),
        ("Company / Company status", "Company / Company Status"),
    ],
)
def test_case_dashes_ampersand_and_plural_make_no_other_name(spelled: str, meant: str) -> None:
    assert SITE.match(spelled).name == meant


@pytest.mark.parametrize(
    "spelled",
    [
        "System / Setup Tables",  # the words turned round
        "System / Security",  # a word left out
        "Project / Project Ticket - Dependancies",  # another word
        "Service / Service Tickets",  # another module
        "Service Desk Service Tickets",  # no module
        "Service Desk / ServiceTickets",  # one word for two
    ],
)
def test_nothing_is_guessed_by_likeness(spelled: str) -> None:
    assert SITE.match(spelled).found == ()


def test_two_rows_that_only_differ_in_spelling_are_both_named_unless_one_is_spelled_just_so() -> None:
    site = SiteNames(["Project / Close Project", "Project / Close Projects"])
    both = site.match("Project / close project")
    assert both.name is None
    assert both.found == ("Project / Close Project", "Project / Close Projects")
    assert site.match("Project / Close Projects").name == "Project / Close Projects"


def test_twins_are_found_in_any_spelling() -> None:
    assert find_twins(["A / Tickets", "B / Tickets", "a / ticket"]) == ["A / Tickets", "a / ticket"]
    assert find_twins(["A / Tickets", "B / Tickets"]) == []
