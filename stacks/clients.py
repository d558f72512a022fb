"""The providers' own clients over connections that can't change anything: the read-only policy of `new` and `check`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from providers.composition import Composition, compose
from providers.connections import Connections
from providers.core.configuration import Configuration
from providers.core.errors import GuardViolation
from providers.http.clock import Deadlines
from providers.http.message import Request, Response
from providers.http.retry import RetryPolicy
from providers.http.text import clean_text
from providers.http.transport import Transport
from providers.policy import Policy

# Somebody waits at a terminal, and an answer that comes at the second try is worth knowing as a failure.
_LIMITS = {"deadlines": Deadlines(connect=5.0, read=20.0, total=25.0), "retry": RetryPolicy(attempts=1)}


@dataclass(frozen=True)
class FirstResponse:
    """The first answer of a host: how long it took, and what time it was there and here."""

    milliseconds: int
    date: str
    received_at: float  # seconds since the epoch, ours


class Clients(Connections):
    """What one command asks of one tenant's services."""

    def __init__(self) -> None:
        """Make connections that refuse to write, wait for 25 seconds at most, and try once."""
        super().__init__(
            Policy(before_write=refuse_write, transport=partial(_RecordingTransport, self), limits=_LIMITS)
        )
        self.first_responses: dict[str, FirstResponse] = {}
        self.heard: list[str] = []  # who answered, a request each
        self.api_version = ""  # as ConnectWise names its own, once it has answered

    def compose(self, configuration: Configuration) -> Composition:
        """Build the providers' handlers over these connections: they may be asked what they would refuse."""
        return compose(configuration, self._policy, self)

    def hear(self, base_url: str, response: FirstResponse, headers: Mapping[str, str]) -> None:
        """Keep what a first answer tells."""
        self.heard.append(base_url)
        self.first_responses.setdefault(base_url, response)
        self.api_version = clean_text(headers.get("api-current-version")) or self.api_version


class _RecordingTransport(Transport):
    """Keeps an ear on the headers."""

    def __init__(self, clients: Clients, base_url: str, **options: Any) -> None:
        super().__init__(base_url, **options)
        self._address = base_url
        self._clients = clients

    def send(self, request: Request) -> Response:
        begun = time.monotonic()
        response = super().send(request)
        took = round((time.monotonic() - begun) * 1000)
        self._clients.hear(
            self._address, FirstResponse(took, response.headers.get("Date", ""), time.time()), response.headers
        )
        return response


def refuse_write() -> None:
    """Refuse, before each write: what only asks can change nothing."""
    raise GuardViolation(
        "this command only asks, and was about to change something; nothing was sent.", next_step="Please report this"
    )
