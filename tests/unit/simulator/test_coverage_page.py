"""docs/coverage.md gives every behaviour one of its four words, and knows more than it once did."""

from __future__ import annotations

from simulator.services.connectwise.site_modes import SiteModes
from tests.bench.words import BEFORE, COVERAGE, WORDS, count_words

PAGE = COVERAGE.read_text(encoding="utf-8")


def test_every_behaviour_has_one_of_the_four_words() -> None:
    behaviours = 0
    for table in PAGE.split("| behaviour | word |")[1:]:
        rows = [line.strip("| \n").split(" | ") for line in table.splitlines()[2:]]
        rows = rows[: next((place for place, row in enumerate(rows) if row == [""]), len(rows))]
        assert [row for row in rows if len(row) not in (2, 3) or row[1].strip(" |") not in WORDS] == []
        behaviours += len(rows)
    assert behaviours == sum(count_words(PAGE).values())


def test_less_is_unknown_than_before_the_vendors_guide_was_found() -> None:
    assert count_words(PAGE)["unknown"] < BEFORE["unknown"]


def test_the_page_names_every_mode_of_a_site() -> None:
    modes = SiteModes().model_dump(by_alias=True)
    assert [mode for mode in modes if f"`{mode}`" not in PAGE] == []
