"""Questions at once, or one by one where others are asked meanwhile."""

from __future__ import annotations

from threading import Barrier, get_ident

import pytest

from providers.core.concurrency import ask_one_by_one, run_concurrently


def test_questions_are_asked_at_once_and_answers_come_in_their_order() -> None:
    together = Barrier(3, timeout=5)

    def ask(number: int) -> int:
        together.wait()
        return number

    assert [asked.result() for asked in run_concurrently(*(lambda n=n: ask(n) for n in range(3)))] == [0, 1, 2]


def test_a_question_that_fails_takes_no_answer_with_it() -> None:
    def fail() -> int:
        raise ValueError("no answer")

    first, second, third = run_concurrently(fail, lambda: 2, fail)
    assert second.result() == 2
    for failed in (first, third):
        with pytest.raises(ValueError, match="no answer"):
            failed.result()


def test_one_by_one_no_other_thread_asks_and_afterwards_others_do() -> None:
    with ask_one_by_one():
        assert {asked.result() for asked in run_concurrently(get_ident, get_ident, get_ident)} == {get_ident()}
    assert len({asked.result() for asked in run_concurrently(get_ident, get_ident)}) == 2
