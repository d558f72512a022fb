"""Once the sink has the current key, every other key of ours goes; nobody else's, and never the sink's."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.key_retirement import KeyRetirementArgs, KeyRetirementHandler, KeyRetirementState
from providers.console.contract import Key
from providers.core.errors import GuardViolation, OutcomeUnknown, RemoteError
from providers.core.tags import Tag
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.served import Served

OWNER = "0" * 12


def make_tagged(owner: str = OWNER) -> str:
    return f"Umbrella PSA {Tag(owner, 'a' * 6, 'b' * 6)}"


class Case:
    """A member with the current key, a left-over of ours, and keys that are none of our business."""

    def __init__(self) -> None:
        self.world = World()
        self.member = self.world.add_member("Umbrella")
        self.current = self.world.add_key(self.member, make_tagged())
        self.leftover = self.world.add_key(self.member, make_tagged(), inactive=True)
        self.not_ours = [
            self.world.add_key(self.member, "made by hand"),
            self.world.add_key(self.member, make_tagged("f" * 12)),
            self.world.add_key(self.member, f"{make_tagged()} and more"),
            self.world.add_key(self.world.add_member("Other"), make_tagged()),
        ]
        self.holder = Holder()
        self.holder.held = self.current.publicKey
        self.handler = self.of_another_run()

    def of_another_run(self) -> KeyRetirementHandler:
        return KeyRetirementHandler(Console(self.world), self.holder, Site(self.world))

    def args(self, **changed: Any) -> KeyRetirementArgs:
        given = {"member_id": str(self.member), "key_id": self.current.id, "owner": OWNER}
        return KeyRetirementArgs(company="acme@x", **{**given, **changed})

    def left(self) -> set[str]:
        return set(self.world.keys)

    def all_but(self, *gone: Key) -> set[str]:
        everything = {key.id for key in (self.current, self.leftover, *self.not_ours)}
        return everything - {key.id for key in gone}


@pytest.fixture
def case() -> Case:
    return Case()


def test_every_other_key_of_ours_is_revoked_and_nothing_else(case: Case) -> None:
    made_id, state = case.handler.create(case.args())
    assert made_id == OWNER
    assert case.left() == case.all_but(case.leftover)
    assert state == KeyRetirementState(**case.args().model_dump())


def test_what_nobody_touched_reads_back_unchanged(case: Case) -> None:
    made_id, made = case.handler.create(case.args())
    state = case.handler.read(made_id, made)
    assert state == made
    assert compare(case.handler, state, case.args()).fields == []


def test_a_left_over_key_is_drift_in_words_and_a_look_revokes_nothing(case: Case) -> None:
    state = case.handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    assert state.leftovers == [case.leftover.publicKey]
    assert compare(case.handler, state, case.args()).words == [
        f"The API key {case.leftover.publicKey} of ours is left over and still works; it should be revoked."
    ]
    assert case.world.writes == []


def test_nobody_is_sent_to_revoke_the_key_that_comes_next(case: Case) -> None:
    case.holder.current = case.leftover.publicKey
    state = case.handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    assert compare(case.handler, state, case.args()).words == [
        f"The API key {case.leftover.publicKey} is the one that comes next; Umbrella is still to be given it."
    ]


def test_nobody_is_sent_to_revoke_the_key_that_the_sink_holds(case: Case) -> None:
    case.holder.held = case.leftover.publicKey
    state = case.handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    found = compare(case.handler, state, case.args())
    assert (found.fields, found.words) == (["leftovers"], [])


def test_drift_is_put_right(case: Case) -> None:
    state = case.handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    assert case.handler.update(OWNER, state, case.args()).leftovers == []
    assert case.left() == case.all_but(case.leftover)


def test_a_new_current_key_is_kept_and_the_one_before_goes(case: Case) -> None:
    _, state = case.handler.create(case.args())
    fresh = case.world.add_key(case.member, make_tagged())
    case.holder.held = fresh.publicKey
    case.handler.update(OWNER, state, case.args(key_id=fresh.id))
    assert case.left() == case.all_but(case.leftover, case.current) | {fresh.id}


def test_after_a_move_to_another_member_the_old_members_keys_of_ours_go_too(case: Case) -> None:
    _, state = case.handler.create(case.args())
    moved = case.world.add_member("Umbrella2")
    fresh = case.world.add_key(moved, make_tagged())
    case.holder.held = fresh.publicKey
    case.handler.update(OWNER, state, case.args(member_id=str(moved), key_id=fresh.id))
    assert case.left() == case.all_but(case.leftover, case.current) | {fresh.id}


def test_a_left_over_key_that_the_sink_holds_is_never_revoked(case: Case) -> None:
    case.holder.held = case.leftover.publicKey
    for act in (
        lambda: case.handler.create(case.args()),
        lambda: case.handler.update(OWNER, KeyRetirementState(**case.args().model_dump()), case.args()),
        lambda: case.of_another_run().delete(OWNER, KeyRetirementState(**case.args().model_dump())),
    ):
        with pytest.raises(GuardViolation, match="is left over, but Umbrella holds it, so it is not revoked"):
            act()
    assert case.left() == case.all_but()


def test_a_row_that_was_replaced_retires_nothing(case: Case) -> None:
    """By its record the key that its successor works for is a left-over."""
    later = Served(case.of_another_run())
    current = KeyRetirementState(**case.args().model_dump())
    later.compare(OWNER, current, case.args())
    later.delete(OWNER, KeyRetirementState(**case.args(key_id="replaced").model_dump()))
    assert case.left() == case.all_but()


def test_a_row_whose_successor_was_refused_retires_nothing(case: Case) -> None:
    """With `--continue-on-error` the engine goes on to the deletions."""
    case.holder.held = case.leftover.publicKey
    later = Served(case.of_another_run())
    with pytest.raises(GuardViolation, match="is left over, but Umbrella holds it"):
        later.create(case.args())
    case.holder.held = ""
    later.delete(OWNER, KeyRetirementState(**case.args(key_id="replaced").model_dump()))
    assert case.left() == case.all_but()


def test_a_current_key_that_was_revoked_amid_the_run_revokes_no_other(case: Case) -> None:
    """Two machines with one stack: whoever comes last would else take the key that works."""
    _, state = case.handler.create(case.args())
    others = case.world.add_key(case.member, make_tagged())
    for act in (
        lambda: case.handler.create(case.args(key_id="revoked")),
        lambda: case.handler.update(OWNER, state, case.args(key_id="revoked")),
    ):
        with pytest.raises(
            GuardViolation, match="was revoked during this run, by another run of the same stack or by a person"
        ):
            act()
    assert case.left() == case.all_but(case.leftover) | {others.id}


def test_the_sink_is_asked_anew_but_for_the_key_that_this_run_replaced(case: Case) -> None:
    _, state = case.handler.create(case.args())
    assert case.holder.refreshes == 1
    fresh = case.world.add_key(case.member, make_tagged())
    case.holder.held = fresh.publicKey
    state = case.handler.update(OWNER, state, case.args(key_id=fresh.id))
    assert case.holder.refreshes == 1
    case.world.add_key(case.member, make_tagged())
    case.handler.update(OWNER, state, case.args(key_id=fresh.id))
    assert case.holder.refreshes == 2


def test_not_knowing_what_the_sink_holds_revokes_nothing(case: Case) -> None:
    case.holder.blind = True
    with pytest.raises(RemoteError):
        case.handler.create(case.args())
    assert case.left() == case.all_but()


def test_a_run_that_was_cut_off_between_two_keys_goes_on_with_the_rest(case: Case) -> None:
    second = case.world.add_key(case.member, make_tagged())
    case.world.lose.add("revoke")
    with pytest.raises(OutcomeUnknown):
        case.handler.create(case.args())
    case.handler.create(case.args())
    assert case.left() == case.all_but(case.leftover)
    assert second.id not in case.left()


def test_on_destroy_the_left_overs_go_and_the_current_key_is_left_to_its_own_resource(case: Case) -> None:
    case.handler.delete(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert case.left() == case.all_but(case.leftover)


def test_without_the_member_there_is_nothing_to_retire(case: Case) -> None:
    del case.world.members[case.member]
    state = case.handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    assert state.leftovers == []


def test_a_change_that_speaks_for_itself_has_no_words(case: Case) -> None:
    _, state = case.handler.create(case.args())
    assert compare(case.handler, state, case.args(key_id="other")).words == []


def test_what_the_stack_left_under_its_earlier_name_goes_when_it_is_renamed(case: Case) -> None:
    _, state = case.of_another_run().create(case.args(owner="e" * 12))
    fresh = case.world.add_key(case.member, make_tagged("d" * 12))
    old = case.world.add_key(case.member, make_tagged("e" * 12))
    case.holder.held = fresh.publicKey
    case.handler.update("e" * 12, state, case.args(owner="d" * 12, key_id=fresh.id))
    assert old.publicKey not in {key.publicKey for _, key, _ in case.world.keys.values()}
    assert {key.publicKey for key in case.not_ours} <= {key.publicKey for _, key, _ in case.world.keys.values()}


def test_a_console_that_does_not_show_the_member_has_not_shown_that_nothing_is_left_over(case: Case) -> None:
    console = Console(case.world)
    console.hidden.add(case.member)
    handler = KeyRetirementHandler(console, case.holder, Site(case.world))
    state = KeyRetirementState(**case.args().model_dump())
    told = "does not show the API member Umbrella, which the site has, so its keys are not known"
    for ask in (
        lambda: handler.read(OWNER, state),
        lambda: handler.create(case.args()),
        lambda: handler.update(OWNER, state, case.args(key_id="new")),
        lambda: handler.delete(OWNER, state),
    ):
        with pytest.raises(RemoteError, match=told):
            ask()
    assert case.left() == case.all_but()


@pytest.mark.parametrize("how", ["gone", "inactive"])
def test_of_a_member_that_is_gone_or_inactive_no_key_works_that_could_be_left_over(case: Case, how: str) -> None:
    console = Console(case.world)
    console.hidden.add(case.member)
    if how == "gone":
        del case.world.members[case.member]
    else:
        case.world.members[case.member].fields["inactiveFlag"] = True
    handler = KeyRetirementHandler(console, case.holder, Site(case.world))
    state = handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    assert state.leftovers == []
