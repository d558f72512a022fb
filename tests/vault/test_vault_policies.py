"""HashiCorp Vault: what a policy must allow, and what is known with less."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from providers.core.errors import Conflict, PermissionDenied
from tests.vault.locations import VaultPlace
from tests.vault.policies import DESTROY, LEAST, UNLABELLED, WRITE_ONLY
from tests.vault.run import Run, get_fields, make_args
from tests.vault.server import SESSION, VaultServer

Make = Callable[..., VaultPlace]


def test_the_least_policy_is_enough_for_a_rotation_and_shows_drift(with_policy: Make) -> None:
    place = with_policy(LEAST)
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old, minted=True)
    state = Run(place.settings).up(state, new, minted=True)
    assert place.list_values() == [get_fields(old), get_fields(new)]
    assert Run(place.settings).preview(state, new) == []
    place.add({"strange": "value"})
    (told,) = Run(place.settings).preview(state, new)
    assert "has a version 3 that this stack did not write (its own is 2); whether its value differs can't" in told
    Run(place.settings).up(state, new)
    assert place.list_values()[-1] == get_fields(new)


def test_the_label_is_in_the_custom_metadata(with_policy: Make) -> None:
    place = with_policy(LEAST)
    state = None
    for number in (1, 2):
        args = make_args(place.settings, number)
        state = Run(place.settings).up(state, args, minted=True)
    assert state is not None
    assert place.metadata()["custom_metadata"] == {
        "managedBy": "umbrella-psa",
        "tenant": "acme",
        "companyId": "Acme",
        "keyId": "402",
        "generation": state.generation,
        "fingerprint": state.fingerprint,
        "version": "2",
    }


def test_a_rotation_that_was_cut_off_is_recognised_by_its_label_alone(with_policy: Make) -> None:
    place = with_policy(LEAST)
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    Run(place.settings).up(state, new)
    Run(place.settings).up(state, new)
    assert len(place.list_values()) == 2


def test_without_the_right_to_write_metadata_the_key_has_no_label(with_policy: Make) -> None:
    place = with_policy(UNLABELLED)
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args, minted=True)
    assert place.metadata()["custom_metadata"] is None
    place.forget_asked()
    assert Run(place.settings).preview(state, args) == []
    assert len(place.list_requests()) == 1
    before = Run(place.settings)
    seen = before.handler.read(args.place, state)
    assert seen is not None
    place.forget_asked()
    before.gate.refuse_unless_ready("acme")
    before.handler.update(args.place, seen, make_args(place.settings, 2))
    assert len(place.list_requests()) == 2


def test_without_a_label_a_changed_setting_writes_nothing_either(with_policy: Make) -> None:
    place = with_policy(UNLABELLED)
    state = Run(place.settings).up(None, make_args(place.settings))
    changed = make_args(place.settings, on_destroy="delete")
    assert Run(place.settings).preview(state, changed) == []  # a setting speaks for itself
    assert Run(place.settings).up(state, changed).version == state.version
    assert len(place.list_values()) == 1


def test_a_policy_that_may_write_but_not_read(with_policy: Make, capsys: pytest.CaptureFixture[str]) -> None:
    place = with_policy(WRITE_ONLY)
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old, minted=True)
    assert Run(place.settings).preview(state, old) == []
    assert capsys.readouterr().out == (
        f"The vault lets us write {place.name} but not look at it, so whether its value is still the key can't be "
        "known; allow reading the secret's metadata to see drift.\n"
    )
    state = Run(place.settings).up(state, new, minted=True)
    assert place.list_values() == [get_fields(old), get_fields(new)]


def test_what_a_write_only_policy_can_not_see_it_does_not_overwrite(with_policy: Make) -> None:
    place = with_policy(WRITE_ONLY)
    state = Run(place.settings).up(None, make_args(place.settings, 1))
    place.add({"somebody": "else's"})
    with pytest.raises(Conflict, match="its policy does not let us look; allow reading the secret's metadata"):
        Run(place.settings).up(state, make_args(place.settings, 2))
    assert place.list_values()[-1] == {"somebody": "else's"}


def test_the_right_to_look_lost_after_it_was_there_is_an_error(
    vault: VaultServer, with_policy: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    place = with_policy(LEAST)
    args = make_args(place.settings, 2)
    state = Run(place.settings).up(Run(place.settings).up(None, make_args(place.settings, 1)), args)
    vault.write_policy(SESSION, WRITE_ONLY)
    with pytest.raises(PermissionDenied, match=r"the vault let us look at .* and does not any more"):
        Run(place.settings).preview(state, args)
    meant = Run(place.settings, take_over=True).up(state, args)
    assert Run(place.settings).preview(meant, args) == []
    assert "lets us write" in capsys.readouterr().out
    vault.write_policy(SESSION, LEAST)
    again = Run(place.settings).up(meant, args)
    vault.write_policy(SESSION, WRITE_ONLY)
    with pytest.raises(PermissionDenied, match="does not any more"):
        Run(place.settings).preview(Run(place.settings).handler.update(args.place, again, args), args)


@pytest.mark.parametrize(
    ("rules", "rights"),
    [
        ({"secret/data/umbrella/+": ["read"], "secret/metadata/umbrella/+": ["read"]}, "it grants read on"),
        ({"secret/metadata/umbrella/+": ["read"]}, "it grants deny on"),
        ({"secret/data/umbrella/+": ["update"], "secret/metadata/umbrella/+": ["read"]}, "it grants update on"),
    ],
)
def test_nothing_is_minted_for_a_policy_that_may_not_write(
    with_policy: Make, rules: dict[str, list[str]], rights: str
) -> None:
    place = with_policy(rules)
    with pytest.raises(PermissionDenied, match=rights):
        Run(place.settings).gate.refuse_unless_ready("acme")
    assert not [line for line in place.list_requests() if "/v1/secret/data/" in line]


def test_access_that_was_lost_is_an_error_and_no_deletion(vault: VaultServer, with_policy: Make) -> None:
    place = with_policy(LEAST)
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    vault.write_policy(SESSION, {"secret/data/other": ["read"]})
    with pytest.raises(PermissionDenied, match=r"access to the vault secret .* is lost: the policy grants deny"):
        Run(place.settings).preview(state, args)


def test_destroy_needs_one_right_more(with_policy: Make) -> None:
    place = with_policy(LEAST)
    args = make_args(place.settings, on_destroy="delete")
    state = Run(place.settings).up(None, args)
    with pytest.raises(PermissionDenied, match="does not let us delete"):
        Run(place.settings).delete(args.place, state)
    place = with_policy(LEAST | DESTROY)
    state = Run(place.settings).up(None, make_args(place.settings, on_destroy="delete"))
    Run(place.settings).delete(args.place, state)
    assert place.list_values() == []
