"""Once the sink has the current key, every other key of ours goes; nobody else's, and never the sink's."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.key_retirement import KeyRetirementArgs, KeyRetirementHandler, KeyRetirementState
from providers.console.contract import Key
from providers.core.problems import LostAnswer, Refusal, RemoteProblem
from providers.core.tags import Tag
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.served import Served
from tests.unit.providers.core.verdict import compare

OWNER = "0" * 12


def tagged(owner: str = OWNER) -> str:
    return f"Umbrella PSA {Tag(owner, 'a' * 6, 'b' * 6)}"


class Scene:
    """A member with the current key, a left-over of ours, and keys that are none of our business."""

    def __init__(self) -> None:
        self.world = World()
        self.member = self.world.member("Umbrella")
        self.current = self.world.key(self.member, tagged())
        self.leftover = self.world.key(self.member, tagged(), inactive=True)
        self.not_ours = [
            self.world.key(self.member, "made by hand"),
            self.world.key(self.member, tagged("f" * 12)),
            self.world.key(self.member, f"{tagged()} and more"),
            self.world.key(self.world.member("Other"), tagged()),
        ]
        self.holder = Holder()
        self.holder.held = self.current.publicKey
        self.handler = self.of_another_run()

    def of_another_run(self) -> KeyRetirementHandler:
        return KeyRetirementHandler(Console(self.world), self.holder)

    def args(self, **changed: Any) -> KeyRetirementArgs:
        given = {"member_id": str(self.member), "key_id": self.current.id, "owner": OWNER}
        return KeyRetirementArgs(company="acme@x", **{**given, **changed})

    def left(self) -> set[str]:
        return set(self.world.keys)

    def all_but(self, *gone: Key) -> set[str]:
        everything = {key.id for key in (self.current, self.leftover, *self.not_ours)}
        return everything - {key.id for key in gone}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_every_other_key_of_ours_is_revoked_and_nothing_else(scene: Scene) -> None:
    made_id, state = scene.handler.create(scene.args())
    assert made_id == OWNER
    assert scene.left() == scene.all_but(scene.leftover)
    assert state == KeyRetirementState(**scene.args().model_dump())


def test_what_nobody_touched_reads_back_unchanged(scene: Scene) -> None:
    made_id, made = scene.handler.create(scene.args())
    state = scene.handler.read(made_id, made)
    assert state == made
    assert compare(scene.handler, state, scene.args()).fields == []


def test_a_left_over_key_is_drift_in_words_and_a_look_revokes_nothing(scene: Scene) -> None:
    state = scene.handler.read(OWNER, KeyRetirementState(**scene.args().model_dump()))
    assert state is not None
    assert state.leftovers == [scene.leftover.publicKey]
    assert compare(scene.handler, state, scene.args()).words == [
        f"The API key {scene.leftover.publicKey} of ours is left over and still works; it should be revoked."
    ]
    assert scene.world.writes == []


def test_nobody_is_sent_to_revoke_the_key_that_the_sink_holds(scene: Scene) -> None:
    scene.holder.held = scene.leftover.publicKey
    state = scene.handler.read(OWNER, KeyRetirementState(**scene.args().model_dump()))
    assert state is not None
    found = compare(scene.handler, state, scene.args())
    assert (found.fields, found.words) == (["leftovers"], [])


def test_drift_is_put_right(scene: Scene) -> None:
    state = scene.handler.read(OWNER, KeyRetirementState(**scene.args().model_dump()))
    assert state is not None
    assert scene.handler.update(OWNER, state, scene.args()).leftovers == []
    assert scene.left() == scene.all_but(scene.leftover)


def test_a_new_current_key_is_kept_and_the_one_before_goes(scene: Scene) -> None:
    _, state = scene.handler.create(scene.args())
    fresh = scene.world.key(scene.member, tagged())
    scene.holder.held = fresh.publicKey
    scene.handler.update(OWNER, state, scene.args(key_id=fresh.id))
    assert scene.left() == scene.all_but(scene.leftover, scene.current) | {fresh.id}


def test_after_a_move_to_another_member_the_old_members_keys_of_ours_go_too(scene: Scene) -> None:
    _, state = scene.handler.create(scene.args())
    moved = scene.world.member("Umbrella2")
    fresh = scene.world.key(moved, tagged())
    scene.holder.held = fresh.publicKey
    scene.handler.update(OWNER, state, scene.args(member_id=str(moved), key_id=fresh.id))
    assert scene.left() == scene.all_but(scene.leftover, scene.current) | {fresh.id}


def test_a_left_over_key_that_the_sink_holds_is_never_revoked(scene: Scene) -> None:
    scene.holder.held = scene.leftover.publicKey
    for act in (
        lambda: scene.handler.create(scene.args()),
        lambda: scene.handler.update(OWNER, KeyRetirementState(**scene.args().model_dump()), scene.args()),
        lambda: scene.of_another_run().delete(OWNER, KeyRetirementState(**scene.args().model_dump())),
    ):
        with pytest.raises(Refusal, match="is left over, but Umbrella holds it, so it is not revoked"):
            act()
    assert scene.left() == scene.all_but()


def test_a_row_that_was_replaced_retires_nothing(scene: Scene) -> None:
    """By its record the key that its successor works for is a left-over."""
    later = Served(scene.of_another_run())
    current = KeyRetirementState(**scene.args().model_dump())
    later.compare(OWNER, current, scene.args())
    later.delete(OWNER, KeyRetirementState(**scene.args(key_id="replaced").model_dump()))
    assert scene.left() == scene.all_but()


def test_a_current_key_that_was_revoked_amid_the_run_revokes_no_other(scene: Scene) -> None:
    """Two machines with one stack: whoever comes last would else take the key that works."""
    _, state = scene.handler.create(scene.args())
    others = scene.world.key(scene.member, tagged())
    for act in (
        lambda: scene.handler.create(scene.args(key_id="revoked")),
        lambda: scene.handler.update(OWNER, state, scene.args(key_id="revoked")),
    ):
        with pytest.raises(Refusal, match="was revoked amid this run, by another run of the same stack or by a person"):
            act()
    assert scene.left() == scene.all_but(scene.leftover) | {others.id}


def test_the_sink_is_asked_anew_but_for_the_key_that_this_run_replaced(scene: Scene) -> None:
    _, state = scene.handler.create(scene.args())
    assert scene.holder.asked_anew == 1
    fresh = scene.world.key(scene.member, tagged())
    scene.holder.held = fresh.publicKey
    state = scene.handler.update(OWNER, state, scene.args(key_id=fresh.id))
    assert scene.holder.asked_anew == 1
    scene.world.key(scene.member, tagged())
    scene.handler.update(OWNER, state, scene.args(key_id=fresh.id))
    assert scene.holder.asked_anew == 2


def test_not_knowing_what_the_sink_holds_revokes_nothing(scene: Scene) -> None:
    scene.holder.blind = True
    with pytest.raises(RemoteProblem):
        scene.handler.create(scene.args())
    assert scene.left() == scene.all_but()


def test_a_run_that_was_cut_off_between_two_keys_goes_on_with_the_rest(scene: Scene) -> None:
    second = scene.world.key(scene.member, tagged())
    scene.world.lose.add("revoke")
    with pytest.raises(LostAnswer):
        scene.handler.create(scene.args())
    scene.handler.create(scene.args())
    assert scene.left() == scene.all_but(scene.leftover)
    assert second.id not in scene.left()


def test_on_destroy_the_left_overs_go_and_the_current_key_is_left_to_its_own_resource(scene: Scene) -> None:
    scene.handler.delete(OWNER, KeyRetirementState(**scene.args().model_dump()))
    assert scene.left() == scene.all_but(scene.leftover)


def test_without_the_member_there_is_nothing_to_retire(scene: Scene) -> None:
    del scene.world.members[scene.member]
    state = scene.handler.read(OWNER, KeyRetirementState(**scene.args().model_dump()))
    assert state is not None
    assert state.leftovers == []


def test_a_change_that_speaks_for_itself_has_no_words(scene: Scene) -> None:
    _, state = scene.handler.create(scene.args())
    assert compare(scene.handler, state, scene.args(key_id="other")).words == []


def test_what_the_stack_left_under_its_earlier_name_goes_when_it_is_renamed(scene: Scene) -> None:
    _, state = scene.of_another_run().create(scene.args(owner="e" * 12))
    fresh = scene.world.key(scene.member, tagged("d" * 12))
    old = scene.world.key(scene.member, tagged("e" * 12))
    scene.holder.held = fresh.publicKey
    scene.handler.update("e" * 12, state, scene.args(owner="d" * 12, key_id=fresh.id))
    assert old.publicKey not in {key.publicKey for _, key, _ in scene.world.keys.values()}
    assert {key.publicKey for key in scene.not_ours} <= {key.publicKey for _, key, _ in scene.world.keys.values()}
