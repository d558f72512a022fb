"""docs/coverage.md and `check` know the same unknowns."""

from __future__ import annotations

from pathlib import Path

from stacks.checks.unknowns import ASSUMPTIONS
from tests.bench.words import read_rows

COVERAGE = Path(__file__).parents[4] / "docs" / "coverage.md"


def test_each_unknown_of_the_coverage_page_is_probed_or_known_to_need_a_change() -> None:
    for row in read_rows(COVERAGE.read_text(encoding="utf-8"), "unknown"):
        assert [unknown.row for unknown in ASSUMPTIONS if row.startswith(unknown.row)], row


def test_each_probe_is_for_one_row_of_the_coverage_page() -> None:
    text = COVERAGE.read_text(encoding="utf-8")
    rows = [row for word in ("unknown", "assumed", "documented") for row in read_rows(text, word)]
    for unknown in ASSUMPTIONS:
        assert len([row for row in rows if row.startswith(unknown.row)]) == 1, unknown.row


def test_what_is_probed_says_in_words_what_is_assumed() -> None:
    assert all(bool(unknown.probe) == bool(unknown.description) for unknown in ASSUMPTIONS)
    assert sum(1 for unknown in ASSUMPTIONS if unknown.probe) >= 7
