"""What the contract tests share: one simulator a worker, and for each test its own company and provider processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.contract.company import Company, Simulator, simulator_process
from tests.contract.driver import Provider
from tests.contract.estate import Estate

Start = Callable[..., Provider]


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with simulator_process() as simulator:
        yield simulator


@pytest.fixture
def company(simulator: Simulator) -> Iterator[Company]:
    company = Company(simulator)
    yield company
    company.close()


@pytest.fixture
def estate(company: Company) -> Estate:
    """The company with a whole tenant in it; what its making left in the log is forgotten."""
    estate = Estate(company)
    company.simulator.forget_requests()
    return estate


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
