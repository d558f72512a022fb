from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
import requests

from simulator.server import Running
from simulator.world import World
from tests.unit.simulator.site import TIMEOUT, ManualClock, Site

_names = count(1)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One simulator for all tests; each test has a company of its own."""
    with Running() as simulator:
        yield simulator


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def create_site(http: requests.Session, url: str, **wanted: object) -> Site:
    body = {"companyId": f"company-{next(_names)}", **wanted}
    answer = http.post(f"{url}/_sim/companies", json=body, timeout=TIMEOUT)
    assert answer.status_code == 201, answer.text
    credentials = answer.json()
    return Site(http, url, credentials["companyId"], credentials)


@pytest.fixture
def site(running: Running, http: requests.Session) -> Iterator[Site]:
    site = create_site(http, running.url)
    yield site
    site.control("DELETE", f"/companies/{site.company}")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def timed_site(clock: ManualClock, http: requests.Session) -> Iterator[Site]:
    """A company in a simulator whose clock the test moves."""
    with Running(World(clock=clock)) as simulator:
        yield create_site(http, simulator.url)
