"""What the tests of the toolchain share."""

from pathlib import Path

import pytest

from tests.unit.toolchain.machine import Machine, make_machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An empty machine."""
    return make_machine(tmp_path, monkeypatch)
