"""What `check` finds out of a site where no document says: read-only, quickly, in lines that fit a report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.remote import MY_SECURITY, Company
from tests.engine.test_check import WRITES, Checked
from tests.engine.workspace import Stack

pytestmark = pytest.mark.direct


def test_what_no_document_says_is_one_line_when_all_is_well_and_verbose_has_them_all(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack()
    seen = Checked(stack, expect=0)
    assert "things that no document says are as assumed" in " ".join(seen.text.split())
    assert "securityroles" not in seen.text
    assert {request["method"] for request in seen.requests} == {"GET"}
    facts = seen.get_text("documents")
    assert "Link of lists: timeZoneSetups forward-only none, timeZoneSetups by pages ours, " in facts
    assert "securityroles forward-only past the end" in facts
    assert "conditions by role: both lists of members take it" in facts
    assert "levels of " in facts
    assert "setup tables" in facts
    assert "GET /system/apiMembers/{id}/apiKeys: answered with 404" in facts
    assert "version: the site runs v2025.1" in facts
    assert "roles that only inactive members have: whether the site deletes them is unknown" in facts
    whole = " ".join(stack.run_command("check", stack.name, "--verbose").text.split())
    assert "securityroles forward-only past the end" in whole


@pytest.mark.parametrize(
    ("modes", "told"),
    [
        ({"linkOrigin": "screens"}, "by pages https://screens.example"),
        ({"linkEnd": "always"}, "securityroles forward-only past the end ours"),
        ({"refusedConditions": {"members": ["securityRole/id"]}}, "/system/members refuses it with 400"),
        ({"levelTexts": {"All": "Team"}}, "Team "),
        ({"missingRoutes": MY_SECURITY}, "signs in by /system/info"),
    ],
)
def test_a_site_that_differs_is_told_in_a_line_of_its_own(
    modes: dict[str, object], told: str, make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    other = company()
    other.set_site(**modes)
    seen = Checked(make_stack(other), expect=0)
    differing = [f"{one['found']} {one['next_step']}" for one in seen.findings if one["verdict"] == "warn"]
    assert any(told in words and "please report it" in words for words in differing), differing
    assert told.split()[0] in " ".join(seen.text.split())


def test_the_requests_of_a_check_take_no_longer_than_a_person_waits(
    make_stack: Callable[..., Stack], capsys: pytest.CaptureFixture[str]
) -> None:
    """What our own work takes at the same time depends on the machine, and is the same without a wait."""
    stack = make_stack()
    at_once = Checked(stack, expect=0)
    stack.company.simulator.set_latency(50)
    try:
        seen = Checked(stack, expect=0)
    finally:
        stack.company.simulator.set_latency(0)
    assert [request for request in seen.requests if request["method"] in WRITES] == []
    with capsys.disabled():
        print(f"\ncheck: {seen.requests_made} requests in {seen.seconds} s at 50 ms each, {at_once.seconds} s at 0")
    assert seen.seconds - at_once.seconds <= 1.5
