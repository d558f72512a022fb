"""Addresses at which nobody is, or nobody to be trusted; each gives its origin and what a run's environment needs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.unit.providers.http.certificates import Authority
from tests.unit.providers.http.peer import Peer, answer


@contextmanager
def _refusing(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    yield f"http://127.0.0.1:{port}", {}


@contextmanager
def _expired(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    authority = Authority.found(folder)
    tls = authority.issue("expired", "IP:127.0.0.1", "20200101000000Z", "20210101000000Z")
    with Peer([answer()], tls=tls) as peer:
        yield peer.url, {"REQUESTS_CA_BUNDLE": str(authority.bundle)}


@contextmanager
def _foreign(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with Peer([answer()], tls=Authority.found(folder).issue("valid", "IP:127.0.0.1")) as peer:
        yield peer.url, {}


NOBODY = {
    "a refused connection": _refusing,
    "an expired certificate": _expired,
    "a foreign certificate": _foreign,
}
