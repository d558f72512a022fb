"""Nobody there, nobody listening, a proxy in the way: the request was not sent."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from providers.http.clock import Deadlines
from providers.http.errors import TimedOut, TlsRefused, Unreachable, Unsendable
from providers.http.message import Request
from providers.http.retry import RetryPolicy
from providers.http.transport import Transport
from tests.unit.providers.http.failing import GET, POST, make_failure
from tests.unit.providers.http.leaping import LeapingClock
from tests.unit.providers.http.peer import Peer, Reply, answer, hang_up, stay_silent

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
ONCE = RetryPolicy(attempts=1)


def find_closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("request_", [GET, POST])
def test_a_refused_connection_is_tried_four_times_for_every_method(
    request_: Request, connect: Connect, leaping: LeapingClock
) -> None:
    error = make_failure(connect(f"http://127.0.0.1:{find_closed_port()}"), request_)
    assert isinstance(error, Unreachable)
    assert not error.sent
    assert "refused" in str(error)
    assert len(leaping.slept) == 3


def test_an_unknown_name_is_unreachable(connect: Connect) -> None:
    error = make_failure(connect("https://no-such-host.invalid", retry=ONCE))
    assert isinstance(error, Unreachable)
    assert "name is not known" in str(error)


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A full backlog drops new connections, as a firewall would."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("deadlines", "attempts"),
    [(Deadlines(connect=0.2, read=5.0, total=20.0), 2), (Deadlines(connect=20.0, read=0.1, total=0.5), 1)],
    ids=["connect", "total"],
)
def test_a_connection_that_nobody_accepts_times_out_unsent(
    deadlines: Deadlines, attempts: int, deaf_port: int, connect: Connect, leaping: LeapingClock
) -> None:
    started = time.monotonic()
    error = make_failure(
        connect(f"http://127.0.0.1:{deaf_port}", deadlines=deadlines, retry=RetryPolicy(attempts=2)), POST
    )
    assert min(0.2 * attempts, deadlines.total) <= time.monotonic() - started < 3
    assert isinstance(error, TimedOut)
    assert not error.sent
    assert len(leaping.slept) == attempts - 1


@pytest.mark.parametrize("value", ["hunter22\r\nX: y", "hunter22 \N{SNOWMAN}", " hunter22"])
def test_a_credential_that_http_cannot_carry_is_told_without_showing_it(
    value: str, serve: Serve, connect: Connect
) -> None:
    peer = serve(answer())
    error = make_failure(connect(peer.url, headers={"Authorization": value}))
    assert isinstance(error, Unsendable)
    assert not error.sent
    assert peer.received == []


@pytest.mark.parametrize("reply", [answer(502), hang_up, stay_silent])
def test_a_proxy_that_does_not_pass_us_on_leaves_the_request_unsent(
    reply: Reply, serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(reply)
    monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//user:hunter22@"))
    error = make_failure(connect("https://psa.example.com", deadlines=Deadlines(read=0.5), retry=ONCE), POST)
    assert isinstance(error, Unreachable | TimedOut)
    assert "proxy" in str(error)
    assert not error.sent
    assert proxy.received[0].method == "CONNECT"


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_missing_ca_bundle_is_told(connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/nonexistent/bundle.pem")
    error = make_failure(connect("https://psa.example.com", retry=ONCE))
    assert isinstance(error, TlsRefused)
    assert name in str(error)


def test_an_error_that_our_caller_was_handling_does_not_colour_ours(connect: Connect) -> None:
    transport = connect(f"http://127.0.0.1:{find_closed_port()}", retry=ONCE)
    try:
        raise TimeoutError
    except TimeoutError:
        with pytest.raises(Unreachable):
            transport.send(GET)
