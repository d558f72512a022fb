from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import providers.http.wire  # noqa: F401 - else the first test's deadline pays for importing the HTTP library
from providers.http.budget import Budget
from providers.http.clock import Deadlines
from providers.http.redact import Redactor
from providers.http.transport import Transport
from tests.network_variables import NETWORK_VARIABLES
from tests.unit.providers.http.leaping import LeapingClock
from tests.unit.providers.http.peer import Peer


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, CA bundle or netrc of the machine that runs the tests."""
    for name in NETWORK_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def leaping() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
def serve() -> Iterator[Callable[..., Peer]]:
    with ExitStack() as stack:
        yield lambda *replies, **options: stack.enter_context(Peer(list(replies), **options))


@pytest.fixture
def connect(leaping: LeapingClock) -> Iterator[Callable[..., Transport]]:
    """A transport with short deadlines and its own wide budget, on a clock that leaps over waits."""
    with ExitStack() as stack:

        def make(url: str, **options: Any) -> Transport:
            settings: dict[str, Any] = {
                "redactor": Redactor(),
                "deadlines": Deadlines(connect=2.0, read=5.0, total=60.0),
                "budget": Budget(1000.0, 1000, clock=leaping.clock),
                "clock": leaping.clock,
            }
            return stack.enter_context(Transport(url, **settings | options))

        yield make
