"""Both drivers are `manual`: customize lists are ordered, proved by the key, and told when they drift."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.engine.manual import read_order, use_manual_driver
from tests.engine.workspace import Stack
from tests.stories.customized import CONFIGURATIONS, LEVELS, LISTS, SCHEDULING, set_list

ROLE, CORRECT = "set the permissions of the security role Umbrella", "correct what the security role Umbrella may do"

pytestmark = [pytest.mark.recorded, pytest.mark.timeout(1200)]


def test_a_person_sets_lists_that_only_the_key_shows(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(permissions=json.dumps(LEVELS), customize=json.dumps(LISTS))
    person, company = use_manual_driver(stack, "connectwise", "umbrella"), stack.company
    first = read_order(stack.up(expect=1), ROLE)
    for place, items in (
        ("Companies > Configurations", LISTS[CONFIGURATIONS]),
        ("Service Desk > Resource Scheduling", LISTS[SCHEDULING]),
    ):
        told = " ".join(first.split())
        assert f'At {place} click "customize". "Allow Access to these" must list exactly these' in told
        assert " ".join(f"- {item}" for item in items) in told
    assert "The customize lists show only to the role's key" in " ".join(first.split())

    person.set_levels(LEVELS)
    person.set_tables()
    set_list(CONFIGURATIONS, LISTS[CONFIGURATIONS])(company)  # the other list is forgotten, so it allows all three
    second = stack.up(expect=1)
    assert (
        f"Which items of {SCHEDULING} the security role Umbrella may use can't be seen without a gateway" in second.text
    )
    person.supply_pair(pair := person.make_key(read_order(second, "make an API key")))
    told = read_order(stack.up(expect=1), CORRECT)
    assert f"{SCHEDULING}: RegionLevel2 is allowed, should not be (wider)." in " ".join(told.split())
    assert CONFIGURATIONS not in told, "that list is as wanted"
    assert company.sink()["publicKey"] is None, "Umbrella is given no key that may do more"
    set_list(SCHEDULING, LISTS[SCHEDULING])(company)
    stack.up(expect=1)
    person.enter(pair)
    stack.up()
    stack.preview(expect=0)

    set_list(CONFIGURATIONS, ["Managed Server", "Domain"])(company)
    preview = stack.preview(expect=7)
    wide = f"The API key {pair[0]}: {CONFIGURATIONS}: Domain is allowed, should not be (wider)."
    assert (preview.count(wide), preview.count("Managed Workstation is not allowed")) == (1, 1)
    told = read_order(stack.up(expect=1), CORRECT)
    assert "   - Managed Workstation\n" in told and SCHEDULING not in told
    set_list(CONFIGURATIONS, LISTS[CONFIGURATIONS])(company)
    stack.up()
    stack.preview(expect=0)

    company.set_sink(kind=None, enabled=False, publicKey=None, privateKey=None)
    read_order(stack.destroy(expect=1, UMBRELLA_PSA_UMBRELLA_APPLIED_KEY="none"), f"delete the API key {pair[0]}")
    person.delete_key(pair[0])
    stack.destroy(UMBRELLA_PSA_UMBRELLA_APPLIED_KEY="none")
    assert "Umbrella" not in [role["name"] for role in company.ask("GET", "")["roles"]]
    assert not [request for request in company.requests() if "/gateway" in request["path"]]
