"""A site that says in an odd way how long to wait: nobody storms it, nobody waits for ever, and the length is told."""

from __future__ import annotations

import math
from collections.abc import Callable
from email.utils import formatdate

import pytest

from providers.connectwise.errors import make_unavailable_error
from providers.http.budget import Budget
from providers.http.clock import Deadlines
from providers.http.message import Request
from providers.http.retry import describe_wait
from providers.http.transport import Transport
from tests.unit.providers.http.leaping import LeapingClock
from tests.unit.providers.http.peer import Peer, answer

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
GET = Request("GET", "/x")
NOW = 1_700_000_000  # the leaping clock's
UNNAMED = 30.25


@pytest.mark.parametrize(
    ("asked", "slept", "says"),
    [
        *[
            (text, UNNAMED, ", and does not say for how long: we wait 30 seconds")
            for text in ("-5", "1e999", "nan", "inf")
        ],
        ("0", 0.25, None),
        (formatdate(NOW - 3600, usegmt=True), 0.25, None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.25, None),
        ("7", 7.0, " 7 seconds"),
        (formatdate(NOW + 60, usegmt=True), 60.0, " 60 seconds"),
    ],
)
def test_a_wait_that_is_odd_or_over_is_a_bounded_one_and_told(
    asked: str, slept: float, says: str | None, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    told: list[str] = []
    peer = serve(answer(429, Retry_After=asked), answer(200))
    budget = Budget(1000.0, 1000, clock=leaping.clock)
    asking = connect(peer.url, deadlines=Deadlines(), budget=budget, announce=told.append)
    assert asking.send(GET).status == 200
    assert sum(leaping.slept) == pytest.approx(slept, abs=0.01)
    host = peer.url.removeprefix("http://")
    assert told == ([f"{host} asks us to wait{says} (HTTP 429)."] if says else [])


@pytest.mark.parametrize(
    ("asked", "length"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", "1000000000 seconds (11574 days)"),
        ("9" * 400, "1000000000 seconds (11574 days)"),
        (formatdate(NOW + 3 * 3600, usegmt=True), "10800 seconds (3 hours)"),
    ],
)
def test_a_wait_beyond_reason_ends_the_request_holds_the_others_for_a_while_and_is_told(
    asked: str, length: str, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    told: list[str] = []
    peer = serve(answer(429, Retry_After=asked))
    budget = Budget(1000.0, 1000, clock=leaping.clock)
    asking = connect(peer.url, deadlines=Deadlines(), budget=budget, announce=told.append)
    refused = asking.send(GET)
    assert (refused.status, leaping.slept) == (429, [])
    assert told == [f"{peer.url.removeprefix('http://')} asks us to wait {length} (HTTP 429)."]
    budget.acquire(math.inf)
    assert sum(leaping.slept) == pytest.approx(90, abs=1)


@pytest.mark.parametrize(
    ("asked", "step"),
    [
        ("-5", "wait and run again"),
        ("nan", "wait and run again"),
        ("3600", "wait 3600 seconds and run again"),
        ("1209600", "wait 1209600 seconds (14 days) and run again"),
    ],
)
def test_who_gives_up_says_how_long_the_site_wants_to_be_left_alone(
    asked: str, step: str, serve: Serve, connect: Connect
) -> None:
    refused = connect(serve(answer(503, b"{}", Retry_After=asked)).url).send(Request("POST", "/x", json={}))
    assert f"now (HTTP 503); {step}." in str(make_unavailable_error(refused, "POST /x"))


def test_lengths_are_in_seconds_and_long_ones_in_a_larger_unit_too() -> None:
    assert [describe_wait(seconds) for seconds in (0.4, 7199, 7200, 172799, 172800)] == [
        "0 seconds",
        "7199 seconds",
        "7200 seconds (2 hours)",
        "172799 seconds (48 hours)",
        "172800 seconds (2 days)",
    ]
