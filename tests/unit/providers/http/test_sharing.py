"""Many threads, several transports: one session per origin, one budget."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers.http.budget import Budget
from providers.http.errors import TransportError
from providers.http.message import Request
from providers.http.redact import Redactor
from providers.http.session import MOST
from providers.http.transport import Transport
from providers.policy import close_connections
from tests.unit.providers.http.failing import make_failure
from tests.unit.providers.http.leaping import LeapingClock
from tests.unit.providers.http.peer import Peer, answer

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
GET = Request("GET", "/x")


def test_eight_threads_share_one_pool_and_one_budget(serve: Serve, connect: Connect, leaping: LeapingClock) -> None:
    peer = serve(answer(body=b'{"k": "v"}'))
    budget = Budget(50.0, 100, clock=leaping.clock)
    transports = [connect(peer.url, budget=budget, headers={"X-Of": str(number)}) for number in range(2)]

    def work(number: int) -> object:
        return transports[number % 2].send(GET).json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(200)))
    assert answers == [{"k": "v"}] * 200
    assert len(peer.received) == 200
    assert peer.connections <= 8
    assert sum(seen.headers["x-of"] == "1" for seen in peer.received) == 100
    assert leaping.slept  # the second hundred had to queue


def test_transports_of_one_origin_use_one_connection(serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    for _ in range(3):
        connect(peer.url + "/some/base").send(GET)
    assert peer.connections == 1


def test_closing_one_transport_leaves_the_others_connected(serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    first, second = connect(peer.url), connect(peer.url)
    first.send(GET)
    first.close()
    second.send(GET)
    assert peer.connections == 1


def test_the_last_one_out_closes_the_connections(serve: Serve) -> None:
    peer = serve(answer())
    for _ in range(2):
        with Transport(peer.url, redactor=Redactor()) as transport:
            transport.send(GET)
    assert peer.connections == 2


def test_who_was_not_asked_for_long_is_disconnected_and_can_be_asked_again(serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    other = serve(answer())
    first, often = connect(peer.url), connect(other.url)
    for transport in (first, often):
        transport.send(GET)
    for number in range(MOST):
        connect(f"https://site-{number}.example")
        connect(other.url)
    assert [transport.send(GET).status for transport in (first, often)] == [200, 200]
    assert (peer.connections, other.connections) == (2, 1)


def test_once_connections_are_closed_the_environment_of_the_next_run_names_the_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxies = serve(answer(403)), serve(answer(403))
    transport = connect("https://site.example")
    for proxy in proxies:
        close_connections()
        monkeypatch.setenv("https_proxy", proxy.url)
        make_failure(transport)
    assert [{seen.method for seen in proxy.received} for proxy in proxies] == [{"CONNECT"}, {"CONNECT"}]


def test_everything_is_importable_without_the_http_library() -> None:
    modules = "providers.http.transport, providers.http.urls"
    check = f"import sys, {modules}; sys.exit(bool({{'requests', 'urllib3', 'email.utils'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.mark.parametrize("kind", TransportError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_is(kind: type[TransportError]) -> None:
    assert kind.__doc__
