"""What the contract tests share: one simulator a worker, and for each test its own company and provider processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from simulator.remote import RemoteSimulator
from tests.contract.company import Company
from tests.contract.driver import Provider
from tests.contract.tenant_fixture import TenantFixture

Start = Callable[..., Provider]


class Resting(NamedTuple):
    """A tenant at rest and one process that is asked about it."""

    provider: Provider
    estate: TenantFixture


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture
def company(simulator: RemoteSimulator) -> Company:
    return Company(simulator)


@pytest.fixture
def tenant_fixture(company: Company) -> TenantFixture:
    return TenantFixture(company)


@pytest.fixture
def start(company: Company) -> Iterator[Start]:
    """Starts a provider process with the company's configuration, as each run of the engine does."""
    with ExitStack() as stack:

        def begin(changed: dict[str, str] | None = None, **options: Any) -> Provider:
            return stack.enter_context(Provider({**company.config, **(changed or {})}, **options))

        yield begin


@pytest.fixture
def provider(start: Start) -> Provider:
    return start()


@pytest.fixture(scope="session")
def resting(simulator: RemoteSimulator) -> Iterator[Resting]:
    """For tests that only ask and change nothing: they share a company and a process, which is most of their time."""
    company = Company(simulator)
    with Provider(company.config) as provider:
        yield Resting(provider, TenantFixture(company))
