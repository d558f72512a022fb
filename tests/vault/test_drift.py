"""What others do to the secret: told apart in words and put right, the same in every kind."""

from __future__ import annotations

import re

from tests.vault.locations import AgePlace, Place
from tests.vault.run import Run, get_fields, make_args


def test_a_value_that_somebody_changed_is_told_and_put_right(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.add({**get_fields(args), "privateKey": "somebody else's"})
    (told,) = Run(place.settings).preview(state, args)
    if isinstance(place, AgePlace):  # nobody here can read what is in the file
        assert re.search("has a version .* whether its value differs can't be known", told)
    else:
        assert told.startswith(f"The vault secret {place.name} holds another value in version ")
    after = Run(place.settings).up(state, args)
    assert place.list_values()[-1] == get_fields(args)
    assert Run(place.settings).preview(after, args) == []


def test_the_same_value_in_a_version_of_somebody_else_is_told_apart(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.add(get_fields(args))
    (told,) = Run(place.settings).preview(state, args)
    if isinstance(place, AgePlace):  # nobody here can read what is in the file
        assert "whether its value differs can't be known" in told
        return
    assert "did not write; it holds the same key" in told
    versions = len(place.list_values())
    after = Run(place.settings).up(state, args)
    assert after.version != state.version
    assert len(place.list_values()) == versions
    assert Run(place.settings).preview(after, args) == []


def test_a_rotation_while_the_vault_has_drifted_puts_the_new_key_on_top(place: Place) -> None:
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    place.add({"not": "a key at all"})
    after = Run(place.settings).up(state, new, minted=True)
    assert place.list_values()[-1] == get_fields(new)
    assert Run(place.settings).preview(after, new) == []


def test_a_deleted_secret_is_told_and_made_again(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.delete()
    assert Run(place.settings).preview(state, args) == [
        f"The vault secret {place.name} was deleted; `pulumi up` puts the key there again."
    ]
    after = Run(place.settings).up(state, args)
    assert place.list_values() == [get_fields(args)]
    assert Run(place.settings).preview(after, args) == []


def test_a_soft_deleted_secret_is_told_apart_and_put_back(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    if not place.soft_deletes:
        place.delete()
        assert "was deleted; " in Run(place.settings).preview(state, args)[0]
        return
    place.soft_delete()
    assert Run(place.settings).preview(state, args) == [
        f"The vault secret {place.name} was deleted, but can still be recovered; `pulumi up` puts the key back."
    ]
    after = Run(place.settings).up(state, args)
    assert place.list_values()[-1] == get_fields(args)
    assert Run(place.settings).preview(after, args) == []


def test_a_rotation_of_a_soft_deleted_secret(place: Place) -> None:
    if not place.soft_deletes:
        assert isinstance(place, AgePlace)
        return
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    place.soft_delete()
    seen = Run(place.settings).handler.read(old.place, state)
    assert seen is not None
    run = Run(place.settings).restart(state)  # another process, as after a change of the configuration
    run.gate.refuse_unless_ready("acme")
    after = run.handler.update(new.place, seen, new)
    assert place.list_values()[-1] == get_fields(new)
    assert Run(place.settings).preview(after, new) == []


def test_a_rotation_of_a_soft_deleted_secret_in_one_process(place: Place) -> None:
    if not place.soft_deletes:
        assert isinstance(place, AgePlace)
        return
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    place.soft_delete()
    after = Run(place.settings).up(state, new, minted=True)
    assert place.list_values()[-1] == get_fields(new)
    assert Run(place.settings).preview(after, new) == []
