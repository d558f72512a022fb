"""Whose role is it? Ours and bare is taken up; somebody's is refused unless `adopt` allows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from providers.connectwise.grants import Levels
from providers.connectwise.plan import TenantPlan
from providers.connectwise.security_role import Adopt, SecurityRoleArgs, SecurityRoleHandler
from providers.core.errors import GuardViolation, ProviderError
from providers.core.reference_counter import ReferenceCounter
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_security_role import Preflight
from tests.unit.providers.connectwise.world import SOMEBODY, US, World
from tests.unit.providers.served import Served

TICKETS = "Service Desk / Service Tickets"
WANTED = {TICKETS: Levels(add="All", inquire="All")}


def make_args(adopt: Adopt = "never", permissions: dict[str, Levels] | None = None) -> SecurityRoleArgs:
    plan = TenantPlan(
        permissions=WANTED if permissions is None else permissions,
        table_access=[],
        member="Umbrella",
        member_name="Cisco Umbrella",
    )
    return SecurityRoleArgs(company="acme@x", name="Umbrella", adopt=adopt, plan=plan)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def handler(world: World) -> SecurityRoleHandler:
    return SecurityRoleHandler(Site(world), Preflight(), Console(world))


def take(handler: SecurityRoleHandler | Served, wanted: SecurityRoleArgs) -> tuple[str, bool]:
    """The id that a create takes, and whether it counts as adopted; a check must have agreed."""
    if isinstance(handler, SecurityRoleHandler):
        handler.check(None, wanted, frozenset(), date(2026, 1, 1))
    made_id, state = handler.create(wanted)
    return made_id, state.adopted


def get_refusal(handler: SecurityRoleHandler, wanted: SecurityRoleArgs) -> str:
    """The words of the refusal, the same in a check as in a create."""
    with pytest.raises(GuardViolation) as checked:
        handler.check(None, wanted, frozenset(), date(2026, 1, 1))
    with pytest.raises(GuardViolation) as created:
        handler.create(wanted)
    assert str(checked.value) == str(created.value)
    return str(created.value)


@pytest.mark.parametrize("adopt", ["never", "identical", "any"])
def test_our_own_bare_role_is_taken_up_whatever_adopt_says(
    adopt: Adopt, handler: SecurityRoleHandler, world: World
) -> None:
    number = world.add_role("Umbrella", by=US)
    assert take(handler, make_args(adopt)) == (str(number), False)


@pytest.mark.parametrize(
    "how",
    [
        {"by": SOMEBODY},
        {"by": US, "levels": {TICKETS: {"inquire": "All"}}},
        {"by": SOMEBODY, "levels": {TICKETS: {"inquire": "All"}}},
    ],
)
def test_somebodys_role_is_refused_and_named(how: dict[str, Any], handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("umbrella", **how)
    assert get_refusal(handler, make_args()) == (
        "a security role named 'umbrella' exists already and is not ours; choose another roleName, or set adopt to "
        "identical or any to take it over."
    )
    assert world.writes == []


def test_a_bare_role_that_an_active_member_uses_is_somebodys(handler: SecurityRoleHandler, world: World) -> None:
    number = world.add_role("Umbrella", by=US)
    world.add_member("JDoe", securityRole={"id": number})
    assert "is not ours" in get_refusal(handler, make_args())


def test_a_bare_role_whose_members_are_all_inactive_is_taken_up(handler: SecurityRoleHandler, world: World) -> None:
    number = world.add_role("Umbrella", by=US)
    world.add_member("Umbrella", securityRole={"id": number}, inactiveFlag=True)
    assert take(handler, make_args()) == (str(number), False)


def test_an_identical_role_is_adopted(handler: SecurityRoleHandler, world: World) -> None:
    number = world.add_role("Umbrella", by=SOMEBODY, levels={TICKETS: {"add": "All", "inquire": "All"}})
    assert take(handler, make_args("identical")) == (str(number), True)


def test_a_role_that_differs_is_not_identical_and_the_difference_is_told(
    handler: SecurityRoleHandler, world: World
) -> None:
    world.add_role("Umbrella", by=SOMEBODY, levels={TICKETS: {"add": "My", "delete": "All", "inquire": "All"}})
    assert get_refusal(handler, make_args("identical")) == (
        "a security role named 'Umbrella' exists already and is not ours, and it differs: "
        f"{TICKETS}: add is My, should be All (narrower). {TICKETS}: delete is All, should be None (wider). "
        "Set adopt to any to take it over."
    )


def test_any_role_is_adopted_where_any_is_allowed(handler: SecurityRoleHandler, world: World) -> None:
    number = world.add_role("Umbrella", by=SOMEBODY, levels={TICKETS: {"delete": "All"}})
    assert take(handler, make_args("any")) == (str(number), True)


def test_an_inactive_role_is_not_identical(handler: SecurityRoleHandler, world: World) -> None:
    levels = {TICKETS: {"add": "All", "inquire": "All"}}
    world.add_role("Umbrella", by=SOMEBODY, levels=levels, inactive=True)
    assert "it differs: It is inactive. Set adopt" in get_refusal(handler, make_args("identical"))


@pytest.mark.parametrize("adopt", ["identical", "any"])
def test_an_administrator_role_is_never_adopted(adopt: Adopt, handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("Umbrella", by=SOMEBODY, admin=True)
    assert get_refusal(handler, make_args(adopt, permissions={})) == (
        "a security role named 'Umbrella' exists already and is not ours, and it is an administrator role; "
        "choose another roleName."
    )


def test_without_a_plan_identical_means_without_grants(handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("Umbrella", by=SOMEBODY)
    bare = make_args("identical").model_copy(update={"plan": None})
    assert take(handler, bare)[1]


def test_a_stack_that_has_its_role_looks_for_no_other(handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("Umbrella", by=SOMEBODY)
    handler.check(make_args(), make_args(), frozenset(), date(2026, 1, 1))
    assert world.writes == []


def test_a_refusal_says_what_lifts_it(handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("Umbrella", by=SOMEBODY)
    with pytest.raises(GuardViolation) as caught:
        handler.create(make_args())
    assert caught.value.lift == "adopt"


def test_a_role_that_says_nothing_about_who_made_it_is_not_ours(world: World) -> None:
    site = Site(world)
    site.me = ""
    world.add_role("Umbrella", by="")
    with pytest.raises(ProviderError):
        SecurityRoleHandler(site, Preflight(), Console(world)).create(make_args())


def test_a_role_that_was_to_be_replaced_is_taken_again_and_outlives_its_replacement(
    handler: SecurityRoleHandler, world: World
) -> None:
    """Its name was changed, the run was cut off, and the name is changed back: the state has the old role marked."""
    made_id, marked = handler.create(make_args())
    world.roles[int(made_id)].levels = {TICKETS: {"add": "All"}}
    claims = ReferenceCounter()
    handler = SecurityRoleHandler(Site(world), Preflight(), Console(world), claims)
    later = Served(handler, claims)
    assert later.read(made_id, marked)
    assert take(later, make_args()) == (made_id, False)
    later.delete(made_id, marked)
    assert int(made_id) in world.roles


def test_that_holds_for_an_adopted_role_too(handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("Umbrella", by=SOMEBODY)
    made_id, marked = handler.create(make_args("any"))
    claims = ReferenceCounter()
    later = Served(SecurityRoleHandler(Site(world), Preflight(), Console(world), claims), claims)
    assert later.read(made_id, marked)
    assert take(later, make_args()) == (made_id, True)


def test_at_a_site_that_does_not_tell_who_we_are_what_a_lost_reply_left_is_somebodys(world: World) -> None:
    world.missing = {"mySecurity"}
    world.lose = {"create_role"}
    handler = SecurityRoleHandler(Site(world), Preflight(), Console(world))
    with pytest.raises(GuardViolation, match="exists already and is not ours"):
        handler.create(make_args())
    assert take(SecurityRoleHandler(Site(world), Preflight(), Console(world)), make_args("any")) == ("11", True)
