"""Redirects are answers that we decline."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from providers.http.errors import RedirectRefused
from providers.http.transport import Transport
from tests.unit.providers.http.failing import POST, make_failure
from tests.unit.providers.http.peer import Peer, answer, drip, stay_silent

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_refused_and_named(status: int, serve: Serve, connect: Connect) -> None:
    peer = serve(answer(status, b"", Location="https://user:hunter22@evil.example/x?token=hunter22"))
    error = make_failure(connect(peer.url), POST)
    assert isinstance(error, RedirectRefused)
    assert "another host, evil.example," in str(error)
    assert error.sent
    assert len(peer.received) == 1


@pytest.mark.parametrize("location", ["/elsewhere", "https://127.0.0.1/x", "?hunter22"])
def test_a_redirect_on_the_same_host_is_refused_too(location: str, serve: Serve, connect: Connect) -> None:
    error = make_failure(connect(serve(answer(302, b"", Location=location)).url))
    assert isinstance(error, RedirectRefused)
    assert "another address of its own" in str(error)


@pytest.mark.parametrize("location", ["https://[::1", "javascript:hunter22", "https://evil.example<script>/"])
def test_a_redirect_that_cannot_be_read_is_refused_too(location: str, serve: Serve, connect: Connect) -> None:
    error = make_failure(connect(serve(answer(302, b"", Location=location)).url))
    assert isinstance(error, RedirectRefused)
    assert "another host, and" in str(error)


def test_the_body_of_a_redirect_is_not_read(serve: Serve, connect: Connect) -> None:
    peer = serve(drip(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 9999\r\n\r\n", pause=0.0), stay_silent)
    started = time.monotonic()
    assert isinstance(make_failure(connect(peer.url)), RedirectRefused)
    assert time.monotonic() - started < 1
