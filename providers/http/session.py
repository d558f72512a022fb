"""One pooled session per origin and process, shared by every transport and thread that speaks to it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from providers.http.urls import Origin

if TYPE_CHECKING:
    from providers.http.wire import Wire

MOST = 100
"""Origins that stay connected, by two or three sockets each: a sweep speaks to a thousand, one after the other."""

_shared: dict[Origin, SharedSession] = {}  # who was asked for last stands last
_lock = threading.Lock()


def close_sessions() -> None:
    """Close every session: a run's environment names its proxies and certificates, and another run's may name others.

    A transport that is still there connects anew.
    """
    with _lock:
        wires = [shared.drop_wire() for shared in _shared.values()]
    for wire in wires:
        if wire is not None:
            wire.close()


class SharedSession:
    """Opened by the first request, closed when its last user leaves."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._users = 0
        self._wire: Wire | None = None

    @classmethod
    def join(cls, origin: Origin) -> SharedSession:
        """Join the session of this origin; each join wants one `leave`."""
        with _lock:
            shared = _shared.pop(origin, None) or cls(origin)
            _shared[origin] = shared
            shared._users += 1
            left = _shared.pop(next(iter(_shared))).drop_wire() if len(_shared) > MOST else None
        if left is not None:
            left.close()
        return shared

    def leave(self) -> None:
        """Close the session when nobody else uses it."""
        with _lock:
            self._users -= 1
            if self._users > 0:
                return
            if _shared.get(self.origin) is self:
                del _shared[self.origin]
            wire = self.drop_wire()
        if wire is not None:
            wire.close()

    def drop_wire(self) -> Wire | None:
        """Let go of the connections, for the caller to close."""
        wire, self._wire = self._wire, None
        return wire

    @property
    def wire(self) -> Wire:
        """The connections themselves. The HTTP library is imported here: who sends nothing does not pay for it."""
        with _lock:
            if self._wire is None:
                from providers.http.wire import Wire

                self._wire = Wire(self.origin)
            return self._wire
