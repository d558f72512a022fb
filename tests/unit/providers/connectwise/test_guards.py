"""What is refused because somebody else, or we ourselves, would lose by it; and that a word lifts it."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.api_key import ApiKeyHandler
from providers.connectwise.api_member import ApiMemberArgs, ApiMemberHandler
from providers.connectwise.grants import Levels
from providers.connectwise.key_retirement import KeyRetirementArgs, KeyRetirementHandler
from providers.connectwise.member_lookup import MemberLookup
from providers.connectwise.permission_set import PermissionSetArgs, PermissionSetHandler
from providers.core.errors import GuardViolation
from providers.core.guards import WORDS, Guard, Guards
from providers.core.tags import Tag
from tests.unit.providers.connectwise.answers import Gate, Holder, KnowsKeys
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_key import make_args as key_args
from tests.unit.providers.connectwise.test_api_member import DEFAULTS
from tests.unit.providers.connectwise.world import World

OWNER = "0" * 12
TICKETS = "Service Desk / Service Tickets"
LIFTED: dict[str, tuple[Guard, ...]] = {"stands": (), "is lifted": ("own-key", "foreign-keys", "shared-role")}
BOTH = pytest.mark.parametrize("lifted", LIFTED.values(), ids=LIFTED)


@pytest.fixture
def world() -> World:
    world = World()
    world.add_role("Umbrella")  # id 11
    world.add_member("Umbrella", securityRole={"id": 11, "name": "Umbrella"})  # id 12
    return world


# -- the key that we sign in with


@BOTH
def test_the_key_that_signs_us_in_is_not_revoked(world: World, lifted: tuple[Guard, ...]) -> None:
    holder = Holder()
    handler = ApiKeyHandler(Console(world), Gate(), holder, KnowsKeys(), Site(world), Guards(lifted))
    made_id, made = handler.create(key_args(member_id="12"))
    holder.us = made.public_key
    if lifted:
        handler.delete(made_id, made)
        assert world.keys == {}
        return
    with pytest.raises(GuardViolation, match=r"the one that we are signed in with.* add own-key to allow"):
        handler.delete(made_id, made)
    assert made_id in world.keys


@BOTH
def test_a_left_over_key_that_signs_us_in_is_not_revoked(world: World, lifted: tuple[Guard, ...]) -> None:
    tag = f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}"
    left, current = world.add_key(12, tag, public="LeftOverKey"), world.add_key(12, tag)
    holder = Holder()
    holder.us = left.publicKey
    handler = KeyRetirementHandler(Console(world), holder, Site(world), Guards(lifted))
    wanted = KeyRetirementArgs(company="acme@x", member_id="12", key_id=current.id, owner=OWNER)
    if lifted:
        handler.create(wanted)
        assert list(world.keys) == [current.id]
        return
    with pytest.raises(GuardViolation, match="LeftOverKey is the one that we are signed in with"):
        handler.create(wanted)
    assert left.id in world.keys


# -- a member with somebody's keys


def make_member(world: World) -> ApiMemberArgs:
    return ApiMemberArgs(
        company="acme@x", identifier="Second", name="Second", role_id="11", defaults=DEFAULTS, owner=OWNER
    )


@BOTH
def test_a_member_that_owns_somebodys_key_is_not_made_inactive(world: World, lifted: tuple[Guard, ...]) -> None:
    handler = ApiMemberHandler(Site(world), Console(world), Holder(), Guards(lifted))
    made_id, made = handler.create(make_member(world))
    world.add_key(int(made_id), "Backup tool", public="TheirPublicKey")
    if lifted:
        handler.delete(made_id, made)
        assert world.members[int(made_id)].fields["inactiveFlag"] is True
        return
    with pytest.raises(
        GuardViolation, match=r"Second owns keys that are not ours \(TheirPublicKey\).* add foreign-keys to"
    ):
        handler.delete(made_id, made)
    assert not world.members[int(made_id)].fields.get("inactiveFlag")


def test_a_member_with_none_but_our_keys_is_made_inactive_and_they_go(world: World) -> None:
    handler = ApiMemberHandler(Site(world), Console(world), Holder())
    made_id, made = handler.create(make_member(world))
    world.add_key(int(made_id), f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}")
    handler.delete(made_id, made)
    assert world.members[int(made_id)].fields["inactiveFlag"] is True
    assert world.keys == {}


def test_one_that_was_taken_over_stays_but_for_our_unused_keys(world: World) -> None:
    holder = Holder()
    handler = ApiMemberHandler(Site(world), Console(world), holder)
    _, made = handler.create(make_member(world))
    tag = f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}"
    theirs = world.add_key(12, "Backup tool", public="TheirPublicKey")
    held = world.add_key(12, tag, public="HeldPublicKey")
    world.add_key(12, tag, public="LeftOverKey")
    holder.held = held.publicKey
    handler.delete("12", made.model_copy(update={"adopted": True}))
    assert set(world.keys) == {theirs.id, held.id}
    assert not world.members[12].fields.get("inactiveFlag")


# -- a role that others have


def make_grants(levels: Levels, *tables: str) -> PermissionSetArgs:
    return PermissionSetArgs(
        company="acme@x",
        role_id="11",
        role_name="Umbrella",
        permissions={TICKETS: levels},
        table_access=list(tables),
        member="umbrella",  # however it is capitalised
    )


@BOTH
@pytest.mark.parametrize(
    "wanted", [make_grants(Levels(add="All")), make_grants(Levels(add="My"), "Service / Priority")]
)
def test_a_role_that_others_have_is_not_widened(
    world: World, wanted: PermissionSetArgs, lifted: tuple[Guard, ...]
) -> None:
    world.roles[11].levels = {TICKETS: {"add": "My"}}
    world.add_member("Backup", securityRole={"id": 11, "name": "Umbrella"})
    handler = PermissionSetHandler(Site(world), Console(world), Guards(lifted))
    if lifted:
        handler.create(wanted)
        assert world.writes
        return
    with pytest.raises(
        GuardViolation, match=r"Umbrella is also used by Backup, who would get what is added.* add shared-role"
    ):
        handler.create(wanted)
    assert world.writes == []


def test_a_role_that_is_taken_over_as_it_is_widens_nothing_for_others(world: World) -> None:
    world.roles[11].levels = {TICKETS: {"add": "All"}}
    world.roles[11].tables = ["Service / Priority"]
    world.add_member("Backup", securityRole={"id": 11, "name": "Umbrella"})
    PermissionSetHandler(Site(world), Console(world)).create(make_grants(Levels(add="All"), "Service / Priority"))
    assert world.roles[11].levels == {TICKETS: {"add": "All"}}


@pytest.mark.parametrize("other", [{"securityRole": {"id": 12, "name": "X"}}, {"inactiveFlag": True}])
def test_whoever_has_another_role_or_is_inactive_is_not_in_the_way(world: World, other: dict[str, Any]) -> None:
    world.add_member("Backup", **{"securityRole": {"id": 11, "name": "Umbrella"}, **other})
    PermissionSetHandler(Site(world), Console(world)).create(make_grants(Levels(add="All"), "Service / Priority"))
    assert world.roles[11].tables == ["Service / Priority"]


def test_a_member_that_is_being_replaced_is_not_in_the_way(world: World) -> None:
    world.add_member("Umbrella", securityRole={"id": 11, "name": "Umbrella"})
    handler = PermissionSetHandler(Site(world), Console(world))
    known = handler.state(**make_grants(Levels()).model_dump())
    handler.update("11", known, make_grants(Levels(add="All")).model_copy(update={"member": "Umbrella2"}))
    assert world.roles[11].levels == {TICKETS: {"add": "All"}}


def test_taking_grants_away_is_never_refused(world: World) -> None:
    world.roles[11].levels = {TICKETS: {"add": "All", "delete": "All"}}
    world.roles[11].tables = ["Service / Priority"]
    world.add_member("Backup", securityRole={"id": 11, "name": "Umbrella"})
    handler = PermissionSetHandler(Site(world), Console(world))
    state = handler.read("11", handler.state(**make_grants(Levels(add="All"), "Service / Priority").model_dump()))
    assert state
    handler.update("11", state, make_grants(Levels(add="My")))
    assert (world.roles[11].levels, world.roles[11].tables) == ({TICKETS: {"add": "My"}}, [])


def test_our_own_member_under_another_identifier_is_nobody_else(world: World) -> None:
    other = world.add_member("Umbrella2", securityRole={"id": 11, "name": "Umbrella"})
    world.add_key(other, f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}")
    members = MemberLookup(Site(world), Console(world))
    handler = PermissionSetHandler(Site(world), Console(world), Guards(), members.is_known)
    with pytest.raises(GuardViolation, match="is also used by Umbrella2"):
        handler.create(make_grants(Levels(add="All")).model_copy(update={"owner": "1" * 12}))
    handler.create(make_grants(Levels(add="All")).model_copy(update={"owner": OWNER}))
    assert world.roles[11].levels == {TICKETS: {"add": "All"}}


def test_a_member_whose_key_umbrella_holds_is_not_made_inactive_and_no_word_lifts_that(world: World) -> None:
    holder = Holder()
    handler = ApiMemberHandler(Site(world), Console(world), holder, Guards(WORDS))
    made_id, made = handler.create(make_member(world))
    holder.held = world.add_key(int(made_id), f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}").publicKey
    with pytest.raises(GuardViolation, match="Second owns the key that Umbrella holds, so it is not made inactive"):
        handler.delete(made_id, made)
    assert not world.members[int(made_id)].fields.get("inactiveFlag")
    holder.held = ""
    handler.delete(made_id, made)
    assert world.members[int(made_id)].fields["inactiveFlag"] is True
