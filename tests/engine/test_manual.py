"""Both drivers are `manual`: four runs of `pulumi up`, each ends with a work order, and the next one verifies it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.manual import Person, read_order, use_manual_driver
from tests.engine.workspace import Stack, Workspace
from tests.stories.drifts import WANTED, assert_as_wanted
from tests.stories.person import Pair

ROLE, KEY, SINK = "set the permissions of the security role Umbrella", "make an API key", "enter the API key"

pytestmark = [pytest.mark.recorded, pytest.mark.timeout(1200)]  # up to twelve runs of the engine each


@pytest.fixture
def person(make_stack: Callable[..., Stack]) -> Person:
    return use_manual_driver(make_stack(), "connectwise", "umbrella")


def asks_only_public(stack: Stack) -> bool:
    return not [request for request in stack.company.requests() if "/gateway" in request["path"]]


def test_a_person_with_a_browser_gets_a_tenant_done_in_four_runs(person: Person) -> None:
    stack = person.stack
    first = read_order(stack.up(expect=1), ROLE)
    assert "- Companies > Configurations: Add All, Edit All, Delete None, Inquire All" in first
    assert "   - Service / Service Board\n" in first
    assert f"Run `pulumi up -s {stack.name}` again." in first
    assert f"Open step for a person when this run began: {ROLE}." in stack.preview(expect=7).text
    # Nothing was done: the same order again, and the state stays as it was.
    assert read_order(stack.up(expect=1), ROLE) == first
    assert stack.read_outputs() == {}

    person.set_levels()
    person.set_tables()
    second = stack.up(expect=1)
    assert "Which setup tables the security role Umbrella may use can't be seen without a gateway" in second.text
    pair = person.make_key(told := read_order(second, KEY))
    assert "API Members > Cisco Umbrella (Umbrella) > API\n   Keys." in told
    made = dict.fromkeys(("proof", "umbrella", "retirement"), "create")
    assert stack.list_changed() == {"key": "update", **made}

    status = stack.run_command("status", stack.name, expect=7).text
    assert read_order(second, KEY) in status
    assert "Traceback" not in status
    assert f"{stack.name}: not known. Which API keys" in stack.run_command("orphans", stack.name, expect=1).text

    person.supply_pair(pair)
    third = read_order(stack.up(expect=1), SINK)
    assert f"umbrella-psa export {stack.name} --to - --show-secret" in third
    assert stack.read_outputs()["umbrellaApplied"] == ""
    assert stack.preview(expect=7).count("by your word") == 0

    person.enter(pair)
    fourth = stack.up()
    assert "Which API keys the API member Cisco Umbrella (Umbrella) has can't be seen" in fourth.text
    assert_as_wanted(stack)
    shown = stack.read_outputs()
    assert (shown["umbrellaApplied"], shown["publicKey"]) == (pair[0], pair[0])

    person.take_back()  # once taken up, the pair may leave the configuration
    assert f"by your word (umbrella:appliedKey) it holds {pair[0]}." in stack.preview(expect=0).text
    assert asks_only_public(stack)
    assert stack.company.dead_moments() == []


def test_a_pair_that_is_not_the_members_own_live_key_stays_an_open_step(person: Person) -> None:
    stack, company = person.stack, person.stack.company
    stack.up(expect=1)
    person.set_levels()
    person.set_tables()
    told = read_order(stack.up(expect=1), KEY)
    company.ask("POST", "/apiMembers", {"identifier": "Other", "name": "Other", "roleId": company.role()["id"]})
    dead, right = person.make_key(told), person.make_key(told)
    person.delete_key(dead[0])
    wrong: list[tuple[Pair, str]] = [
        (person.make_key(told, "Other"), "which is a key of the member Other, not of Umbrella"),
        (dead, "and the site refuses to sign that pair in"),
        ((right[0], dead[1]), "and the site refuses to sign that pair in"),
        ((company.credentials["publicKey"], company.credentials["privateKey"]), "which is the provisioning key"),
    ]
    for pair, why in wrong:
        person.supply_pair(pair)
        again = " ".join(read_order(stack.up(expect=1), KEY).split())
        assert f"**Still open:** connectwise:manualPublicKey names {pair[0]}, {why}" in again
    person.supply_pair(right)
    read_order(stack.up(expect=1), SINK)
    assert stack.read_outputs()["publicKey"] == right[0]


@pytest.fixture(scope="module")
def done(workspace: Workspace, company: Callable[..., object], module_stacks: list[Stack]) -> Person:
    """A tenant that a person has brought up; each test leaves it as wanted."""
    stack = workspace.make_stack(company())  # type: ignore[arg-type]
    module_stacks.append(stack)
    person = use_manual_driver(stack, "connectwise", "umbrella")
    person.bring_up()
    return person


def test_a_level_that_drifted_is_an_order_for_that_level(done: Person) -> None:
    tickets = "Service Desk / Service Tickets"
    done.set_levels({tickets: {"delete": "All"}})
    assert done.stack.preview(expect=7).count(f"{tickets}: delete is All, should be None (wider).") == 1
    told = read_order(done.stack.up(expect=1), ROLE)
    assert "- Service Desk > Service Tickets: Add All, Edit All, Delete None, Inquire" in told
    assert "Companies" not in told
    assert "customize" not in told
    done.set_levels({tickets: {"delete": "None"}})
    done.stack.up()
    assert done.stack.company.role()["levels"] == WANTED
    done.stack.preview(expect=0)


def test_a_table_that_drifted_is_seen_by_the_key_and_told_by_its_label(done: Person) -> None:
    done.set_tables(["Company / Configuration", "Company / Country", "Service / Priority"])
    wide = "Table Setup: Company / Country is allowed, should not be (wider)."
    assert done.stack.preview(expect=7).count(wide) == 1
    told = read_order(done.stack.up(expect=1), "correct what the security role Umbrella may do")
    assert wide in told
    assert "   - Service / Service Board\n" in told
    done.set_tables()
    done.stack.up()
    done.stack.preview(expect=0)


def test_another_pair_without_another_rotate_is_refused(done: Person) -> None:
    held = done.stack.company.sink()["publicKey"]
    done.supply_pair(("NobodysKey123456", "nobodys-private-half"))
    refused = done.stack.up(expect=1)
    assert f"names NobodysKey123456, but {held} is the key in use; change `rotate`" in refused.text
    done.take_back()
    done.stack.up()


def test_a_key_that_was_deleted_at_the_site_is_asked_for_anew(done: Person) -> None:
    stack, held = done.stack, done.stack.company.sink()["publicKey"]
    done.delete_key(held)
    assert f"The site refuses the API key {held}" in stack.preview(expect=7).text
    pair = done.make_key(read_order(stack.up(expect=1), KEY))
    done.supply_pair(pair)
    assert f"names {held}, not this key" in " ".join(read_order(stack.up(expect=1), SINK).split())
    done.enter(pair)
    stack.up()
    stack.preview(expect=0)
