"""What one run has read already, so that nothing is asked twice.

The engine runs four operations at a time, so two resources may want the same answer at the same moment: the first
asks, the others wait for it. A failure is not remembered. A write forgets what it made stale, once it is through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


class RunCache:
    """Answers by key, for the length of one run (the provider process ends with it)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[tuple[str, ...], Future[Any]] = {}

    def get_or_fetch(self, key: tuple[str, ...], ask: Callable[[], T]) -> T:
        """Return the answer under `key`; asks once, whoever comes first. What `ask` raises, every waiter gets."""
        with self._lock:
            future = self._answers.get(key)
            is_first = future is None
            if future is None:
                future = self._answers[key] = Future()
        if not is_first:
            return cast(T, future.result())
        try:
            answer = ask()
        except BaseException as error:
            with self._lock:
                if self._answers.get(key) is future:
                    del self._answers[key]
            future.set_exception(error)
            raise
        future.set_result(answer)
        return answer

    @contextmanager
    def invalidating(self, *key: str) -> Iterator[None]:
        """Around a write: what these answers were is forgotten afterwards, for somebody may ask meanwhile."""
        try:
            yield
        finally:
            self.invalidate(*key)

    def invalidate(self, *key: str) -> None:
        """Drop every answer whose key starts with these parts."""
        with self._lock:
            for cached in [k for k in self._answers if k[: len(key)] == key]:
                del self._answers[cached]

    def has(self, *key: str) -> bool:
        """Tell whether an answer whose key starts with these parts arrived in this run."""
        with self._lock:
            return any(k[: len(key)] == key and f.done() for k, f in self._answers.items())
