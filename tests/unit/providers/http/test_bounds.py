"""Slow and huge peers: each wait and each body has an end."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable

import pytest

from providers.http.clock import Deadlines
from providers.http.errors import TimedOut, TooLarge
from providers.http.message import Request
from providers.http.retry import RetryPolicy
from providers.http.transport import Transport
from tests.unit.providers.http.failing import POST, make_failure
from tests.unit.providers.http.peer import Peer, Reply, answer, drip, stay_silent

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
ONCE = RetryPolicy(attempts=1)
BRIEF = Deadlines(connect=0.5, read=0.5, total=0.6)


@pytest.mark.parametrize(
    "reply",
    [
        stay_silent,
        drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 50),
        drip(answer(body=b"x" * 500)),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 50, pause=0.01),
    ],
    ids=["silence", "dripping header", "dripping body", "endless 100", "dripping chunks"],
)
def test_a_slow_answer_is_cut_at_the_total_deadline(reply: Reply, serve: Serve, connect: Connect) -> None:
    peer = serve(reply)
    started = time.monotonic()
    error = make_failure(connect(peer.url, deadlines=BRIEF, retry=ONCE), POST)
    assert time.monotonic() - started < 3
    assert isinstance(error, TimedOut)
    assert error.sent


def test_a_peer_that_does_not_take_the_request_is_left_in_time(connect: Connect) -> None:
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        deadlines = Deadlines(connect=5.0, read=0.2, total=20.0)
        transport = connect(f"http://127.0.0.1:{listener.getsockname()[1]}", deadlines=deadlines)
        error = make_failure(transport, Request("POST", "/x", json="x" * 20_000_000))
    assert time.monotonic() - started < 3
    assert isinstance(error, TimedOut)
    assert error.sent


@pytest.mark.parametrize("encoding", ["Content-Length: 100000000", "Transfer-Encoding: chunked", "Connection: close"])
def test_a_body_of_100_megabytes_is_refused(encoding: str, serve: Serve, connect: Connect) -> None:
    sent = threading.Event()

    def pour(conn: socket.socket) -> None:
        conn.sendall(f"HTTP/1.1 200 OK\r\n{encoding}\r\n\r\n".encode())
        piece = b"x" * 1_000_000
        for _ in range(100):
            conn.sendall(b"f4240\r\n" + piece + b"\r\n" if "chunked" in encoding else piece)
        sent.set()

    error = make_failure(connect(serve(pour).url))
    assert isinstance(error, TooLarge)
    assert "16,777,216 bytes" in str(error)
    assert not sent.is_set()


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(serve: Serve, connect: Connect) -> None:
    bomb = gzip.compress(bytes(40_000_000))
    assert isinstance(make_failure(connect(serve(answer(body=bomb, Content_Encoding="gzip")).url)), TooLarge)
