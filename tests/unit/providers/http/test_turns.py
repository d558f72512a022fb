"""The schedule of a budget's turns, and what a site's 429s teach it."""

from __future__ import annotations

import pytest

from providers.http.turns import Booking, Turns

FOREVER = 1e9


def begin(rate: float = 15.0, burst: float = 60.0, now: float = 100.0) -> Turns:
    return Turns.begin(rate, burst, now)


def book(turns: Turns, now: float) -> Booking:
    booking = turns.book(now, FOREVER)
    assert booking
    return booking


def send(turns: Turns, *moments: float) -> None:
    """Requests that leave at these moments."""
    for moment in moments:
        assert book(turns, moment).wait == 0


def spread(count: int, begun: float, ended: float) -> list[float]:
    return [begun + (ended - begun) * number / count for number in range(count)]


def test_turns_booked_before_a_pause_come_after_it_in_the_same_order() -> None:
    turns = begin(10, 1)
    send(turns, 100.0)
    waiting = [book(turns, 100.0) for _ in range(3)]
    assert [booking.wait for booking in waiting] == pytest.approx([0.1, 0.2, 0.3])
    turns.pause(100.0, 5.0)
    late = book(turns, 100.1)
    waits = [booking.wait for turn in waiting if (booking := turns.claim(turn.turn, 100.2, FOREVER))]
    assert waits == pytest.approx([4.8, 4.9, 5.0])
    claimed = turns.claim(late.turn, 100.2, FOREVER)
    assert claimed
    assert claimed.wait == pytest.approx(5.1)


def test_who_was_due_when_the_pause_began_and_comes_late_waits_for_its_end_too() -> None:
    turns = begin(10, 1)
    send(turns, 100.0)
    due = book(turns, 100.0)
    turns.pause(100.15, 5.0)
    claimed = turns.claim(due.turn, 100.16, FOREVER)
    assert claimed
    assert claimed.wait == pytest.approx(4.99)


def test_a_burst_of_429s_lowers_the_rate_to_four_fifths_of_what_was_let_through() -> None:
    """A site that allows ten a second answers a burst of sixty: ten get through, fifty are refused."""
    turns = begin()
    moments = spread(60, 100.0, 100.2)
    send(turns, *moments)
    for moment in moments[10:]:
        turns.refuse(moment + 0.1, 1.0, moment)
    assert turns.rate == pytest.approx(8.0)


def test_the_429s_of_one_burst_count_once() -> None:
    turns = begin()
    send(turns, *spread(600, 100.0, 140.0))
    for moment in (140.1, 140.1, 140.2):
        turns.refuse(moment, 1.0, 139.9)
    assert turns.rate == pytest.approx(0.8 * 15, rel=0.02)


def test_another_429_after_the_pause_lowers_the_rate_once_more() -> None:
    turns = begin()
    send(turns, *spread(600, 100.0, 140.0))
    turns.refuse(140.0, 1.0, 139.9)
    send(turns, *spread(115, 141.1, 151.1))
    turns.refuse(151.1, 1.0, 151.0)
    assert turns.rate == pytest.approx(0.64 * 15, rel=0.05)


def test_a_limit_by_the_minute_is_found_by_what_was_sent_and_the_wait_that_the_site_tells() -> None:
    """Thirty a second where a thousand a minute are allowed: after 33 seconds the site asks to wait 27."""
    turns = begin(30.0, 1)
    send(turns, *spread(1000, 100.0, 133.4))
    turns.refuse(133.4, 27.0, 133.3)
    assert turns.rate == pytest.approx(0.8 * 1000 / 60, rel=0.05)


def test_what_was_slow_already_goes_on_at_four_fifths_of_that() -> None:
    turns = begin()
    send(turns, *spread(250, 100.0, 150.0))
    turns.refuse(150.0, 1.0, 149.9)
    assert turns.rate == pytest.approx(0.8 * 5, rel=0.1)


def test_a_site_that_lets_nothing_through_takes_no_more_than_a_fifth_and_little_no_more_than_three_quarters() -> None:
    """Its patience may have been used up by others, and the rate is kept for the whole run."""
    turns = begin()
    send(turns, 100.0)
    turns.refuse(100.1, 30.0, 100.0)
    assert turns.rate == pytest.approx(12.0)
    turns = begin()
    send(turns, 100.0, 100.0)
    turns.refuse(100.1, 30.0, 100.0)
    assert turns.rate == pytest.approx(15 / 4)


def test_no_refusal_makes_it_slower_than_a_request_a_second() -> None:
    turns, now = begin(2.0, 1), 100.0
    for _ in range(10):
        now += book(turns, now).wait
        turns.refuse(now, 1.0, now)
        now += 1.0
    assert turns.rate == 1.0


def test_after_a_429_nothing_is_saved_up_for_a_burst() -> None:
    turns = begin()
    send(turns, *spread(60, 100.0, 100.1))
    turns.refuse(100.1, 1.0, 100.05)
    later = 100.0 + 600
    assert book(turns, later).wait == 0
    assert book(turns, later).wait == pytest.approx(1 / turns.rate)


def test_who_wakes_late_does_not_send_together_with_those_who_are_in_time() -> None:
    """A machine with too much to do wakes four at once, when all but the last are overdue."""
    turns = begin(10, 1)
    send(turns, 100.0)
    late = [book(turns, 100.0).turn for _ in range(4)]
    waits = [booking.wait for turn in late if (booking := turns.claim(turn, 100.4, FOREVER))]
    assert waits == pytest.approx([0.0, 0.05, 0.05, 0.05])
    waits = [booking.wait for turn in late[1:] if (booking := turns.claim(turn, 100.45, FOREVER))]
    assert waits == pytest.approx([0.0, 0.1, 0.1])


def test_a_pause_that_is_no_429_lowers_nothing() -> None:
    turns = begin()
    send(turns, 100.0)
    turns.pause(100.0, 5.0)
    assert (turns.rate, turns.burst) == (15.0, 60.0)


def test_a_429_of_what_was_sent_before_another_pause_began_lowers_the_rate_as_any_does() -> None:
    turns = begin()
    send(turns, *spread(600, 100.0, 140.0))
    turns.pause(140.0, 5.0)
    turns.refuse(140.1, 1.0, 139.9)
    assert turns.rate == pytest.approx(0.8 * 15, rel=0.02)


def test_nobody_sends_after_the_latest_moment_for_it() -> None:
    turns = begin()
    assert turns.book(100.0, -0.1) is None
    assert turns.next == 0


def test_it_tells_a_pause_of_another_length_from_one_that_is_told_again() -> None:
    turns = begin()
    assert [turns.pause(100.0, seconds) for seconds in (60, 60, 20, 61, 200)] == [True, False, False, False, True]


def test_a_turn_that_comes_too_late_is_not_taken() -> None:
    turns = begin(1.0, 1)
    send(turns, 100.0)
    assert turns.book(100.0, 0.5) is None
    assert turns.next == 1


def test_a_turn_of_a_schedule_that_was_lost_is_taken_anew() -> None:
    turns = begin(10.0, 1)
    send(turns, 100.0)
    claimed = turns.claim(5000, 100.0, FOREVER)
    assert claimed
    assert claimed.wait == pytest.approx(0.1)


def test_what_is_written_down_is_read_back() -> None:
    turns = begin()
    send(turns, *spread(60, 100.0, 103.0))
    turns.refuse(103.0, 1.0, 102.0)
    assert Turns.unpack(turns.pack()) == turns


@pytest.mark.parametrize("packed", [b"", b"x" * 40, b"\xff" * len(begin().pack()), bytes(len(begin().pack()))])
def test_what_is_damaged_is_no_turns(packed: bytes) -> None:
    with pytest.raises(ValueError, match="are no"):
        Turns.unpack(packed)


def test_a_clock_that_was_put_back_changes_nothing_but_the_time() -> None:
    """An hour back, in the middle of a pause that a 429 asked for: whoever waits, waits as long as before."""
    stays, moves = begin(10, 4), begin(10, 4)
    for turns in (stays, moves):
        send(turns, 100.0, 100.05, 100.1)
        turns.refuse(100.2, 5.0, 100.05)
    waiting = [book(turns, 100.3) for turns in (stays, moves)]
    moves.shift(-3600.0)
    for later in (100.4, 104.0, 105.3, 105.4, 106.0, 170.0):
        there, then = stays.claim(waiting[0].turn, later, FOREVER), moves.claim(waiting[1].turn, later - 3600, FOREVER)
        assert there and then
        assert then.wait == pytest.approx(there.wait)
    for turns, now in ((stays, 171.0), (moves, 171.0 - 3600)):
        send(turns, now)
        turns.refuse(now, 2.0, now)
    assert moves.rate == pytest.approx(stays.rate)
