"""When to try again, and how long to wait before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from providers.http.errors import ConnectionLost, TimedOut, TransportError, Unreachable

# 429 says that the request was not processed (RFC 6585), so even a plain POST may be sent again.
NOT_PROCESSED = 429
UNAVAILABLE = 503
# These say nothing about whether a write took effect.
_PASSING = frozenset({500, 502, UNAVAILABLE, 504})

_SECONDS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_LONGEST_WAIT = 1e9  # seconds; nobody waits thirty years, and arithmetic stays finite
_HOUR, _DAY = 3600, 86400
_COUNTED = 2  # of these, from which on nobody counts in the smaller unit


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most `attempts` tries; waits in seconds, doubling from `base` to `cap` with full jitter."""

    attempts: int = 4
    base: float = 0.5
    cap: float = 8.0
    longest_retry_after: float = 90.0
    unnamed_wait: float = 30.0  # after a 429 that names no wait: what the vendor's Developer Guide tells clients

    def should_retry(self, outcome: int | TransportError, *, repeatable: bool, attempt: int) -> bool:
        """Decide whether a try that ended in this status or error deserves another; `attempt` counts from 1."""
        if attempt >= self.attempts:
            return False
        if isinstance(outcome, int):
            return outcome == NOT_PROCESSED or (repeatable and outcome in _PASSING)
        if isinstance(outcome, Unreachable | TimedOut | ConnectionLost):
            return repeatable or not outcome.sent
        return False

    def get_delay(self, attempt: int, retry_after: float | None, rng: Callable[[], float]) -> float | None:
        """Return the seconds to wait after try number `attempt`, None when the server asks for longer than we wait.

        The server's word wins. Without it (or with a zero) the wait is drawn evenly from [0, base * 2^(attempt-1)],
        which keeps many waiting clients apart.
        """
        if retry_after:
            return retry_after if retry_after <= self.longest_retry_after else None
        return rng() * min(self.cap, self.base * 2.0 ** min(attempt - 1, 60))


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Read either form of `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3).

    Args:
        value: The header's value, None without one.
        now: Seconds since the epoch.

    Returns:
        Seconds to wait; 0 for a moment that has passed, None for what cannot be read.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), _LONGEST_WAIT)
    if "," not in text and " " not in text:
        return None
    # Slow to import and rarely needed.
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        # A date without a zone would be read as local time; HTTP dates are GMT.
        stamp = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return min(max(0.0, stamp - now), _LONGEST_WAIT)


def describe_wait(seconds: float) -> str:
    """Say how long a wait is: in seconds, as they were named, and a long one in hours or days, too."""
    unit, name = (_DAY, "days") if seconds >= _COUNTED * _DAY else (_HOUR, "hours")
    long = f" ({seconds / unit:.0f} {name})" if seconds >= _COUNTED * unit else ""
    return f"{seconds:.0f} seconds{long}"
