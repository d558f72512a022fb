"""The life of a key in a vault, the same story in every kind."""

from __future__ import annotations

from tests.vault.locations import AgePlace, Place
from tests.vault.run import Run, get_fields, make_args


def test_the_pair_is_kept_under_the_promised_names(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args, minted=True)
    assert place.list_values() == [get_fields(args)]
    assert (state.vault_status, state.current_version, state.current_fingerprint) == (
        "held",
        state.version,
        state.fingerprint,
    )
    assert state.place == place.name


def test_an_unchanged_preview_says_nothing_and_asks_once(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.forget_asked()
    assert Run(place.settings).preview(state, args) == []
    assert len(place.list_requests()) == (0 if isinstance(place, AgePlace) else 1)


def test_a_rotation_is_a_new_version_on_top_of_the_old_one(place: Place) -> None:
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old, minted=True)
    run = Run(place.settings)
    before = run.handler.read(old.place, state)
    place.forget_asked()
    run.gate.refuse_unless_ready("acme")
    assert before is not None
    after = run.handler.update(new.place, before, new)
    assert len(place.list_requests()) <= 3
    kept = [get_fields(old), get_fields(new)]
    assert place.list_values() == (kept if place.keeps_history else kept[1:])
    assert after.version != state.version
    assert Run(place.settings).preview(after, new) == []


def test_a_rotation_in_a_process_that_has_not_looked_asks_three_times_at_most(place: Place) -> None:
    """As after a change of the configuration: the engine refreshes in a process of its own."""
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old, minted=True)
    seen = Run(place.settings).handler.read(old.place, state)
    assert seen is not None
    place.forget_asked()
    run = Run(place.settings).restart(seen)
    run.gate.refuse_unless_ready("acme")
    after = run.handler.update(new.place, seen, new)
    assert len(place.list_requests()) <= 3
    assert place.list_values()[-1] == get_fields(new)
    assert Run(place.settings).preview(after, new) == []


def test_a_second_rotation_goes_the_same_way(place: Place) -> None:
    state = None
    for number in (1, 2, 3):
        args = make_args(place.settings, number)
        state = Run(place.settings).up(state, args, minted=True)
        assert place.list_values()[-1] == get_fields(args)
    assert state is not None
    assert Run(place.settings).preview(state, args) == []


def test_a_setting_that_is_not_kept_writes_nothing(place: Place) -> None:
    state = Run(place.settings).up(None, make_args(place.settings))
    changed = make_args(place.settings, on_destroy="delete")
    after = Run(place.settings).up(state, changed)
    assert after.on_destroy == "delete"
    assert after.version == state.version
    assert len(place.list_values()) == 1


def test_another_site_is_kept_with_the_same_key(place: Place) -> None:
    state = Run(place.settings).up(None, make_args(place.settings))
    moved = make_args(place.settings, site="https://eu.myconnectwise.net")
    after = Run(place.settings).up(state, moved)
    assert place.list_values()[-1] == get_fields(moved)
    assert Run(place.settings).preview(after, moved) == []


def test_a_run_that_was_cut_off_after_the_first_write_takes_it_up(place: Place) -> None:
    args = make_args(place.settings)
    first = Run(place.settings).up(None, args)
    again = Run(place.settings).up(None, args)  # nothing was recorded
    assert again == first
    assert len(place.list_values()) == 1


def test_a_rotation_that_was_cut_off_after_its_write_takes_it_up(place: Place) -> None:
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    lost = Run(place.settings).up(state, new)
    again = Run(place.settings).up(state, new)  # the state still knows the old one only
    assert again.version == lost.version
    assert len(place.list_values()) == (2 if place.keeps_history else 1)
    assert Run(place.settings).preview(again, new) == []
