"""What the tests of the toolchain share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.toolchain.clone import Clone, make_clone
from tests.unit.toolchain.index import Index
from tests.unit.toolchain.machine import Machine, make_machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An empty machine."""
    return make_machine(tmp_path, monkeypatch)


@pytest.fixture
def index() -> Iterator[Index]:
    """A package index, empty."""
    running = Index()
    yield running
    running.stop()


@pytest.fixture
def clone(machine: Machine, index: Index, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A clone on that machine, not set up yet."""
    return make_clone(machine, index, monkeypatch)
