"""The provisioning key changes, and whose objects a stack may touch."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.workspace import Stack
from tests.stories.drifts import assert_as_wanted

pytestmark = pytest.mark.recorded


def rotate_provisioning_key(stack: Stack) -> None:
    """Somebody makes another provisioning key; the old one is dead; the stack gets the new one."""
    stack.company.credentials |= stack.company.ask("POST", "/provisioningKey/rotate")
    stack.set("connectwise:publicKey", stack.company.credentials["publicKey"])
    stack.set_secret("connectwise:privateKey", stack.company.credentials["privateKey"])


def test_a_refused_provisioning_key_is_told_with_the_flag_that_uses_a_new_one(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    rotate_provisioning_key(stack)

    refused = stack.preview(expect=1)
    assert "connectwise:publicKey" in refused.text
    assert "--run-program" in refused.text
    assert "Traceback" not in refused.text


def test_a_new_provisioning_key_can_destroy(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    rotate_provisioning_key(stack)
    assert "--run-program" in stack.destroy(expect=1).text
    # With a refresh the engine still reads with the recorded key first, program or not.
    stack.destroy("--run-program", "--refresh=false")
    assert (stack.company.member()["inactiveFlag"], stack.company.member()["keys"]) == (True, [])


def test_the_environment_wins_over_what_was_recorded(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    fresh = stack.company.ask("POST", "/provisioningKey/rotate")
    stack.company.credentials |= fresh
    stack.preview(
        expect=0,
        UMBRELLA_PSA_CONNECTWISE_PUBLIC_KEY=fresh["publicKey"],
        UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY=fresh["privateKey"],
    )


@pytest.mark.parametrize("verb", ["preview", "up", "refresh", "destroy"])
def test_another_company_in_the_configuration_is_refused_before_any_request(
    two_companies: tuple[Stack, Company], verb: str
) -> None:
    stack, other = two_companies
    before = len(stack.company.requests()) + len(other.requests())
    flags = [] if verb == "preview" else ["--yes"]
    run = stack.run_pulumi(verb, "-s", stack.name, *flags, expect=1)
    assert f"this stack belongs to the company {stack.company.id}@127.0.0.1" in run.text
    assert len(stack.company.requests()) + len(other.requests()) == before


@pytest.fixture(scope="module")
def two_companies(tenant: Stack, company: Callable[..., Company]) -> tuple[Stack, Company]:
    """A tenant whose configuration was pointed at another company."""
    other = company()
    for key, value in other.settings().items():
        tenant.set(key, value)
    return tenant, other


def test_another_console_in_the_configuration_is_refused(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    stack.set("umbrella:consoleId", "4711")
    assert "this stack belongs to the console" in stack.up(expect=1).text


def test_what_a_refused_run_recorded_is_neither_worked_with_nor_judged_by(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    """The engine records a configuration before it is checked; the file is set back, and the record is not."""
    stack, other = make_stack(), company()
    stack.up()
    own = stack.company.settings()
    for key, value in other.settings().items():
        stack.set(key, value)
    assert "this stack belongs to the company" in stack.up("--run-program", expect=1).text
    for key, value in own.items():
        stack.set(key, value)
    before = len(other.requests())
    for run in (stack.preview(expect=1), stack.destroy(expect=1)):
        assert f"of an earlier one, which names {other.id}@127.0.0.1; run `pulumi up --run-program` once" in run.text
    assert len(other.requests()) == before

    stack.up("--run-program")
    assert_as_wanted(stack)
    stack.destroy()
