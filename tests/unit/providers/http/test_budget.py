from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.http.budget import Budget, share_budgets
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


def test_a_burst_goes_through_at_once_and_the_rest_at_the_rate() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 3, clock=ticking.clock)
    for _ in range(5):
        budget.acquire(1000.0)
    assert ticking.slept == pytest.approx([0.1, 0.1])


def test_an_idle_budget_fills_up_to_its_burst_and_no_further() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 2, clock=ticking.clock)
    ticking.time += 1000
    for _ in range(3):
        budget.acquire(5000.0)
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


def test_a_rest_holds_everybody_and_ends_without_a_burst() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 50, clock=ticking.clock)
    budget.pause(5.0)
    for _ in range(3):
        budget.acquire(1000.0)
    assert ticking.slept == pytest.approx([5.0, 0.1, 0.1])


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    ticking = Ticking()
    budget = Budget(10.0, 50, clock=ticking.clock)
    budget.pause(5.0)
    budget.pause(1.0)
    budget.acquire(1000.0)
    assert ticking.slept == pytest.approx([5.0])


@settings(deadline=None)
@given(st.floats(0.5, 100), st.integers(1, 20), st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_burst_and_rate_allow(rate: float, burst: int, pauses: list[float]) -> None:
    ticking = Ticking()
    budget = Budget(rate, burst, clock=ticking.clock)
    taken = []
    for pause in pauses:
        ticking.time += pause
        budget.acquire(1e9)
        taken.append(ticking.time)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - taken[first]) + 1 + 1e-6


def test_threads_queue_up_behind_each_other_and_wait_outside_the_lock() -> None:
    waits: list[float] = []
    gate = threading.Barrier(8)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        gate.wait(5)  # passes only when all eight wait at the same time

    budget = Budget(1.0, 1, clock=Clock(now=lambda: 0.0, sleep=sleep))
    budget.acquire(0.0)
    threads = [threading.Thread(target=budget.acquire, args=(100.0,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]


def test_a_site_has_one_budget_per_process() -> None:
    first = Budget.for_site("https://one.example")
    assert Budget.for_site("https://one.example", 1.0, 1) is first
    assert Budget.for_site("https://two.example") is not first


@pytest.mark.parametrize(("rate", "burst"), [(0.0, 1), (-1.0, 1), (1.0, 0)])
def test_a_budget_without_turns_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        Budget(rate, burst)


def test_processes_that_share_a_budget_each_keep_to_their_part() -> None:
    ticking = Ticking()
    share_budgets(4)
    try:
        shared = Budget.for_site("https://shared.example", 16.0, 60, clock=ticking.clock)
    finally:
        share_budgets(1)
    for _ in range(15 + 8):
        shared.acquire(ticking.time + 60)
    assert sum(ticking.slept) == pytest.approx(2.0)  # a burst of 15, then 4 a second
