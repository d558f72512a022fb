"""A budget as whoever sends requests sees it, kept in a process's memory or in a file that processes share."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.http.budget import Allowance, Budget, forget_budgets
from providers.http.clock import Clock
from providers.http.errors import BudgetExhausted


class Ticking:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []
        self.clock = Clock(now=lambda: self.time, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def take(budget: Budget, ticking: Ticking, turns: int) -> list[float]:
    """Take turns one after the other; the moments of them."""
    moments = []
    for _ in range(turns):
        budget.acquire(ticking.time + 1000)
        moments.append(ticking.time)
    return moments


def test_a_burst_goes_through_at_once_and_the_rest_at_the_rate() -> None:
    ticking = Ticking()
    take(Budget(10.0, 3, clock=ticking.clock), ticking, 5)
    assert ticking.slept == pytest.approx([0.1, 0.1])


def test_an_idle_budget_fills_up_to_its_burst_and_no_further() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 2, clock=ticking.clock)
    ticking.time += 1000
    take(budget, ticking, 3)
    assert ticking.slept == pytest.approx([0.1])


def test_a_turn_that_comes_too_late_is_refused_at_once_and_takes_nothing() -> None:
    ticking = Ticking()
    budget = Budget(1.0, 1, host="psa.example.com", clock=ticking.clock)
    budget.acquire(100.0)
    for _ in range(3):
        with pytest.raises(BudgetExhausted, match=r"^psa\.example\.com has more requests") as caught:
            budget.acquire(100.5)
        assert not caught.value.sent
    budget.acquire(101.0)
    assert ticking.slept == pytest.approx([1.0])


def test_a_pause_holds_everybody_and_ends_without_a_burst() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 50, clock=ticking.clock)
    budget.pause(5.0)
    take(budget, ticking, 3)
    assert ticking.slept == pytest.approx([5.0, 0.1, 0.1])


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 50, clock=ticking.clock)
    budget.pause(5.0)
    budget.pause(1.0)
    take(budget, ticking, 1)
    assert ticking.slept == pytest.approx([5.0])


@settings(deadline=None)
@given(st.floats(0.5, 100), st.integers(1, 20), st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_burst_and_rate_allow(rate: float, burst: int, pauses: list[float]) -> None:
    ticking = Ticking()
    budget = Budget(rate, burst, clock=ticking.clock)
    taken = []
    for pause in pauses:
        ticking.time += pause
        taken += take(budget, ticking, 1)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - taken[first] + 1e-3) + 1 + 1e-6


def test_threads_queue_up_behind_each_other_and_wait_outside_the_lock() -> None:
    waits: list[float] = []
    moment = 0.0
    gate = threading.Barrier(8)

    def sleep(seconds: float) -> None:
        nonlocal moment
        waits.append(seconds)
        gate.wait(5)  # passes only when all eight wait at the same time
        moment = 8.0

    budget = Budget(1.0, 8, clock=Clock(now=lambda: moment, sleep=sleep))
    for _ in range(8):
        budget.acquire(0.0)
    threads = [threading.Thread(target=budget.acquire, args=(100.0,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]


def test_a_thread_that_waits_when_the_site_asks_for_a_pause_waits_for_its_end() -> None:
    budget = Budget(2.0, 1)
    sent = [budget.acquire(time.monotonic() + 60)]
    threads = [threading.Thread(target=lambda: sent.append(budget.acquire(time.monotonic() + 60))) for _ in range(3)]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + 0.8
    budget.pause(0.8)
    for thread in threads:
        thread.join()
    assert ends - 0.01 <= min(sent[1:]) < ends + 5  # a busy machine is forgiven what is late, never what is early
    assert max(sent[1:]) - min(sent[1:]) >= 0.9


def test_a_wait_that_a_pause_makes_too_long_is_ended_in_time() -> None:
    ticking = Ticking()
    budget: Budget

    def sleep(seconds: float) -> None:
        ticking.sleep(seconds)
        budget.pause(60.0)

    budget = Budget(10.0, 1, clock=Clock(now=ticking.clock.now, sleep=sleep))
    budget.acquire(100.0)
    with pytest.raises(BudgetExhausted, match=r"^the site asks us to wait, and then"):
        budget.acquire(110.0)
    assert ticking.slept == pytest.approx([0.1])


@pytest.mark.parametrize(("rate", "burst"), [(0.0, 1), (-1.0, 1), (1.0, 0)])
def test_a_budget_without_turns_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        Budget(rate, burst)


def test_who_names_the_same_allowance_shares_it_and_others_do_not() -> None:
    ticking = Ticking()
    first, second = (Allowance("https://psa.example", 10).open("psa.example", ticking.clock) for _ in range(2))
    take(first, ticking, 40)  # four seconds' worth at once
    take(second, ticking, 1)
    assert ticking.slept == pytest.approx([0.1])
    take(Allowance("https://other.example", 10).open("other.example", ticking.clock), ticking, 40)
    assert ticking.slept == pytest.approx([0.1])


def test_the_lowest_rate_that_is_named_counts() -> None:
    ticking = Ticking()
    generous, modest = (Allowance("site", rate).open("psa.example", ticking.clock) for rate in (100, 5))
    take(generous, ticking, 1)
    take(modest, ticking, 1)
    ticking.time += 1000
    begun = ticking.time
    moments = take(generous, ticking, 30)
    assert moments[19] == begun  # four seconds' worth of five
    assert moments[29] - moments[19] == pytest.approx(2.0)


def test_what_a_run_has_learned_can_be_forgotten() -> None:
    ticking = Ticking()
    allowance = Allowance("https://forgetful.example", 10)
    budget = allowance.open("forgetful.example", ticking.clock)
    budget.refuse(60.0, budget.acquire(1000.0))
    forget_budgets()
    take(allowance.open("forgetful.example", ticking.clock), ticking, 40)
    assert ticking.slept == []
