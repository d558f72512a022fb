"""What somebody probably meant."""

from __future__ import annotations

from providers.core.nearest import suggest_nearest


def test_the_nearest_name_is_offered() -> None:
    assert suggest_nearest("Rome Ofice", ["Rome Office", "Paris"]) == ' Did you mean "Rome Office"?'


def test_case_does_not_matter_and_the_real_spelling_is_shown() -> None:
    assert suggest_nearest("rome office", ["Rome Office"]) == ' Did you mean "Rome Office"?'


def test_several_are_offered_best_first() -> None:
    assert suggest_nearest("Service Bord", ["Service Board", "Service Boards", "Zebra"]).startswith(
        ' Did you mean "Service Board" or "Service Boards"'
    )


def test_nothing_near_is_nothing_said() -> None:
    assert suggest_nearest("xyz", ["Rome Office"]) == ""
    assert suggest_nearest("xyz", []) == ""


def test_at_most_three_are_offered() -> None:
    assert suggest_nearest("abcd", [f"abcd{number}" for number in range(9)]).count('"') == 6
