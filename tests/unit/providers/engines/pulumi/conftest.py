"""One company and its tenant, complete, for the tests of a module that change nothing there."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.unit.providers.engines.pulumi.simulated import Company, Made, Run, found_company


@pytest.fixture(scope="module")
def acme() -> Iterator[Company]:
    with found_company() as made:
        yield made


@pytest.fixture(scope="module")
def _state(acme: Company) -> dict[str, Made]:
    return Run(acme).up()


@pytest.fixture
def made(_state: dict[str, Made]) -> dict[str, Made]:
    return deepcopy(_state)
