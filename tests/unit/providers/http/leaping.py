"""Waits that cost a test nothing."""

from __future__ import annotations

import time

from providers.http.clock import Clock


class LeapingClock:
    """Real time, except that waits are leapt over and remembered."""

    def __init__(self, chance: float = 0.5) -> None:
        self.slept: list[float] = []
        self._leapt = 0.0
        self.clock = Clock(now=self._now, wall=self._wall, sleep=self._sleep, random=lambda: chance)

    def _now(self) -> float:
        return time.monotonic() + self._leapt

    def _wall(self) -> float:
        return 1_700_000_000.0 + self._leapt

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._leapt += seconds
