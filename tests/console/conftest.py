"""One simulator, one gateway with one Chromium, and one Chromium for the person, for all tests of a process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, sync_playwright

from gateway.browser.chromium import find_executable
from simulator.remote import Company, RemoteSimulator
from tests.console.running import Client, GatewayThread, Serve, Tenant

_numbers = count(1)


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture(scope="session")
def make_company(simulator: RemoteSimulator) -> Callable[..., Company]:
    return lambda **wishes: simulator.company(f"seen-{os.getpid()}-{next(_numbers)}", **wishes)


@pytest.fixture
def company(make_company: Callable[..., Company]) -> Company:
    return make_company()


@pytest.fixture(scope="session")
def gateway(make_company: Callable[..., Company], tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayThread]:
    with GatewayThread(tmp_path_factory.mktemp("gateway"), make_company()) as serving:
        yield serving


@pytest.fixture
def serve(gateway: GatewayThread, company: Company) -> Iterator[Serve]:
    """Add a console of this test's company."""
    made: list[Client] = []

    def make(side: str = "connectwise", of: Company | None = None, **more: object) -> Client:
        made.append(gateway.serve(of or company, side, **more))
        return made[-1]

    yield make
    for client in made:
        gateway.remove(client)


@pytest.fixture(scope="package")
def person() -> Iterator[Browser]:
    """Start the browser of somebody at the screens. Not for longer: it keeps a loop running in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_executable(None),
            chromium_sandbox=os.geteuid() != 0,
            args=["--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def tenant(company: Company) -> Tenant:
    """Make a role and an API member called Umbrella, as the public API would have made them."""
    role = company.ask("POST", "/roles", {"name": "Umbrella"})
    made = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role["id"]}
    return Tenant(company, role["id"], company.ask("POST", "/apiMembers", made)["id"])
