"""What the tests of the toolchain share."""

from pathlib import Path

import pytest

from tests.unit.toolchain.machine import Machine, machine_in


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An empty machine."""
    return machine_in(tmp_path, monkeypatch)
