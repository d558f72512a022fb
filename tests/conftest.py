"""What a run of the tests cost, at its end."""

from __future__ import annotations

import os
from time import monotonic

import pytest

_BEGAN = monotonic()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Of this process and of all that were started and waited for, those of xdist's workers among them."""
    user, system, children_user, children_system, _ = os.times()
    cpu = user + system + children_user + children_system
    terminalreporter.write_line(f"{cpu:.0f} s of CPU time in {monotonic() - _BEGAN:.0f} s")
