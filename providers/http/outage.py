"""A server that was waited for in vain is not waited for again by each who asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Generic, TypeVar

E = TypeVar("E", bound=Exception)


class Outage(Generic[E]):
    """Keeps many from waiting for a dead server, one after the other.

    What was found out by waiting holds for everybody for twice as long; what is told at once is asked again.
    """

    def __init__(self, kind: type[E]) -> None:
        """`kind`: the exceptions that say that nobody answers there."""
        self._kind = kind
        self._until = 0.0
        self._told: E | None = None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around a call. Raises what the last one raised instead of making it, where that is known already."""
        began = monotonic()
        if self._told is not None and began < self._until:
            raise self._told.with_traceback(None)
        try:
            yield
        except self._kind as error:
            now = monotonic()
            self._told, self._until = error, now + 2 * (now - began)
            raise
