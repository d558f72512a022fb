"""Nothing is asked twice in a run, failures are not remembered, a write forgets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest

from providers.core.run_cache import RunCache


def test_an_answer_is_asked_for_once() -> None:
    memory, answers = RunCache(), iter([7, 8])
    assert [memory.get_or_fetch(("a",), lambda: next(answers)) for _ in range(3)] == [7, 7, 7]


def test_none_is_an_answer_too() -> None:
    memory, answers = RunCache(), iter([None, 8])
    assert [memory.get_or_fetch(("a",), lambda: next(answers)) for _ in range(2)] == [None, None]


def test_other_keys_are_other_answers() -> None:
    memory = RunCache()
    assert [memory.get_or_fetch(("a", text), lambda text=text: text) for text in "xyx"] == ["x", "y", "x"]  # type: ignore[misc]


def test_of_eight_threads_one_asks_and_the_others_wait() -> None:
    memory, asked, together = RunCache(), [], Barrier(8)

    def ask() -> int:
        asked.append(1)
        sleep(0.02)
        return 7

    def want(_: int) -> int:
        together.wait()
        return memory.get_or_fetch(("a",), ask)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(want, range(8))) == [7] * 8
    assert asked == [1]


def test_what_the_one_who_asks_meets_every_waiter_meets() -> None:
    memory, asked, waiting = RunCache(), [], Event()

    def ask() -> int:
        asked.append(1)
        waiting.wait(5)
        sleep(0.02)
        raise KeyError("no such thing")

    with ThreadPoolExecutor(4) as pool:
        waits = [pool.submit(memory.get_or_fetch, ("a",), ask) for _ in range(4)]
        waiting.set()
        for wait in waits:
            with pytest.raises(KeyError):
                wait.result()
    assert len(asked) <= 4


def test_a_failure_is_not_remembered() -> None:
    memory = RunCache()
    with pytest.raises(ZeroDivisionError):
        memory.get_or_fetch(("a",), lambda: 1 // 0)
    assert not memory.has("a")
    assert memory.get_or_fetch(("a",), lambda: 7) == 7


def test_forgetting_asks_again() -> None:
    memory = RunCache()
    memory.get_or_fetch(("keys", "1"), lambda: "old")
    memory.invalidate("keys", "1")
    assert memory.get_or_fetch(("keys", "1"), lambda: "new") == "new"


def test_forgetting_a_beginning_forgets_all_below_and_nothing_else() -> None:
    memory = RunCache()
    for key in (("keys", "1"), ("keys", "2"), ("sink",)):
        memory.get_or_fetch(key, lambda: "old")
    memory.invalidate("keys")
    assert not memory.has("keys")
    assert memory.has("sink")


def test_seen_means_that_an_answer_arrived() -> None:
    memory, asked, go = RunCache(), Event(), Event()

    def ask() -> int:
        asked.set()
        go.wait(5)
        return 7

    assert not memory.has("a")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(memory.get_or_fetch, ("a",), ask)
        asked.wait(5)
        assert not memory.has("a")
        go.set()
        assert answer.result() == 7
    assert memory.has("a")


def test_an_answer_under_way_when_a_write_forgets_is_not_remembered() -> None:
    memory, asked, go = RunCache(), Event(), Event()

    def ask() -> str:
        asked.set()
        go.wait(5)
        return "from before the write"

    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(memory.get_or_fetch, ("sink",), ask)
        asked.wait(5)
        memory.invalidate("sink")
        go.set()
        assert early.result() == "from before the write"
    assert memory.get_or_fetch(("sink",), lambda: "from after it") == "from after it"


def test_a_failure_under_way_when_a_write_forgets_harms_nobody() -> None:
    memory, asked, go = RunCache(), Event(), Event()

    def ask() -> str:
        asked.set()
        go.wait(5)
        raise KeyError("late")

    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(memory.get_or_fetch, ("sink",), ask)
        asked.wait(5)
        memory.invalidate("sink")
        assert memory.get_or_fetch(("sink",), lambda: "fresh") == "fresh"
        go.set()
        with pytest.raises(KeyError):
            early.result()
    assert memory.get_or_fetch(("sink",), lambda: "again") == "fresh"
