from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Callable

import pytest

from providers.http.errors import ConnectionLost, TlsRefused, Unreachable
from providers.http.message import Request
from providers.http.retry import RetryPolicy
from providers.http.transport import Transport
from tests.unit.providers.http.certificates import Authority
from tests.unit.providers.http.leaping import LeapingClock
from tests.unit.providers.http.peer import Peer, answer, cut_short, hang_up, reset

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command makes the certificates")

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
POST = Request("POST", "/x", json={})
ONCE = RetryPolicy(attempts=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("tls") / "trusted")


@pytest.fixture(scope="module")
def valid(authority: Authority) -> ssl.SSLContext:
    return authority.issue("valid", "IP:127.0.0.1")


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))


def get_refusal(peer: Peer, connect: Connect, leaping: LeapingClock) -> str:
    with pytest.raises(TlsRefused) as caught:
        connect(peer.url).send(POST)
    assert not caught.value.sent
    assert caught.value.__context__ is None
    assert leaping.slept == []
    assert peer.received == []
    return str(caught.value)


@pytest.mark.usefixtures("trusting")
def test_a_certificate_of_an_authority_named_by_the_environment_is_trusted(
    valid: ssl.SSLContext, serve: Serve, connect: Connect
) -> None:
    assert connect(serve(answer(), tls=valid).url).send(POST).status == 200


@pytest.mark.parametrize("name", ["CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_other_variables_name_an_authority_too(
    valid: ssl.SSLContext,
    serve: Serve,
    connect: Connect,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, str(authority.bundle))
    assert connect(serve(answer(), tls=valid).url).send(POST).status == 200


def test_requests_own_variable_wins_over_openssls(
    valid: ssl.SSLContext, serve: Serve, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent/bundle.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    assert connect(serve(answer(), tls=valid).url).send(POST).status == 200


def test_a_foreign_certificate_is_refused_once_and_for_all(
    valid: ssl.SSLContext, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    words = get_refusal(serve(answer(), tls=valid), connect, leaping)
    assert words.startswith("The certificate of 127.0.0.1:")
    assert "REQUESTS_CA_BUNDLE" in words


@pytest.mark.usefixtures("trusting")
def test_an_expired_certificate_is_refused_and_called_expired(
    authority: Authority, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    expired = authority.issue("expired", "IP:127.0.0.1", "20200101000000Z", "20210101000000Z")
    assert "expired" in get_refusal(serve(answer(), tls=expired), connect, leaping)


@pytest.mark.usefixtures("trusting")
def test_a_certificate_for_another_host_is_refused_with_the_mismatch(
    authority: Authority, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    other = authority.issue("other", "DNS:psa.example.com")
    assert "mismatch" in get_refusal(serve(answer(), tls=other), connect, leaping)


def test_a_port_that_speaks_plain_http_is_refused(serve: Serve, connect: Connect, leaping: LeapingClock) -> None:
    peer = serve(greet=lambda conn: conn.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + conn.recv(9999)[:0]))
    peer.url = peer.url.replace("http:", "https:")
    assert "does not speak a TLS" in get_refusal(peer, connect, leaping)


def _reset_the_handshake(conn: socket.socket) -> None:
    # An earlier reset makes Python 3.11's ssl drop its half-made socket unclosed, which it then warns about itself.
    conn.recv(1)
    reset(conn)


@pytest.mark.parametrize("greet", [_reset_the_handshake, hang_up])
def test_a_handshake_that_breaks_off_leaves_the_request_unsent_and_is_tried_again(
    greet: object, serve: Serve, connect: Connect, leaping: LeapingClock
) -> None:
    peer = serve(greet=greet)
    with pytest.raises(Unreachable) as caught:
        connect(peer.url.replace("http:", "https:")).send(POST)
    assert not caught.value.sent
    assert len(leaping.slept) == 3


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("reply", [reset, hang_up, cut_short])
def test_a_reply_over_tls_that_breaks_off_is_an_unknown_outcome(
    reply: object, valid: ssl.SSLContext, serve: Serve, connect: Connect
) -> None:
    peer = serve(reply, tls=valid)
    with pytest.raises(ConnectionLost) as caught:
        connect(peer.url, retry=ONCE).send(POST)
    assert caught.value.sent
    assert len(peer.received) == 1
