"""Trying again, a few times, and only what is safe to repeat: the policy is `providers/http`'s, the calls vendors'."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from providers.core.errors import OutcomeUnknown, RemoteError
from providers.http.clock import Clock, Deadlines
from providers.http.retry import RetryPolicy
from providers.vault.contract import Throttled

A = TypeVar("A")

POLICY = RetryPolicy(attempts=3, base=0.4, cap=4.0, longest_retry_after=20.0)
DEADLINES = Deadlines(connect=5.0, read=15.0, total=60.0)


def retry_call(ask: Callable[[], A], *, repeatable: bool, clock: Clock, total: float = DEADLINES.total) -> A:
    """Ask until there is an answer, as often and as long as is safe.

    Args:
        ask: One attempt; it has no repetitions of its own.
        repeatable: Whether it may be sent again though it may have taken effect.
        clock: Time and chance.
        total: Seconds from now, after which no attempt begins.

    Raises:
        RemoteError: The last attempt's.
    """
    finish = clock.now() + total
    attempt = 1
    while True:
        try:
            return ask()
        except RemoteError as error:
            pause = _pause(error, repeatable, attempt, clock)
            if pause is None or clock.now() + pause >= finish:
                raise
        clock.sleep(pause)
        attempt += 1


def _pause(error: RemoteError, repeatable: bool, attempt: int, clock: Clock) -> float | None:
    if isinstance(error, OutcomeUnknown):
        again = attempt < POLICY.attempts and (repeatable or not error.sent)
    else:
        again = POLICY.should_retry(error.status or 0, repeatable=repeatable, attempt=attempt)
    retry_after = error.retry_after if isinstance(error, Throttled) else None
    return POLICY.get_delay(attempt, retry_after, clock.random) if again else None
