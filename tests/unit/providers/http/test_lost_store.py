"""A budget whose store can't be used for a while, or never could be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import pytest

from providers.core.errors import OutcomeUnknown, RemoteError
from providers.http.budget import ADDRESS, Allowance, Budget, check_shared_budgets
from providers.http.budget_store import InProcessStore, StoreUnavailable
from providers.http.clock import Clock
from providers.http.errors import BudgetUnknown
from providers.http.turns import Turns
from tests.unit.providers.http.leaping import LeapingClock

T = TypeVar("T")


class Database:
    """A store that is not there until a moment; `passing`: it has been before."""

    def __init__(self, clock: Clock, back_at: float, *, passing: bool = True) -> None:
        self._clock, self._back_at, self._passing = clock, back_at, passing
        self._kept = InProcessStore(clock)

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        if self._clock.now() < self._back_at:
            raise StoreUnavailable("the server is away", next_step="start it", setting="THE_URL", passing=self._passing)
        return self._kept.change(name, begin, step)


def open_budget(leaping: LeapingClock, away_for: float, *, passing: bool = True) -> Budget:
    store = Database(leaping.clock, leaping.clock.now() + away_for, passing=passing)
    return Budget(10.0, 5, host="psa.example", clock=leaping.clock, store=store)


def test_who_asks_waits_until_the_store_is_back_and_then_keeps_to_the_rate(leaping: LeapingClock) -> None:
    budget = open_budget(leaping, 30.0)
    begun = leaping.clock.now()
    moments = [budget.acquire(begun + 150) for _ in range(8)]
    assert 30 <= moments[0] - begun < 32
    assert moments[7] - moments[0] == pytest.approx(0.3, abs=0.05)


def test_at_the_deadline_it_is_told_what_is_wrong_and_that_nothing_was_sent(leaping: LeapingClock) -> None:
    budget = open_budget(leaping, 1000.0)
    begun = leaping.clock.now()
    with pytest.raises(BudgetUnknown) as told:
        budget.acquire(begun + 20)
    assert 18 <= leaping.clock.now() - begun <= 20
    assert str(told.value) == (
        "psa.example was not asked, because whose turn it is is not known: THE_URL: the server is away; start it."
    )
    assert (told.value.sent, told.value.transient) == (False, True)


def test_a_store_that_never_could_be_used_is_not_waited_for_and_no_weather(leaping: LeapingClock) -> None:
    with pytest.raises(BudgetUnknown) as told:
        open_budget(leaping, 1000.0, passing=False).acquire(leaping.clock.now() + 150)
    assert leaping.slept == []
    assert not told.value.transient


def test_a_pause_that_nobody_could_be_told_is_over_by_then_and_no_error(leaping: LeapingClock) -> None:
    budget = open_budget(leaping, 60.0)
    begun = leaping.clock.now()
    assert budget.pause(5.0)
    assert leaping.clock.now() - begun <= 5
    assert budget.acquire(begun + 150) - begun < 62


def test_a_pause_is_told_as_soon_as_the_store_is_back(leaping: LeapingClock) -> None:
    budget = open_budget(leaping, 3.0)
    begun = leaping.clock.now()
    assert budget.refuse(30.0, begun)
    assert 30 <= budget.acquire(begun + 150) - begun < 31


def test_the_setting_that_is_to_blame_is_ours_and_none_of_the_sites(leaping: LeapingClock) -> None:
    with pytest.raises(BudgetUnknown) as told:
        open_budget(leaping, 1.0, passing=False).acquire(leaping.clock.now())
    for kind in (RemoteError, OutcomeUnknown):
        error = kind.of(told.value, detail="Check connectwise:site.", setting="connectwise:site")
        assert (type(error), error.setting, error.transient) == (kind, "THE_URL", False)
        assert "connectwise:site" not in str(error)


def test_without_its_package_it_is_told_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, "postgres://db.example/without-its-package")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        StoreUnavailable, match=r"^needs psycopg, which is not installed; install the extra `postgres`"
    ) as told:
        check_shared_budgets()
    assert told.value.setting == ADDRESS


@pytest.mark.parametrize("address", ["mysql://keeper:secret%20word@db/budgets", "postgres://keeper:secret%zz@db/x?y=z"])
def test_an_address_that_is_none_is_told_at_the_first_request_without_being_quoted(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS, address)
    clock = Clock()
    budget = Allowance("site https://psa.example").open("psa.example", clock)
    with pytest.raises(BudgetUnknown, match=f"{ADDRESS}: is no address of a PostgreSQL: it .*; write it as") as told:
        budget.acquire(clock.now() + 150)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)
