"""Writes that act once, without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.errors import GatewayError
from gateway.idempotency import RETENTION, IdempotencyStore

KEY = "0123456789abcdef0123456789abcdef"


class Timers:
    """`call_later`, by hand."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, act: Callable[[], None]) -> None:
        self.due.append((seconds, act))

    def ring(self) -> None:
        for _, act in self.due:
            act()


@pytest.fixture
def timers() -> Timers:
    return Timers()


@pytest.fixture
def store(timers: Timers) -> IdempotencyStore:
    return IdempotencyStore(timers)


def refuse(store: IdempotencyStore, key: str | None, body: bytes = b"{}") -> tuple[int, object, object]:
    with pytest.raises(GatewayError) as caught:
        store.claim(key, "POST", "/keys", body)
    return caught.value.status, caught.value.body["code"], caught.value.body["retryable"]


def test_a_repeat_gets_the_first_answer_until_its_time_is_over(store: IdempotencyStore, timers: Timers) -> None:
    record = store.claim(KEY, "POST", "/keys", b"{}")
    assert refuse(store, KEY) == (409, "idempotency_in_flight", True)
    with pytest.raises(GatewayError) as caught:
        store.claim(KEY, "POST", "/keys", b"{}")
    assert caught.value.retry_after == 3
    store.settle(record, 201, {"privateKey": "once"}, key_id="7")
    again = store.claim(KEY, "POST", "/keys", b"{}")
    assert (again.status, again.answer) == (201, {"privateKey": "once"})
    assert refuse(store, KEY, b"[]") == (409, "idempotency_key_reused", False)
    assert [seconds for seconds, _ in timers.due] == [RETENTION]
    timers.ring()
    assert record.answer is None, "the private half is gone by itself, not when somebody asks"
    assert store.claim(KEY, "POST", "/keys", b"{}").done is False


def test_an_answer_whose_key_changed_is_known_as_forgotten(store: IdempotencyStore) -> None:
    record = store.claim(KEY, "POST", "/keys", b"{}")
    store.settle(record, 201, {"privateKey": "once"}, key_id="7")
    store.forget_key("8")
    assert record.answer is not None
    store.forget_key("7")
    assert record.answer is None
    assert refuse(store, KEY) == (409, "idempotency_answer_forgotten", False)


def test_what_was_not_carried_out_may_be_repeated(store: IdempotencyStore) -> None:
    store.release(store.claim(KEY, "POST", "/keys", b"{}"))
    assert store.claim(KEY, "POST", "/keys", b"other").done is False


@pytest.mark.parametrize("key", [None, "", "short", "0" * 31, "with spaces in it, many of them"])
def test_fewer_than_128_bits_are_refused(store: IdempotencyStore, key: str | None) -> None:
    assert refuse(store, key) == (400, "invalid_request", False)


def test_a_record_never_shows_its_answer(store: IdempotencyStore) -> None:
    record = store.claim(KEY, "POST", "/keys", b"{}")
    store.settle(record, 201, {"privateKey": "once"})
    assert "once" not in repr(record) and KEY not in repr(store.__dict__)
