"""What happened: every request from outside, and per company every change that matters to a key's life."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from simulator.clock import Clock, fine_stamp

KEPT_REQUESTS = 200_000


@dataclass
class Entry:
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

    def shown(self) -> dict[str, Any]:
        shown = dict(vars(self))
        del shown["pause"]
        return shown


@dataclass
class RequestLog:
    clock: Clock
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))

    def open(self, method: str, path: str, query: str, *, listed: bool) -> Entry:
        entry = Entry(next(self._numbers), fine_stamp(self.clock.now()), method, path, query)
        if listed:
            self._entries.append(entry)
        return entry

    def shown(self, company: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        return [entry.shown() for entry in self._entries if entry.n > since and company in (None, entry.company)]

    def clear(self, company: str | None = None) -> None:
        kept = [entry for entry in self._entries if company is not None and entry.company != company]
        self._entries.clear()
        self._entries.extend(kept)


@dataclass
class History:
    """The changes of one company in their order; never holds a private key."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, at: str, n: int, kind: str, **details: Any) -> None:
        self.events.append({"at": at, "n": n, "kind": kind, **details})
