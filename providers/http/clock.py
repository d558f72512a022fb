"""Time, waiting and chance, in one object that a test can replace."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


def _random() -> float:
    import random  # not worth its import time before the first retry

    return random.random()  # noqa: S311 - it spreads waits and guards nothing


@dataclass(frozen=True, slots=True)
class Clock:
    """`now`: seconds, monotonic. `wall`: seconds since the epoch. `sleep`: seconds. `random`: in [0, 1)."""

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = _random


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. `connect` and `read` bound one silence each; `total` bounds a whole send: waits, retries, body and all.

    Two waits are the system's own: looking up a name, and `connect` counts once for each address the name has.
    """

    connect: float = 5.0
    read: float = 30.0
    total: float = 150.0

    def __post_init__(self) -> None:
        """Refuse a deadline of nothing. Raises ValueError."""
        if min(self.connect, self.read, self.total) <= 0:
            raise ValueError("Deadlines are positive numbers of seconds.")
