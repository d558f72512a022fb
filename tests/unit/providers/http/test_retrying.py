"""Attempts of a transport against real sockets; waits are leapt over."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest

from providers.http.budget import Budget
from providers.http.clock import Clock, Deadlines
from providers.http.errors import BudgetExhausted
from providers.http.message import Request, Response
from providers.http.transport import Transport
from tests.unit.providers.http.leaping import LeapingClock
from tests.unit.providers.http.peer import Peer, answer, reset

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
PUT = Request("PUT", "/x", json={}, repeatable=True)
POST = Request("POST", "/x", json={})
GET = Request("GET", "/x")


def test_headers_are_asked_for_before_each_attempt(serve: Serve, connect: Connect) -> None:
    peer = serve(answer(503), answer(200))
    tokens = iter(["first", "second"])
    connect(peer.url, headers=lambda: {"Authorization": f"Bearer {next(tokens)}"}).send(GET)
    assert [seen.headers["authorization"] for seen in peer.received] == ["Bearer first", "Bearer second"]


def test_a_storm_of_server_errors_ends_after_four_attempts_with_the_last_answer(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    page = b"<html><h1>502 Bad Gateway</h1></html>"
    peer = serve(answer(500), answer(502, page, Content_Type="text/html"), answer(503), answer(502, page))
    response = connect(peer.url).send(GET)
    assert response.status == 502
    assert response.text == "502 Bad Gateway"
    assert len(peer.received) == 4
    assert leaping.slept == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_may_have_happened_is_not_repeated(status: int, serve: Serve, connect: Connect) -> None:
    peer = serve(answer(status, Retry_After="1"), answer(200))
    assert connect(peer.url).send(POST).status == status
    assert len(peer.received) == 1


def test_a_write_that_is_safe_to_repeat_is_repeated(serve: Serve, connect: Connect) -> None:
    peer = serve(answer(503), reset, answer(200))
    assert connect(peer.url).send(PUT).status == 200
    assert len(peer.received) == 3


def test_the_wait_that_the_server_names_in_seconds_is_kept(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(429, Retry_After="7"), answer(200))
    assert connect(peer.url).send(POST).status == 200
    assert leaping.slept == [7.0]


def test_the_wait_that_the_server_names_as_a_date_is_kept(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(429, Retry_After=formatdate(1_700_000_009, usegmt=True)), answer(200))
    assert connect(peer.url).send(POST).status == 200
    assert leaping.slept == [9.0]


@pytest.mark.parametrize("wait", ["90", formatdate(1_700_000_090, usegmt=True)])
def test_a_minute_and_a_half_is_waited_for(wait: str, serve: Serve, connect: Connect, leaping: LeapingClock) -> None:
    peer = serve(answer(429, Retry_After=wait), answer(200))
    assert connect(peer.url, deadlines=Deadlines()).send(POST).status == 200
    assert leaping.slept == [90.0]


def test_a_long_pause_is_told_once_with_its_length(serve: Serve, connect: Connect, leaping: LeapingClock) -> None:
    peer = serve(answer(429, Retry_After="60"), answer(200), answer(429, Retry_After="2"), answer(200))
    told: list[str] = []
    budget = Budget(10.0, 100, clock=leaping.clock)
    asking = connect(peer.url, deadlines=Deadlines(), budget=budget, announce=told.append)
    for _ in range(2):
        assert asking.send(GET).status == 200
    assert told == [f"{peer.url.removeprefix('http://')} asks us to wait 60 seconds (HTTP 429)."]
    assert [budget.pause(seconds) for seconds in (60, 60, 20, 61, 200)] == [True, False, False, False, True]


def test_nobody_is_told_but_on_standard_error(
    serve: Serve, connect: Connect, capsys: pytest.CaptureFixture[str]
) -> None:
    peer = serve(answer(429, Retry_After="6"), answer(200))
    connect(peer.url, deadlines=Deadlines()).send(GET)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("asks us to wait 6 seconds (HTTP 429).\n")


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "soon"}])
def test_a_429_that_names_no_wait_is_asked_again_after_half_a_minute(
    headers: dict[str, Any], serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(429, **headers), answer(200))
    assert connect(peer.url, deadlines=Deadlines()).send(POST).status == 200
    assert leaping.slept == [30.25]  # with a little jitter, so that many clients don't come back at once


def test_a_wait_beyond_our_patience_gives_the_answer_back(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(429, Retry_After="91"))
    assert connect(peer.url, deadlines=Deadlines()).send(GET).headers["Retry-After"] == "91"
    assert leaping.slept == []
    assert len(peer.received) == 1


def test_a_wait_beyond_the_total_deadline_gives_the_answer_back(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(429, Retry_After="25"))
    assert connect(peer.url, deadlines=Deadlines(total=20.0)).send(GET).status == 429
    assert leaping.slept == []


def test_a_pause_that_the_site_asks_for_holds_its_other_requests_too(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(429, Retry_After="7"))
    budget = Budget(10.0, 100, clock=leaping.clock)
    connect(peer.url, budget=budget, deadlines=Deadlines(total=5.0)).send(GET)
    with pytest.raises(BudgetExhausted):
        budget.acquire(leaping.clock.now() + 6.0)
    budget.acquire(leaping.clock.now() + 8.0)
    assert leaping.slept == [pytest.approx(7.0, abs=0.5)]


@pytest.mark.parametrize(("status", "pauses"), [(429, True), (503, True), (409, False)])
def test_only_what_is_meant_for_all_holds_the_others(
    status: int, pauses: bool, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    """A gateway's 409 that names a wait is about the one operation that is still in flight."""
    peer = serve(answer(status, Retry_After="7"))
    budget = Budget(10.0, 100, clock=leaping.clock)
    # Not asked again, so that only the budget waits.
    connect(peer.url, budget=budget, deadlines=Deadlines(total=5.0)).send(POST)
    budget.acquire(leaping.clock.now() + 8.0)
    assert leaping.slept == ([pytest.approx(7.0, abs=0.5)] if pauses else [])


def test_after_a_429_requests_go_on_at_four_fifths_of_what_was_let_through(serve: Serve, connect: Connect) -> None:
    peer = serve(*[answer(200)] * 10, answer(429, Retry_After="1"), answer(200))
    slept: list[float] = []
    clock = Clock(now=lambda: 100.0 + sum(slept), sleep=slept.append)  # only waits take time
    asking = connect(peer.url, budget=Budget(15.0, 60, clock=clock), clock=clock)
    for _ in range(15):
        assert asking.send(GET).status == 200
    assert slept == pytest.approx([1.0, *[1 / 8] * 4])


def test_who_names_a_time_for_the_repeat_is_asked_until_the_deadline(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    """A gateway whose operation takes longer than four attempts: to give up would leave its key to nobody."""
    peer = serve(*[answer(409, Retry_After="3")] * 12, answer(200))
    asking = connect(peer.url, retry_if=lambda response: response.status == 409, deadlines=Deadlines(total=60.0))
    assert asking.send(PUT).status == 200
    assert len(peer.received) == 13
    assert sum(leaping.slept) == pytest.approx(36, abs=0.5)
    peer = serve(answer(409, Retry_After="3"))
    asking = connect(peer.url, retry_if=lambda response: response.status == 409, deadlines=Deadlines(total=10.0))
    assert asking.send(PUT).status == 409
    assert len(peer.received) == 4


def test_a_caller_may_ask_for_another_attempt_by_the_answer(serve: Serve, connect: Connect) -> None:
    def retryable(response: Response) -> bool:
        return response.status == 409 and response.json() == {"retryable": True}

    peer = serve(answer(409, b'{"retryable": true}'), answer(200))
    assert connect(peer.url, retry_if=retryable).send(PUT).status == 200
    peer = serve(answer(409, b'{"retryable": true}'))
    assert connect(peer.url, retry_if=retryable).send(PUT).status == 409
    assert len(peer.received) == 4
    peer = serve(answer(409, b'{"retryable": true}'))
    assert connect(peer.url, retry_if=retryable).send(POST).status == 409
    assert len(peer.received) == 1


def test_each_attempt_of_a_write_asks_first_whether_it_may(serve: Serve, connect: Connect) -> None:
    asked: list[int] = []

    def before_write() -> None:
        asked.append(len(peer.received))
        if len(asked) == 2:
            raise InterruptedError("the engine is gone")

    peer = serve(answer(503))
    transport = connect(peer.url, before_write=before_write)
    with pytest.raises(InterruptedError):
        transport.send(PUT)
    assert asked == [0, 1]
    assert len(peer.received) == 1


def test_a_spent_budget_is_told_before_the_first_attempt_and_yields_to_an_answer_later(
    serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(answer(503))
    budget = Budget(0.001, 1, clock=leaping.clock)
    transport = connect(peer.url, budget=budget)
    assert transport.send(GET).status == 503
    assert len(peer.received) == 1
    with pytest.raises(BudgetExhausted):
        transport.send(GET)
