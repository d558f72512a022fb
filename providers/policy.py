"""How the connections of one process behave: whether they may write, how long they wait, how often they ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.http.redact import Redactor
from providers.http.session import close_sessions
from providers.http.transport import Transport


@dataclass(frozen=True)
class Policy:
    """Read-write, unless `before_write` says otherwise."""

    before_write: Callable[[], None] = lambda: None
    """Runs before each attempt of a write, and stops it by raising."""
    transport: Callable[..., Transport] = Transport
    """Opens a connection; a test hands in one that dies, or one whose time is its own."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """`deadlines` and `retry` of `Transport` for every connection, where they are not the connection's own."""

    def open(self, base_url: str, redactor: Redactor, **options: Any) -> Transport:
        """Open a connection. `options` are `Transport`'s."""
        return self.transport(
            base_url, redactor=redactor, **{"before_write": self.before_write, **options, **self.limits}
        )


def close_connections() -> None:
    """Close what this process keeps open, between one run and another whose environment names other proxies."""
    close_sessions()
