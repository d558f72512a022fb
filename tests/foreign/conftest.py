"""The simulator as foreign tools meet it: behind TLS, and behind a validating proxy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from simulator.remote import Company, RemoteSimulator
from tests.engine.conftest import prism, simulator
from tests.foreign.tls import Tunnel
from toolchain.groups import ensure_group
from toolchain.node import NodeTools, ensure_node

__all__ = ["prism", "simulator"]  # the engine suite's own

_numbers = count(1)
# pyconnectwise is GPL-3.0-only: these tests import it from a folder of its own, and no environment holds it.
sys.path.append(str(ensure_group("foreign", Path.home())))


@pytest.fixture(scope="session")
def tools() -> NodeTools:
    return ensure_node(Path.home())


@pytest.fixture(scope="session")
def tls(simulator: RemoteSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tunnel]:
    with Tunnel(tmp_path_factory.mktemp("tls"), simulator.url) as running:
        yield running


@pytest.fixture
def site(simulator: RemoteSimulator) -> Company:
    """A company that a published client signs in to."""
    return simulator.company(f"foreign-{next(_numbers)}", provisioningRights="admin")
