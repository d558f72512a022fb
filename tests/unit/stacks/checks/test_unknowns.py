"""docs/coverage.md and `check` know the same unknowns."""

from __future__ import annotations

from pathlib import Path

from stacks.checks.unknowns import ASSUMPTIONS

COVERAGE = Path(__file__).parents[4] / "docs" / "coverage.md"


def read_unknown_rows() -> list[str]:
    rows = [line.strip("| \n").split(" | ") for line in COVERAGE.read_text(encoding="utf-8").splitlines()]
    return [row[0] for row in rows if len(row) == 3 and row[1] == "unknown"]


def test_each_unknown_of_the_coverage_page_is_probed_or_known_to_need_a_change() -> None:
    rows = read_unknown_rows()
    assert len(rows) == len(ASSUMPTIONS)
    for unknown, row in zip(ASSUMPTIONS, rows, strict=True):
        assert row.startswith(unknown.row)


def test_what_is_probed_says_in_words_what_is_assumed() -> None:
    assert all(bool(unknown.probe) == bool(unknown.description) for unknown in ASSUMPTIONS)
    assert sum(1 for unknown in ASSUMPTIONS if unknown.probe) >= 7
