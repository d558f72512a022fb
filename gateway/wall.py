"""What only a person can mend at a sign-in, and for how long nobody knocks there."""

from __future__ import annotations

import time
from collections.abc import Callable

# A sign-in that a person must finish is not started again and again: each would send another code, or lock the account.
PATIENCE = 600.0  # seconds


class Wall:
    """`now` tells the seconds of a clock that never goes back; a test has one of its own."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._words: str | None = None  # what a person must do
        self._until = 0.0

    def stands(self) -> str | None:
        """What a person must do, as long as nobody is to knock again."""
        return self._words if self._now() < self._until else None

    def put_up(self, words: str) -> None:
        """Each time for the whole while, also where the same words were met before: the account was asked for anew."""
        self._words, self._until = words, self._now() + PATIENCE

    def clear(self) -> None:
        self._words, self._until = None, 0.0
