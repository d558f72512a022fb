"""Which keys a stack knows, and who depends on them."""

from __future__ import annotations

from typing import Any, cast

import pytest

from providers.connectwise.member_lookup import MemberLookup
from providers.core.tags import Tag
from providers.key_registry import KeyRegistry
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World

OWNER = "0" * 12


class Sink:
    """A console that holds one key."""

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        return public_key == "Held1"

    def get_public_key(self) -> str:
        return "Held1"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def registry(world: World) -> KeyRegistry:
    return KeyRegistry(cast(Any, Sink()), MemberLookup(Site(world), Console(world)), "Provisioning1")


def test_a_registry_that_was_told_nothing_knows_nothing(registry: KeyRegistry) -> None:
    assert not registry.has_keys
    assert not registry.has_written("msp/1")
    assert registry.key_on_record == ""
    assert not registry.names("Ours1")
    assert registry.find_member_of("Ours1") == ""


def test_the_last_key_that_a_state_names_is_the_one_whose_place_is_taken(registry: KeyRegistry) -> None:
    registry.record_current_key("Old1", "11")
    registry.record_current_key("New1", "11")
    assert registry.key_on_record == "New1"
    assert registry.names("Old1")
    registry.record_current_key("", "")  # a step that waits for a person, and no key before it
    assert registry.key_on_record == ""
    assert not registry.names("")


def test_a_key_keeps_the_member_that_somebody_named_for_it(registry: KeyRegistry) -> None:
    registry.record_current_key("Ours1", "11")
    registry.record_key("Ours1")
    assert registry.find_member_of("Ours1") == "11"


def test_a_sink_in_the_state_is_ours_and_so_is_the_key_it_was_written_with(registry: KeyRegistry) -> None:
    registry.record_sink("msp/1", "Ours1", "11")
    assert registry.has_written("msp/1")
    assert not registry.has_written("msp/2")
    assert registry.key_on_record == ""
    assert registry.is_ours("12", OWNER, "Ours1")


def test_a_key_that_no_state_names_is_ours_by_its_tag(registry: KeyRegistry, world: World) -> None:
    member = world.add_member("Umbrella")
    ours = world.add_key(member, f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}")
    theirs = world.add_key(member, "somebody's")
    assert registry.is_ours(str(member), OWNER, ours.publicKey)
    assert not registry.is_ours(str(member), OWNER, theirs.publicKey)


def test_who_depends_on_a_key_is_asked_of_sink_and_sign_in(registry: KeyRegistry) -> None:
    assert registry.holds("Held1")
    assert not registry.holds("Other1")
    assert registry.get_held_key() == "Held1"
    assert registry.is_provisioning_key("Provisioning1")
    assert not registry.is_provisioning_key("Held1")
