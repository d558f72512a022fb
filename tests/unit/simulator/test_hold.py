"""A request that stands still until it is released: the moment at which a test kills or changes something."""

from __future__ import annotations

import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.unit.simulator.site import Site

ROLES = "/system/securityroles"


def roles(site: Site) -> list[str]:
    return [role["name"] for role in site.dump()["roles"]]


def reached(site: Site, fault: str) -> int | None:
    number: int | None = site.control("GET", f"/faults/{fault}?wait=5")["holding"]
    return number


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=act)
    thread.start()
    yield thread
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(("when", "made"), [("before", False), ("after", True)])
def test_a_held_request_stands_before_or_after_the_act_until_it_is_released(site: Site, when: str, made: bool) -> None:
    fault = site.add_fault("hold", when=when, method="POST")
    statuses: list[int] = []
    with beside(lambda: statuses.append(site.rest("POST", ROLES, json={"name": "Umbrella"}).status_code)):
        number = reached(site, fault)
        assert (site.list_requests()[-1]["n"], site.list_requests()[-1]["ms"]) == (number, None)
        assert ("Umbrella" in roles(site)) is made
        site.control("POST", f"/faults/{fault}/release")
    assert statuses == [201]
    assert "Umbrella" in roles(site)


@pytest.mark.parametrize(("when", "made"), [("before", False), ("after", True)])
def test_a_held_request_whose_client_hangs_up_is_never_acted_on_later(site: Site, when: str, made: bool) -> None:
    fault = site.add_fault("hold", when=when, method="POST")
    with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) as client:
        client.sendall(written(site))
        assert reached(site, fault) is not None
    until = time.monotonic() + 10
    while (entry := site.list_requests()[-1])["ms"] is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert (entry["status"], "Umbrella" in roles(site)) == ((201, True) if made else (None, False))


def test_only_the_counted_request_is_held(site: Site) -> None:
    fault = site.add_fault("hold", skip=2)
    answers: list[Any] = []

    def ask() -> None:
        answers.extend(site.rest("GET", ROLES).status_code for _ in range(4))

    with beside(ask):
        assert reached(site, fault) == site.list_requests()[2]["n"]
        assert answers == [200, 200]
        site.control("POST", f"/faults/{fault}/release")
    assert answers == [200] * 4


def test_the_wait_ends_when_nothing_comes(site: Site) -> None:
    fault = site.add_fault("hold")
    assert site.control("GET", f"/faults/{fault}?wait=0.05")["holding"] is None
    site.control("POST", f"/faults/{fault}/release")
    assert site.rest("GET", ROLES).status_code == 200


def test_clearing_the_faults_lets_what_is_held_go_on(site: Site) -> None:
    fault = site.add_fault("hold")
    statuses: list[int] = []
    with beside(lambda: statuses.append(site.rest("GET", ROLES).status_code)):
        assert reached(site, fault) is not None
        site.control("DELETE", f"/faults?company={site.company}")
    assert statuses == [200]
    assert site.http.get(f"{site.url}/_sim/faults/{fault}", timeout=10).status_code == 404


def written(site: Site) -> bytes:
    """A role's creation as it goes over the wire."""
    public, private = site.pair
    user = b64encode(f"{site.company}+{public}:{private}".encode()).decode()
    body = b'{"name": "Umbrella"}'
    head = f"POST /{site.codebase}/apis/3.0{ROLES} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {user}\r\n"
    head += f"clientId: {site.credentials['clientId']}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
