"""How many requests a site gets from this process.

A budget of tokens and not a lock around requests: a limiter that lets one request through at a time costs far more
than the site ever asked for (integrations/terraform-provider-github #567, #845).
"""

from __future__ import annotations

import threading

from providers.http.clock import Clock
from providers.http.errors import BudgetExhausted

# Generous for one run, modest for a fleet. Whoever knows the site's real limit passes it.
DEFAULT_RATE = 15.0
DEFAULT_BURST = 60

_sharers = 1
_sites: dict[tuple[str, Clock], Budget] = {}
_sites_lock = threading.Lock()


def share_budgets(processes: int) -> None:
    """Keep to this part of every site's budget from here on: as many processes ask at once, and know nothing of each
    other."""
    global _sharers
    _sharers = processes


class Budget:
    """A token bucket shared by threads: `burst` requests at once, `rate_per_second` in the long run."""

    def __init__(
        self, rate_per_second: float, burst: int, *, host: str = "the site", clock: Clock | None = None
    ) -> None:
        if rate_per_second <= 0 or burst < 1:
            raise ValueError("A budget needs a positive rate and a burst of at least one.")
        self._rate = rate_per_second
        self._burst = float(burst)
        self._host = host
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._tokens = self._burst
        self._counted_at = self._clock.now()

    @staticmethod
    def for_site(
        origin: str, rate_per_second: float = DEFAULT_RATE, burst: int = DEFAULT_BURST, *, clock: Clock | None = None
    ) -> Budget:
        """Find the one budget of this origin (and clock) in this process; the first caller sets its size."""
        key = (origin, clock or Clock())
        with _sites_lock:
            if key not in _sites:
                host = origin.partition("://")[2] or origin
                share = max(1, burst // _sharers)
                _sites[key] = Budget(rate_per_second / _sharers, share, host=host, clock=key[1])
            return _sites[key]

    def acquire(self, deadline: float) -> None:
        """Wait for one request's turn.

        Args:
            deadline: The latest moment for it, on the clock's `now`.

        Raises:
            BudgetExhausted: The turn would come later than that; said at once, and nothing is taken.
        """
        with self._lock:
            now = self._refill()
            wait = self._counted_at - now + max(0.0, (1.0 - self._tokens) / self._rate)
            if now + wait > deadline:
                raise BudgetExhausted(
                    f"{self._host} has more requests waiting than its rate limit lets through in time",
                    next_step="run again later or with fewer tenants at once",
                    host=self._host,
                    sent=False,
                )
            # The turn is booked before the wait, so that threads queue up instead of waking together.
            self._tokens -= 1.0
        if wait > 0:
            self._clock.sleep(wait)

    def pause(self, seconds: float) -> bool:
        """Keep the pause that the site asked for: nobody's turn comes before it is over, nor does the bucket fill.

        Returns:
            Whether it is news: there was no pause of about that length already.
        """
        with self._lock:
            now = self._refill()
            self._tokens = min(self._tokens, 1.0)
            longer = now + seconds - self._counted_at
            self._counted_at = max(self._counted_at, now + seconds)
            return longer > seconds / 2

    def _refill(self) -> float:
        """Count the tokens up to now; during a rest `_counted_at` lies ahead and nothing is counted."""
        now = self._clock.now()
        if now > self._counted_at:
            self._tokens = min(self._burst, self._tokens + (now - self._counted_at) * self._rate)
            self._counted_at = now
        return now
