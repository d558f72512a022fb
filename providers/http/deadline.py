"""Holding one attempt to its deadline, byte by byte.

A timeout of the HTTP library bounds one silence, so a peer that drips a byte now and then can hold us for hours, in
the header as well as in the body. Here every read from the socket gets only what is left of the attempt's time.
"""

from __future__ import annotations

import functools
import io
import threading
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any


class Attempt:
    """The time of one attempt, and whether any of its request may have left."""

    def __init__(self, *, read: float, finish: float, now: Callable[[], float]) -> None:
        self._read = read
        self._finish = finish
        self._now = now
        self.sent = False

    def get_remaining_seconds(self) -> float:
        """Return the seconds until the attempt must be over. Raises TimeoutError when it is."""
        remaining = self._finish - self._now()
        if remaining <= 0:
            raise TimeoutError("the time for this attempt is over")
        return remaining

    def get_timeout(self) -> float:
        """Return the seconds that the next read or write may take. Raises TimeoutError as `get_remaining_seconds`."""
        return min(self._read, self.get_remaining_seconds())


class _Current(threading.local):
    """The attempt that this thread makes: the HTTP library has no place to hand it through."""

    attempt: Attempt


current = _Current()


class _BoundedReads(io.RawIOBase):
    def __init__(self, raw: Any, sock: Any, attempt: Attempt) -> None:
        self._raw = raw
        self._sock = sock
        self._attempt = attempt

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._attempt.get_timeout())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedReads(self.fp.detach(), sock, current.attempt))


class _DeadlineMixin:
    """What a connection of the HTTP library gains: it keeps to the current attempt's time and notes what it sent."""

    sock: Any
    response_class = _BoundedResponse

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        finally:
            # A proxy's CONNECT at most has been sent so far; nothing of the request itself.
            current.attempt.sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        # A pooled socket still has the timeout that its last answer left behind.
        self.sock.settimeout(current.attempt.get_timeout())
        current.attempt.sent = True
        super().send(data)  # type: ignore[misc]


@functools.cache
def with_deadline(connection: type) -> type:
    """Make a connection class like this one, held to the deadline."""
    return connection if issubclass(connection, _DeadlineMixin) else type("Paced", (_DeadlineMixin, connection), {})
