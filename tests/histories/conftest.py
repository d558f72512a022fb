"""Tells at the end of a run what the histories were made of: figures that nobody sees prove nothing."""

from __future__ import annotations

import pytest

from tests.histories.tally import PROPERTY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    for report in reports:
        for name, line in report.user_properties:
            if name == PROPERTY:
                terminalreporter.write_line(f"histories: {line}")
