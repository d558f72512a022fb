from __future__ import annotations

import pytest

from providers.http.deadline import Attempt


def test_a_read_may_take_its_own_time_or_what_is_left_of_the_attempt() -> None:
    now = [100.0]
    attempt = Attempt(read=30.0, finish=190.0, now=lambda: now[0])
    assert attempt.get_timeout() == 30.0
    now[0] = 175.0
    assert attempt.get_timeout() == 15.0


@pytest.mark.parametrize("late", [0.0, 5.0])
def test_when_the_attempt_is_over_nothing_more_is_read(late: float) -> None:
    with pytest.raises(TimeoutError):
        Attempt(read=30.0, finish=100.0, now=lambda: 100.0 + late).get_timeout()
