"""Where the turns of budgets are kept: in this process, or wherever else processes can share them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from providers.http.clock import Clock
from providers.http.turns import Turns

T = TypeVar("T")


class BudgetStore(Protocol):
    """Keeps the turns of each budget by its name. Another kind, for several machines, implements this one method."""

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        """Take one step with a budget's turns while nobody else does, keep them, and return the step's result.

        The step is given the store's own time, which all who share the store go by, and is short: it never waits.

        Args:
            name: The budget's.
            begin: Makes its turns, if there are none yet, at the store's time.
            step: Changes them, at the store's time.
        """


class InProcessStore:
    """Shared by this process's threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._turns: dict[str, Turns] = {}

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        """Take one step under the lock."""
        with self._lock:
            now = self._clock.now()
            if name not in self._turns:
                self._turns[name] = begin(now)
            return step(self._turns[name], now)
