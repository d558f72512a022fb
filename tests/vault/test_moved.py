"""The key moves to another kind of vault: what its old row does under settings that are not the old vault's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from providers.core.errors import GuardViolation, Unauthenticated
from providers.vault.connection import VaultSettings
from tests.vault.locations import AgePlace, VaultPlace
from tests.vault.run import Run, get_fields, make_args

Make = Callable[..., VaultPlace]
ELSEWHERE = "is to be deleted .* set VAULT_ADDR and VAULT_TOKEN in the environment of this one run, or leave it there"


@pytest.fixture
def place(vault_place: Make) -> VaultPlace:
    return vault_place()


def test_the_old_row_is_not_looked_at_and_not_taken_for_deleted(
    place: VaultPlace, age_place: AgePlace, capsys: pytest.CaptureFixture[str]
) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.forget_asked()
    assert Run(age_place.settings).handler.read(args.place, state) == state
    assert f"The vault secret {place.name} was not looked at: vault:url does not name it" in capsys.readouterr().out
    Run(age_place.settings).delete(args.place, state)
    assert place.list_requests() == []


def test_what_is_to_be_deleted_says_how_this_one_run_gets_there(
    place: VaultPlace, age_place: AgePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = make_args(place.settings, on_destroy="delete")
    state = Run(place.settings).up(None, args)
    with pytest.raises(GuardViolation, match=ELSEWHERE):
        Run(age_place.settings).delete(args.place, state)
    monkeypatch.setenv("VAULT_ADDR", place.proxy.url)
    monkeypatch.setenv("VAULT_TOKEN", "of somebody else")
    with pytest.raises(GuardViolation, match=ELSEWHERE):
        Run(age_place.settings).delete(args.place, state)
    assert place.list_values() == [get_fields(args)]
    monkeypatch.setenv("VAULT_TOKEN", place.server.token)
    Run(age_place.settings).delete(args.place, state)
    assert place.list_values() == []


def test_keep_said_afterwards_leaves_it_there(place: VaultPlace, age_place: AgePlace) -> None:
    args = make_args(place.settings, on_destroy="delete")
    state = Run(place.settings).up(None, args)
    place.forget_asked()
    kept = VaultSettings(url=age_place.url, on_destroy="keep")
    Run(kept).delete(args.place, state)
    assert place.list_requests() == []


def test_settings_of_the_same_kind_speak_for_themselves(place: VaultPlace, vault_place: Make) -> None:
    args = make_args(place.settings, on_destroy="delete")
    state = Run(place.settings).up(None, args)
    with pytest.raises(Unauthenticated, match="refused our token"):
        Run(vault_place(token=SecretStr("of somebody else")).settings).delete(args.place, state)
