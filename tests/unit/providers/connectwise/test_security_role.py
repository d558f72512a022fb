"""A security role's five chapters, and what only a person can undo."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from providers.connectwise.plan import TenantPlan
from providers.connectwise.security_role import SecurityRoleArgs, SecurityRoleHandler, SecurityRoleState
from providers.core.errors import (
    Conflict,
    ManualActionRequired,
    OutcomeUnknown,
    PermissionDenied,
    RemoteError,
    WorkOrder,
)
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_pending_steps import ManualDriver
from tests.unit.providers.connectwise.world import SOMEBODY, World
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.served import Served

TODAY = date(2026, 1, 1)
ARGS = SecurityRoleArgs(company="acme@x", name="Umbrella")
PLAN = TenantPlan(permissions={}, table_access=[], member="Umbrella", member_name="Cisco Umbrella")


class Preflight:
    """Keeps what it was asked, refuses when told to."""

    def __init__(self) -> None:
        self.asked: list[TenantPlan] = []
        self.first_times: list[bool] = []
        self.problem: Exception | None = None
        self.differences: list[str] = []

    def refuse_unless_possible(self, plan: TenantPlan, tenant: str, *, first_time: bool) -> None:
        self.asked.append(plan)
        self.first_times.append(first_time)
        if self.problem:
            raise self.problem

    def describe_list_differences(self, role_id: int, plan: TenantPlan) -> list[str]:
        return self.differences


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def preflight() -> Preflight:
    return Preflight()


@pytest.fixture
def handler(world: World, preflight: Preflight) -> SecurityRoleHandler:
    return SecurityRoleHandler(Site(world), preflight, Console(world))


def check(handler: SecurityRoleHandler, old: SecurityRoleArgs | None, args: SecurityRoleArgs = ARGS) -> None:
    handler.check(old, args, frozenset(), TODAY)


def test_a_role_is_made(handler: SecurityRoleHandler, world: World) -> None:
    made_id, state = handler.create(ARGS)
    assert world.roles[int(made_id)].name == "Umbrella"
    assert state == SecurityRoleState(company="acme@x", name="Umbrella", adopted=False)


def test_what_nobody_touched_reads_back_unchanged(handler: SecurityRoleHandler) -> None:
    made_id, made = handler.create(ARGS)
    state = handler.read(made_id, made)
    assert state == made
    assert compare(handler, state, ARGS).fields == []


@pytest.mark.parametrize(
    ("flag", "field", "words"),
    [
        (
            "inactive",
            "active",
            "The security role Umbrella is inactive, and only a person can undo that: "
            "System > Security Roles > Umbrella > clear Inactive > Save; then run again.",
        ),
        (
            "admin",
            "admin",
            "The security role Umbrella was made an administrator role, and only a person can undo that: "
            "System > Security Roles > Umbrella > clear Admin > Save; then run again.",
        ),
    ],
)
def test_a_flag_that_a_person_set_is_drift_told_as_a_screen_step(
    flag: str, field: str, words: str, handler: SecurityRoleHandler, world: World
) -> None:
    made_id, made = handler.create(ARGS)
    setattr(world.roles[int(made_id)], flag, True)
    state = handler.read(made_id, made)
    assert state is not None
    verdict = compare(handler, state, ARGS)
    assert (verdict.fields, verdict.replaces, verdict.words) == ([field], [], [words])
    with pytest.raises(ManualActionRequired, match="only a person can undo that"):
        handler.update(made_id, state, ARGS)


def test_both_flags_are_told_at_once(handler: SecurityRoleHandler) -> None:
    state = SecurityRoleState(company="acme@x", name="Umbrella", active=False, admin=True)
    with pytest.raises(ManualActionRequired) as caught:
        handler.update("1", state, ARGS)
    assert "clear Inactive" in str(caught.value)
    assert "clear Admin" in str(caught.value)


def test_once_a_person_undid_it_an_update_is_done(handler: SecurityRoleHandler) -> None:
    state = SecurityRoleState(company="acme@x", name="Umbrella", adopted=True)
    assert handler.update("1", state, ARGS) == state


def test_another_name_is_another_role(handler: SecurityRoleHandler, world: World) -> None:
    made_id, made = handler.create(ARGS)
    world.roles[int(made_id)].name = "Renamed"
    state = handler.read(made_id, made)
    assert state is not None
    verdict = compare(handler, state, ARGS)
    assert verdict.replaces == ["name"]
    assert verdict.words == ["The security role is named 'Renamed', should be 'Umbrella'; a new one takes its place."]


def test_a_role_that_is_gone_is_gone_and_told_so(handler: SecurityRoleHandler, world: World) -> None:
    made_id, made = handler.create(ARGS)
    world.roles.clear()
    assert handler.read(made_id, made) is None
    assert (
        handler.describe_missing(made)
        == "The security role Umbrella was deleted at the site; `pulumi up` makes it again."
    )


def test_our_role_is_deleted_and_one_that_is_gone_is_fine(handler: SecurityRoleHandler, world: World) -> None:
    made_id, made = handler.create(ARGS)
    handler.delete(made_id, made)
    assert world.roles == {}
    handler.delete(made_id, made)


def test_an_adopted_role_is_kept(handler: SecurityRoleHandler, world: World) -> None:
    number = world.add_role("Umbrella", by=SOMEBODY)
    Served(handler).delete(str(number), SecurityRoleState(company="acme@x", name="Umbrella", adopted=True))
    assert number in world.roles
    assert world.writes == []


def test_a_lost_answer_is_looked_up_and_not_asked_again(handler: SecurityRoleHandler, world: World) -> None:
    world.lose.add("create_role")
    made_id, state = handler.create(ARGS)
    assert [role.name for role in world.roles.values()] == ["Umbrella"]
    assert (int(made_id) in world.roles, state.adopted) == (True, False)


class Deaf(Site):
    """A site where the role never appears, whatever is sent."""

    problem: Exception

    def create_role(self, name: str) -> Any:
        raise self.problem


@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknown("lost", sent=True),
        OutcomeUnknown("unsent", sent=False),
        Conflict("taken"),
        PermissionDenied("no"),
    ],
)
def test_what_did_not_arrive_is_an_error(error: RemoteError, world: World, preflight: Preflight) -> None:
    site = Deaf(world)
    site.problem = error
    with pytest.raises(type(error)):
        SecurityRoleHandler(site, preflight, Console(world)).create(ARGS)
    assert world.roles == {}


def test_the_whole_plan_is_checked_before_anything_is_made(
    handler: SecurityRoleHandler, preflight: Preflight, world: World
) -> None:
    preflight.problem = PermissionDenied("the provisioning key may not")
    with pytest.raises(PermissionDenied):
        check(handler, None, ARGS.model_copy(update={"plan": PLAN}))
    assert world.writes == []


@pytest.mark.parametrize("member", ["Umbrella", "Other"])
def test_once_the_role_is_there_its_plan_is_left_to_the_resources_it_concerns(
    member: str, handler: SecurityRoleHandler, preflight: Preflight
) -> None:
    old = ARGS.model_copy(update={"plan": PLAN.model_copy(update={"member": member})})
    check(handler, old, ARGS.model_copy(update={"plan": PLAN}))
    assert preflight.asked == []


def test_another_name_for_a_role_in_place_is_no_first_time(handler: SecurityRoleHandler, preflight: Preflight) -> None:
    check(handler, ARGS.model_copy(update={"name": "Before"}), ARGS.model_copy(update={"plan": PLAN}))
    assert preflight.asked == []


def test_two_roles_of_the_name_are_somebodys_mistake(handler: SecurityRoleHandler, world: World) -> None:
    world.add_role("Umbrella")
    world.add_role("UMBRELLA")
    with pytest.raises(RemoteError, match="has 2 objects for the role name 'Umbrella'; remove or rename the others"):
        handler.create(ARGS)


def test_another_capital_letter_is_not_another_role(handler: SecurityRoleHandler, world: World) -> None:
    made_id, made = handler.create(ARGS)
    world.roles[int(made_id)].name = "UMBRELLA"
    world.roles[int(made_id)].levels = {"Companies / Reports": {"inquire": "All"}}
    state = handler.read(made_id, made)
    assert state is not None
    assert compare(handler, state, ARGS).fields == []
    check(handler, state)


def test_a_role_that_only_inactive_members_have_is_left_bare_and_taken_up_again(
    world: World, preflight: Preflight, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = SecurityRoleHandler(Site(world), preflight, Console(world))
    made_id, made = handler.create(ARGS)
    role = world.roles[int(made_id)]
    role.levels, role.tables = {"Companies / Configurations": {"add": "All"}}, ["Service / Priority"]
    world.add_member("Umbrella", securityRole={"id": int(made_id)}, inactiveFlag=True)
    world.keeps_used_roles = True
    handler.delete(made_id, made)
    assert "The security role Umbrella stays at the site without any permission" in capsys.readouterr().out
    assert (world.roles[int(made_id)].levels["Companies / Configurations"], role.tables) == ({}, [])
    world.writes.clear()
    handler.delete(made_id, made)
    assert world.writes == []
    assert handler.create(ARGS) == (made_id, made)


def test_a_role_that_somebody_active_has_keeps_what_it_may_do(handler: SecurityRoleHandler, world: World) -> None:
    made_id, made = handler.create(ARGS)
    world.roles[int(made_id)].levels = {"Companies / Configurations": {"add": "All"}}
    world.add_member("JDoe", securityRole={"id": int(made_id)})
    with pytest.raises(Conflict, match="is not deleted because JDoe still have it; give them another role"):
        handler.delete(made_id, made)
    assert world.roles[int(made_id)].levels == {"Companies / Configurations": {"add": "All"}}


def test_without_a_gateway_a_person_takes_everything_from_a_role_that_stays(world: World, preflight: Preflight) -> None:
    person = ManualDriver(world)
    handler = SecurityRoleHandler(Site(world), preflight, person)
    made_id, made = handler.create(ARGS)
    role = world.roles[int(made_id)]
    role.levels = {"Companies / Configurations": {"add": "All"}}
    world.add_member("Umbrella", securityRole={"id": int(made_id)}, inactiveFlag=True)
    world.keeps_used_roles = True
    with pytest.raises(WorkOrder):
        handler.delete(made_id, made)
    assert person.asked == ("Configurations", "nothing")
    role.levels = {}
    handler.delete(made_id, made)


@pytest.mark.parametrize(("member", "first_time"), [("Umbrella", False), ("Other", True)])
def test_a_role_that_is_made_again_is_no_first_time_for_the_member_that_it_was_made_for(
    member: str, first_time: bool, world: World, handler: SecurityRoleHandler, preflight: Preflight
) -> None:
    state = SecurityRoleState(**ARGS.model_copy(update={"plan": PLAN}).model_dump())
    assert handler.read("99", state) is None  # somebody deleted it
    check(handler, None, ARGS.model_copy(update={"plan": PLAN.model_copy(update={"member": member})}))
    assert preflight.first_times == [first_time]
