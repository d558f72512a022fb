"""Connections that break, answers that are not what they should be."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable

import pytest

from providers.http.errors import ConnectionLost, MalformedAnswer
from providers.http.retry import RetryPolicy
from providers.http.transport import Transport
from tests.unit.providers.http.failing import GET, POST, make_failure
from tests.unit.providers.http.peer import Peer, Reply, answer, cut_short, hang_up, reset

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
ONCE = RetryPolicy(attempts=1)


def test_a_connection_reset_before_the_request_is_read_may_have_been_sent(serve: Serve, connect: Connect) -> None:
    def reset_at_the_first_byte(conn: socket.socket) -> None:
        conn.recv(1)
        reset(conn)

    peer = serve(greet=reset_at_the_first_byte)
    error = make_failure(connect(peer.url), POST)
    assert isinstance(error, ConnectionLost)
    assert error.sent
    assert peer.connections == 1


@pytest.mark.parametrize("reply", [reset, hang_up, cut_short])
def test_a_reply_that_breaks_off_is_an_unknown_outcome_and_a_write_is_not_repeated(
    reply: Reply, serve: Serve, connect: Connect
) -> None:
    peer = serve(reply)
    error = make_failure(connect(peer.url), POST)
    assert isinstance(error, ConnectionLost)
    assert error.sent
    assert "before its answer was complete" in str(error)
    assert len(peer.received) == 1


@pytest.mark.parametrize("reply", [reset, hang_up, cut_short])
def test_a_reply_that_breaks_off_is_asked_for_again(reply: Reply, serve: Serve, connect: Connect) -> None:
    peer = serve(reply, answer())
    assert connect(peer.url).send(GET).status == 200


def test_a_chunked_reply_that_breaks_off_is_not_taken_for_whole(serve: Serve, connect: Connect) -> None:
    def half(conn: socket.socket) -> None:
        conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
        conn.close()

    assert isinstance(make_failure(connect(serve(half).url, retry=ONCE)), ConnectionLost)


def test_a_connection_that_died_while_idle_is_replaced(serve: Serve, connect: Connect) -> None:
    left = threading.Event()

    def answer_and_leave(conn: socket.socket) -> None:
        conn.sendall(answer())
        conn.close()
        left.set()

    peer = serve(answer_and_leave)
    transport = connect(peer.url)
    for _ in range(3):
        assert transport.send(POST).status == 200
        assert left.wait(30)
        left.clear()
    assert peer.connections == 3


def test_a_compressed_answer_is_unpacked(serve: Serve, connect: Connect) -> None:
    peer = serve(answer(body=gzip.compress(b'{"a": 1}'), Content_Encoding="gzip"))
    assert connect(peer.url).send(GET).json() == {"a": 1}


def test_an_answer_that_does_not_unpack_is_told(serve: Serve, connect: Connect) -> None:
    error = make_failure(connect(serve(answer(body=b"{}", Content_Encoding="gzip")).url, retry=ONCE))
    assert isinstance(error, ConnectionLost)
    assert "does not unpack" in str(error)


def test_a_page_instead_of_json_is_an_answer_until_json_is_wanted(serve: Serve, connect: Connect) -> None:
    peer = serve(answer(200, b"<html>Sign in</html>", Content_Type="text/html"))
    response = connect(peer.url).send(GET)
    assert response.status == 200
    with pytest.raises(MalformedAnswer, match=r"20 bytes of text/html instead of JSON"):
        response.json()


def test_garbage_instead_of_http_is_told(serve: Serve, connect: Connect) -> None:
    def ssh(conn: socket.socket) -> None:
        conn.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
        conn.close()

    error = make_failure(connect(serve(ssh).url, retry=ONCE))
    assert isinstance(error, ConnectionLost)
    assert "did not answer in HTTP" in str(error)
