"""In which order a mint, and a tenant's first object, are refused, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from providers.core.errors import GuardViolation, ProviderError
from providers.core.guards import Guards
from providers.key_registry import KeyRegistry
from providers.mint_preconditions import MintPreconditions


class Recorder:
    """Everybody who may refuse; `broken` names the one who does."""

    def __init__(self, broken: str = "") -> None:
        self.asked: list[str] = []
        self.broken = broken
        self.is_ours: Callable[[str], bool] = bool

    def ask(self, who: str) -> None:
        self.asked.append(who)
        if who == self.broken:
            raise ProviderError(f"{who} refuses")


class Part:
    """One of them, under any of the names by which it is asked."""

    place = "vault://secret/umbrella/acme"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    def refuse_missing(self) -> None:
        self._recorder.ask(self._name)

    def refuse_unless_ready(self, *_: str) -> None:
        self._recorder.ask(self._name)

    def refuse_foreign(self, tenant: str) -> None:
        self._recorder.ask(f"{self._name} of {tenant}")

    def refuse_somebodys(self, is_ours: Callable[[str], bool]) -> None:
        self._recorder.is_ours = is_ours
        self._recorder.ask(f"{self._name}'s holder")


def make_registry() -> KeyRegistry:
    nobody = cast(Any, None)
    return KeyRegistry(nobody, nobody, "Provisioning1")


def make_preconditions(
    recorder: Recorder, registry: KeyRegistry | None = None, *, vault: bool = True, lifted: tuple[str, ...] = ()
) -> MintPreconditions:
    rights, keys, console, place = (cast(Any, Part(recorder, name)) for name in ("rights", "keys", "console", "vault"))
    registry = registry or make_registry()
    return MintPreconditions(rights, keys, console, place if vault else None, registry, Guards(lifted))


def test_before_a_mint_everything_is_asked_once_in_order() -> None:
    recorder = Recorder()
    make_preconditions(recorder).refuse_unless_ready("11", "0" * 12, "acme")
    assert recorder.asked == ["rights", "keys", "vault", "console", "console's holder"]


@pytest.mark.parametrize("broken", ["rights", "keys", "vault", "console", "console's holder"])
def test_whoever_refuses_ends_it(broken: str) -> None:
    recorder = Recorder(broken)
    with pytest.raises(ProviderError, match=f"{broken} refuses"):
        make_preconditions(recorder).refuse_unless_ready("11", "0" * 12, "acme")
    assert recorder.asked[-1] == broken


def test_a_stack_that_has_a_key_or_the_sink_is_past_the_question_who_holds_the_console() -> None:
    records: list[Callable[[KeyRegistry], None]] = [
        lambda registry: registry.record_current_key("Ours1", "11"),
        lambda registry: registry.record_sink("msp/1", "Ours1", "11"),
    ]
    for record in records:
        recorder, registry = Recorder(), make_registry()
        record(registry)
        make_preconditions(recorder, registry).refuse_unless_ready("11", "0" * 12, "acme")
        assert recorder.asked == ["rights", "keys", "vault", "console"]


def test_the_key_that_signs_us_in_is_not_replaced_unless_that_is_wanted() -> None:
    recorder, registry = Recorder(), make_registry()
    registry.record_current_key("Provisioning1", "11")
    with pytest.raises(GuardViolation, match="the key to be replaced, Provisioning1, is the one that we are signed in"):
        make_preconditions(recorder, registry).refuse_unless_ready("11", "0" * 12, "acme")
    assert recorder.asked == []
    make_preconditions(recorder, registry, lifted=("own-key",)).refuse_unless_ready("11", "0" * 12, "acme")
    assert recorder.asked == ["rights", "keys", "vault", "console"]


def test_a_first_time_asks_for_no_rights_and_only_looks_at_the_vault() -> None:
    recorder = Recorder()
    make_preconditions(recorder).refuse_first_time("acme")
    assert recorder.asked == ["keys", "vault of acme", "console", "console's holder"]


def test_at_a_first_time_only_what_this_run_names_is_ours() -> None:
    recorder, registry = Recorder(), make_registry()
    make_preconditions(recorder, registry).refuse_first_time("acme")
    assert not recorder.is_ours("Theirs1")


def test_without_a_vault_there_is_no_place_to_keep_a_key() -> None:
    recorder = Recorder()
    assert make_preconditions(recorder).get_escrow_place() == Part.place
    without = make_preconditions(recorder, vault=False)
    assert without.get_escrow_place() == ""
    without.refuse_unless_ready("11", "0" * 12, "acme")
    assert "vault" not in recorder.asked
