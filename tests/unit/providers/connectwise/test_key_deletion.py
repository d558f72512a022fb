"""A key is revoked only when nobody holds it, whatever flags the engine was given; one that is gone is fine."""

from __future__ import annotations

import pytest

from providers.connectwise.api_key import ApiKeyHandler
from providers.core.errors import GuardViolation, RemoteError
from tests.unit.providers.connectwise.answers import Gate, Holder, KnowsKeys
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_key import make_args
from tests.unit.providers.connectwise.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.add_member("Umbrella")  # id 11
    return world


@pytest.fixture
def key_usage() -> Holder:
    return Holder()


@pytest.fixture
def handler(world: World, key_usage: Holder) -> ApiKeyHandler:
    return ApiKeyHandler(Console(world), Gate(), key_usage, KnowsKeys(), Site(world))


def test_our_key_is_revoked_once_nobody_holds_it(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    handler.delete(made_id, made)
    assert world.keys == {}


def test_a_key_that_the_sink_holds_is_not_revoked(handler: ApiKeyHandler, world: World, key_usage: Holder) -> None:
    made_id, made = handler.create(make_args())
    key_usage.held = made.public_key
    with pytest.raises(GuardViolation, match="is the one that Umbrella holds, so it is not revoked"):
        handler.delete(made_id, made)
    assert made_id in world.keys


def test_not_knowing_whether_the_sink_holds_it_is_not_no(
    handler: ApiKeyHandler, world: World, key_usage: Holder
) -> None:
    made_id, made = handler.create(make_args())
    key_usage.blind = True
    with pytest.raises(RemoteError):
        handler.delete(made_id, made)
    assert made_id in world.keys


def test_deleting_a_key_that_is_gone_is_fine_even_where_the_sink_still_names_it(
    handler: ApiKeyHandler, world: World, key_usage: Holder
) -> None:
    made_id, made = handler.create(make_args())
    world.keys.clear()
    world.writes.clear()
    key_usage.held = made.public_key
    handler.delete(made_id, made)
    assert world.writes == []


def test_deleting_while_the_member_is_not_found_still_asks_the_sink_first(
    handler: ApiKeyHandler, world: World, key_usage: Holder
) -> None:
    made_id, made = handler.create(make_args())
    world.members.clear()
    key_usage.held = made.public_key
    with pytest.raises(GuardViolation):
        handler.delete(made_id, made)


def test_a_key_that_somebody_gave_another_pair_is_not_revoked_while_the_sink_holds_that_pair(
    handler: ApiKeyHandler, world: World, key_usage: Holder
) -> None:
    made_id, made = handler.create(make_args())
    member, key, private = world.keys[made_id]
    world.keys[made_id] = (member, key.model_copy(update={"publicKey": "another"}), private)
    key_usage.held = "another"
    with pytest.raises(GuardViolation):
        handler.delete(made_id, made)


def test_deleting_a_key_whose_member_is_gone_is_fine_once_nobody_holds_it(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    world.members.clear()
    handler.delete(made_id, made)


def test_a_console_that_does_not_show_the_member_has_not_shown_that_its_key_is_gone(world: World) -> None:
    world.members[11].fields["securityRole"] = {"id": world.add_role("Umbrella")}
    console = Console(world)
    handler = ApiKeyHandler(console, Gate(), Holder(), KnowsKeys(), Site(world))
    made_id, made = handler.create(make_args())
    console.hidden.add(11)
    told = r"does not show the API member of the key .* but the key signs in"
    with pytest.raises(RemoteError, match=told):
        handler.read(made_id, made)
    with pytest.raises(RemoteError, match=told):
        handler.delete(made_id, made)
    assert made_id in world.keys
    world.members[11].fields["inactiveFlag"] = True  # then the key is dead in any case
    assert handler.read(made_id, made) == made
    handler.delete(made_id, made)
