from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.http.clock import Clock
from providers.http.errors import (
    BudgetExhausted,
    ConnectionLost,
    InsecureUrl,
    MalformedAnswer,
    RedirectRefused,
    TimedOut,
    TlsRefused,
    TooLarge,
    TransportError,
    Unreachable,
    Unsendable,
)
from providers.http.retry import RetryPolicy, parse_retry_after

NOW = 1_700_000_000.0
policy = RetryPolicy()


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("outcome", [Unreachable("x", host="h", sent=False), TimedOut("x", host="h", sent=False), 429])
def test_what_was_never_processed_is_tried_again_for_every_method(
    outcome: int | TransportError, repeatable: bool
) -> None:
    assert policy.should_retry(outcome, repeatable=repeatable, attempt=1)


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize(
    "outcome", [ConnectionLost("x", host="h", sent=True), TimedOut("x", host="h", sent=True), 500, 502, 503, 504]
)
def test_an_unknown_outcome_is_tried_again_only_when_that_is_safe(
    outcome: int | TransportError, repeatable: bool
) -> None:
    assert policy.should_retry(outcome, repeatable=repeatable, attempt=1) is repeatable


@pytest.mark.parametrize(
    "kind", [TlsRefused, TooLarge, RedirectRefused, BudgetExhausted, MalformedAnswer, InsecureUrl, Unsendable]
)
def test_what_will_not_get_better_is_not_tried_again(kind: type[TransportError]) -> None:
    assert not policy.should_retry(kind("x", host="h", sent=False), repeatable=True, attempt=1)


@pytest.mark.parametrize("status", [200, 201, 204, 304, 400, 401, 403, 404, 409, 422, 423, 501])
def test_other_answers_are_final(status: int) -> None:
    assert not policy.should_retry(status, repeatable=True, attempt=1)


def test_the_last_attempt_is_the_last() -> None:
    assert policy.should_retry(429, repeatable=True, attempt=3)
    assert not policy.should_retry(429, repeatable=True, attempt=4)


@settings(deadline=None)
@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.floats(0.01, 10), st.floats(0.01, 100))
def test_the_wait_is_full_jitter_under_a_doubling_bound(attempt: int, chance: float, base: float, cap: float) -> None:
    wait = RetryPolicy(base=base, cap=cap).get_delay(attempt, None, lambda: chance)
    assert wait is not None
    assert 0 <= wait <= cap
    if attempt < 50:
        assert wait == pytest.approx(chance * min(cap, base * 2 ** (attempt - 1)))


def test_the_server_decides_how_long_to_wait() -> None:
    assert policy.get_delay(1, 17.0, lambda: 0.9) == 17.0
    assert policy.get_delay(3, 0.1, lambda: 0.9) == 0.1


def test_a_zero_from_the_server_does_not_make_a_storm() -> None:
    assert policy.get_delay(1, 0.0, lambda: 0.5) == 0.25


def test_a_wait_longer_than_we_are_ready_for_is_declined() -> None:
    assert policy.get_delay(1, 90.0, lambda: 0.5) == 90.0
    assert policy.get_delay(1, 90.1, lambda: 0.5) is None


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_retry_after_in_seconds_is_read(seconds: int) -> None:
    assert parse_retry_after(f" {seconds} ", NOW) == seconds


@settings(deadline=None)
@given(st.integers(-(10**8), 10**8))
def test_retry_after_as_a_date_is_read_and_the_past_is_now(offset: int) -> None:
    assert parse_retry_after(formatdate(NOW + offset, usegmt=True), NOW) == max(0, offset)


def test_other_spellings_of_a_date_are_read_too() -> None:
    moment = datetime.fromtimestamp(NOW + 60, UTC)
    for text in (
        format_datetime(moment),
        moment.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        moment.strftime("%a %b %d %H:%M:%S %Y"),
    ):
        assert parse_retry_after(text, NOW) == 60


def test_a_fraction_and_a_number_beyond_reason_are_read() -> None:
    assert parse_retry_after("1.5", NOW) == 1.5
    assert parse_retry_after("9" * 5000, NOW) == 1e9


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "²", "0x10", "Thu, 99 Foo 2023", ", ", "1e3", "٣"])
def test_what_cannot_be_read_is_none(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_value_breaks_the_parser(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or 0 <= wait <= 1e9


def test_chance_is_a_fraction() -> None:
    assert 0 <= Clock().random() < 1
