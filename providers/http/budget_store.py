"""Where the turns of budgets are kept: in this process, or wherever else processes can share them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from providers.http.clock import Clock
from providers.http.turns import Turns

T = TypeVar("T")


class StoreUnavailable(Exception):
    """A store can't be used now. The sentence says which, why, and what to do; it holds no secret.

    `passing`: it may pass, so it is worth a wait.
    """

    def __init__(self, summary: str, *, next_step: str, setting: str, passing: bool) -> None:
        super().__init__(f"{summary}; {next_step}.")
        self.summary = summary
        self.next_step = next_step
        self.setting = setting
        self.passing = passing


class BudgetStore(Protocol):
    """Keeps the turns of each budget by its name: in this process, in its run's file, or in all machines' database."""

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        """Take one step with a budget's turns while nobody else does, keep them, and return the step's result.

        The step is given the store's own time, which all who share the store go by, and is short: it never waits.

        Args:
            name: The budget's.
            begin: Makes its turns, if there are none yet, at the store's time.
            step: Changes them, at the store's time. It may be asked for more than once; what it did last is kept.

        Raises:
            StoreUnavailable: Nothing was kept, as far as is known. A turn that was, after all, is a lost one.
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


class NoStore:
    """One that can't be used, whatever is asked of it."""

    def __init__(self, reason: StoreUnavailable) -> None:
        self._reason = reason

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        """Say why."""
        raise self._reason.with_traceback(None)
