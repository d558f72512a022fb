"""The request log, and per company the history of the changes that matter to a key's life."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from simulator.clock import Clock, format_precise_timestamp

MAX_REQUESTS = 200_000


@dataclass
class RequestEntry:
    """One request. `status` stays null while it runs, and for good when it was cut before it changed anything."""

    n: int
    at: str
    method: str
    path: str
    query: str
    route: str | None = None
    company: str | None = None
    by: str | None = None
    status: int | None = None
    ms: float | None = None
    fault: str | None = None
    pause: float = 0.0  # seconds that a keyed gateway write still has to wait, after its claim and before it acts

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "pause"}


@dataclass
class RequestLog:
    clock: Clock
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _entries: deque[RequestEntry] = field(default_factory=lambda: deque(maxlen=MAX_REQUESTS))

    def open_entry(self, method: str, path: str, query: str, *, listed: bool) -> RequestEntry:
        now = format_precise_timestamp(self.clock.now())
        entry = RequestEntry(next(self._numbers), now, method, path, query)
        if listed:
            self._entries.append(entry)
        return entry

    def list_entries(self, company: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        return [entry.to_dict() for entry in self._entries if entry.n > since and company in (None, entry.company)]

    def clear(self, company: str | None = None) -> None:
        others = [entry for entry in self._entries if company is not None and entry.company != company]
        self._entries.clear()
        self._entries.extend(others)


@dataclass
class History:
    """The changes of one company in their order; never holds a private key."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, at: str, n: int, kind: str, **details: Any) -> None:
        self.events.append({"at": at, "n": n, "kind": kind, **details})
