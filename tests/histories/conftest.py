"""Tells at the end of a run what the histories were made of: figures that nobody sees prove nothing."""

from __future__ import annotations

import pytest

from tests.histories.counts import PROPERTY, Counts


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One sum, however many processes shared the work."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    sums = Counts()
    for report in reports:
        for name, counted in report.user_properties:
            if name == PROPERTY:
                sums.update(counted)
    for line in sums.format_lines() if sums else ():
        terminalreporter.write_line(f"histories: {line}")
