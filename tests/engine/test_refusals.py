"""Bad input: one sentence with the setting and the fix, an exit code, and nothing changed anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.workspace import Run, Stack


def assert_refused(stack: Stack, *sentences: str) -> Run:
    """`up` without a preview must fail with these words, without a traceback and without a single write."""
    run = stack.up(expect=None)
    assert run.code not in (0, 7), run.text
    for sentence in sentences:
        assert sentence in run.text, run.text
    assert "Traceback" not in run.text
    assert [request for request in stack.company.requests() if request["method"] != "GET"] == []
    return run


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"memberId": "Umbrella.Rome"}, "memberId: must have no dots"),
        ({"memberId": "A-very-long-member"}, "memberId: should have at most 15 characters"),
        ({"roleName": "R" * 31}, "roleName: should have at most 30 characters"),
        ({"connectwise__site": "http://psa.example.com"}, "connectwise:site: must be https"),
        ({"connectwise__companyId": "nobody"}, "connectwise:companyId: the site http://127.0.0.1"),
        ({"connectwise__gatewayUrl": "http://gateway.example.com"}, "connectwise:gatewayUrl: must be https"),
        ({"connectwise__driver": "robot"}, "connectwise:driver: must be 'gateway' or 'manual'"),
        ({"umbrella__console": "isp"}, "umbrella:console: must be 'msp' or 'mssp'"),
        ({"vault__url": "vault://secret"}, "vault:url: must be vault://<mount>/<path>"),
        ({"rolName": "Umbrella"}, 'rolName: there is no such setting. Did you mean "roleName"?'),
        ({"maxAgeDays": "0"}, "maxAgeDays: "),
        ({"adopt": "always"}, "adopt: must be 'never', 'identical' or 'any'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_named(make_stack: Callable[..., Stack], settings: dict[str, str], sentence: str) -> None:
    assert_refused(make_stack(**settings), sentence)


def test_a_setting_outside_of_config_is_not_overlooked(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    file = stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml"
    file.write_text(file.read_text() + "umbrella-psa:roleName: Umbrella 2\n")
    assert_refused(stack, "umbrella-psa:roleName: stands outside `config:` in the stack's file")


def test_a_missing_setting_is_named_with_the_way_to_set_it(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.unset("connectwise:clientId")
    assert_refused(
        stack,
        "connectwise:clientId: is required",
        "`pulumi config set --secret connectwise:clientId`",
        "UMBRELLA_PSA_CONNECTWISE_CLIENT_ID",
    )


def test_a_secret_in_plain_text_is_refused_and_not_repeated(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.set("connectwise:privateKey", "plainly-visible")
    run = assert_refused(stack, "connectwise:privateKey: is a secret but is stored as plain text")
    assert "plainly-visible" not in run.text


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ('permissions["Service Desk / Service Tickts"].add', "All", 'Did you mean "Service Desk / Service Tickets"'),
        ('permissions["Servce Desk / Service Tickets"].add', "All", "the site has no module 'Servce Desk"),
        ('permissions["Service Desk / Service Tickets"].add', "Some", "must be 'None', 'My' or 'All'"),
        ("tableAccess[0]", "Service / Prioritty", 'Did you mean "Service / Priority"'),
        ("memberDefaults.location", "Rom Office", 'Did you mean "Rome Office"'),
        ("memberDefaults.town", "Rome", "memberDefaults: 'town' is not known"),
    ],
)
def test_a_name_that_the_site_does_not_have_comes_with_the_nearest(
    make_stack: Callable[..., Stack], path: str, value: str, sentence: str
) -> None:
    stack = make_stack()
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", f"umbrella-psa:{path}", value)
    assert_refused(stack, sentence)


def test_a_level_that_the_function_does_not_have_is_refused(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    function = 'umbrella-psa:permissions["Companies / Configuration - Display Passwords"].add'
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", function, "All")
    assert_refused(stack, "Companies / Configuration - Display Passwords has no add level at this site; leave add out.")


def test_a_provisioning_key_without_the_rights_is_told_which(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    weak = company(provisioningRights={"System / Security Roles": {"inquire": "All"}})
    assert_refused(make_stack(weak), "System / Security Roles: add", "System > Security Roles")
