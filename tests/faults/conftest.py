"""One simulator per test process; a tenant of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.remote import RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.faults.rooms import open_pulumi
from tests.faults.tenant import Field


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory, warm: WarmProcess) -> Iterator[Field]:
    with RemoteSimulator() as running:
        folder = tmp_path_factory.mktemp("faults")
        yield Field(running, folder, open_pulumi(folder, warm))
