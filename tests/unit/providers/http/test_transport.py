"""What a transport sends, and what it keeps out of a request."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from providers.http.errors import InsecureUrl, LinkRefused
from providers.http.message import Request
from providers.http.redact import Redactor
from providers.http.transport import Transport
from tests.unit.providers.http.peer import Peer, answer

Serve = Callable[..., Peer]
Connect = Callable[..., Transport]
GET = Request("GET", "/x")


def test_a_request_arrives_as_it_was_meant(serve: Serve, connect: Connect) -> None:
    peer = serve(answer(201, b'{"id": 7}', X_Answer="yes"))
    transport = connect(peer.url + "/v1/apis/", headers={"Authorization": "Basic abc", "Accept": "a/b"})
    response = transport.send(
        Request("POST", "/system/x", {"q": "a b&c", "page": 2}, {"accept": "c/d"}, json={"k": "ö"})
    )
    assert (response.status, response.json(), response.headers["x-answer"]) == (201, {"id": 7}, "yes")
    (seen,) = peer.received
    assert (seen.method, seen.target) == ("POST", "/v1/apis/system/x?q=a+b%26c&page=2")
    assert seen.headers["authorization"] == "Basic abc"
    assert seen.headers["accept"] == "c/d"
    assert seen.headers["content-type"] == "application/json"
    assert json.loads(seen.body) == {"k": "ö"}
    assert response.url == peer.url + "/v1/apis/system/x?q=a+b%26c&page=2"


def test_a_form_and_an_empty_write_arrive_too(serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    transport = connect(peer.url)
    transport.send(Request("POST", "/token", form={"grant_type": "client credentials"}))
    transport.send(Request("DELETE", "/x"))
    assert peer.received[0].body == b"grant_type=client+credentials"
    assert peer.received[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert peer.received[1].body == b""


def test_an_absolute_address_of_the_same_origin_is_followed(serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    connect(peer.url + "/v1").send(Request("GET", peer.url + "/v1/list?page=2#x", {"pageSize": 5}))
    assert peer.received[0].target == "/v1/list?page=2&pageSize=5"


@pytest.mark.parametrize("path", ["https://evil.example/x", "http://127.0.0.1:1/x", "/a b", "/a\\b", "/a\r\nHost: x"])
def test_a_request_is_never_addressed_to_another_origin(path: str, serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    with pytest.raises(LinkRefused, match="was not sent"):
        connect(peer.url).send(Request("GET", path))
    assert peer.received == []


@pytest.mark.parametrize("path", ["@evil.example/x", ".evil.example/x", "//evil.example/x", ":1/x"])
def test_an_odd_path_stays_a_path(path: str, serve: Serve, connect: Connect) -> None:
    peer = serve(answer())
    assert connect(peer.url).send(Request("GET", path)).status == 200
    assert peer.received[0].target == "/" + path.lstrip("/")


def test_plain_http_to_a_site_is_refused_before_anything() -> None:
    with pytest.raises(InsecureUrl):
        Transport("http://psa.example.com", redactor=Redactor())


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 403, 404, 409, 422, 423])
def test_an_answer_of_any_status_comes_back(status: int, serve: Serve, connect: Connect) -> None:
    peer = serve(answer(status, b""))
    assert connect(peer.url).send(GET).status == status
    assert len(peer.received) == 1


def test_reading_asks_nobody(serve: Serve, connect: Connect) -> None:
    def refuse() -> None:
        raise AssertionError("asked")

    transport = connect(serve(answer()).url, before_write=refuse)
    assert transport.send(GET).status == 200


def test_a_closed_transport_sends_nothing(serve: Serve, connect: Connect) -> None:
    transport = connect(serve(answer()).url)
    transport.close()
    transport.close()
    with pytest.raises(RuntimeError, match="closed"):
        transport.send(GET)


def test_netrc_neither_adds_nor_replaces_credentials(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password hunter22\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    peer = serve(answer())
    connect(peer.url).send(GET)
    connect(peer.url, headers={"Authorization": "Basic ours"}).send(GET)
    assert [seen.headers.get("authorization") for seen in peer.received] == [None, "Basic ours"]


def test_cookies_are_not_kept(serve: Serve, connect: Connect) -> None:
    peer = serve(answer(Set_Cookie="session=hunter22; Path=/"))
    transport = connect(peer.url)
    transport.send(GET)
    transport.send(GET)
    assert not any("cookie" in seen.headers for seen in peer.received)


def test_loopback_is_never_reached_through_a_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, peer = serve(answer(599)), serve(answer())
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert connect(peer.url).send(GET).status == 200
    assert proxy.received == []


def test_its_repr_names_the_host_only(connect: Connect) -> None:
    assert (
        repr(connect("https://psa.example.com/v1?x", headers={"Authorization": "Basic abc"}))
        == "Transport(psa.example.com)"
    )


@pytest.mark.parametrize("options", [{}, {"headers": lambda: {}}])
def test_what_is_left_out_has_a_default(options: dict[str, Any], serve: Serve) -> None:
    with Transport(serve(answer()).url, redactor=Redactor(), **options) as transport:
        assert transport.send(GET).json() == {}
