"""Permissions as people talk about them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from providers.connectwise.customize import describe_list, find_unknown_tables, normalize_item
from providers.connectwise.grants import (
    AskedLevels,
    Levels,
    collect_grants,
    describe_level_changes,
    find_strange_levels,
    find_unknown,
    get_levels,
    widens,
)
from providers.connectwise.records import SettingRecord
from providers.console.customize import TABLE_SETUP
from providers.core.errors import RemoteError, SettingError, raise_first
from providers.core.values import to_plain


def make_row(function: str, **levels: Any) -> SettingRecord:
    module, _, name = function.partition(" / ")
    none = dict.fromkeys(("addLevel", "editLevel", "deleteLevel", "inquireLevel"), "None")
    return SettingRecord.model_validate({"moduleName": module, "moduleFunctionName": name, **none, **levels})


ROWS = [make_row("A / One"), make_row("A / Two", addLevel=None, myAllFlag=False), make_row("B / Three / Four")]


def test_what_is_not_named_is_none_and_not_worth_a_line() -> None:
    assert to_plain({"A / One": Levels(add="All"), "A / Two": Levels()}) == {"A / One": {"add": "All"}, "A / Two": {}}
    assert not Levels()
    assert Levels(delete="My")


def test_only_functions_with_a_grant_are_listed_sorted_and_a_lacking_level_counts_as_none() -> None:
    rows = [make_row("B / Z", inquireLevel="My"), make_row("A / X"), make_row("A / Y", addLevel=None, editLevel="All")]
    assert collect_grants(rows) == {"A / Y": Levels(edit="All"), "B / Z": Levels(inquire="My")}
    assert list(collect_grants(rows)) == ["A / Y", "B / Z"]
    assert get_levels(rows[2]) == Levels(edit="All")


@pytest.mark.parametrize("level", ["all", "ALL", "Some", "", None, 1])
def test_a_level_is_one_of_three_words(level: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AskedLevels).validate_python({"add": level})


def test_a_function_whose_name_holds_the_separator_is_found() -> None:
    raise_first(find_unknown({"B / Three / Four": Levels(add="All")}, ROWS))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"A / Ones": Levels()}, "permissions: the site has no module function 'A / Ones'. Did you mean \"A / One\""),
        ({"X / One": Levels()}, "permissions: the site has no module 'X / One'. Did you mean \"A / One\""),
        ({"A / Two": Levels(add="My")}, "permissions: A / Two has no add level at this site; leave add out."),
        (
            {"A / Two": Levels(edit="My")},
            "permissions: A / Two knows only None and All at this site; edit can't be My.",
        ),
    ],
)
def test_what_the_site_does_not_have_is_refused_in_words(wanted: dict[str, Levels], words: str) -> None:
    with pytest.raises(SettingError) as caught:
        raise_first(find_unknown(wanted, ROWS))
    assert str(caught.value).startswith(words)


def test_my_is_taken_where_the_site_does_not_say_that_it_is_not() -> None:
    raise_first(find_unknown({"A / One": Levels(add="My")}, ROWS))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Company / Configuration", "CompanyConfiguration", True),
        ("Service / Service Board", "service/service-board", True),
        ("Service / Priority", "Service / Priorities", False),
        ("Service / Level 1", "Service / Level 2", False),
    ],
)
def test_tables_are_compared_by_letters_and_digits_only(one: str, other: str, same: bool) -> None:
    assert (normalize_item(one) == normalize_item(other)) == same


def test_a_table_that_the_site_does_not_have_is_refused_with_the_nearest() -> None:
    raise_first(find_unknown_tables(["companyconfiguration"], ["Company / Configuration"]))
    with pytest.raises(SettingError) as caught:
        raise_first(find_unknown_tables(["Company / Configurations"], ["Company / Configuration"]))
    assert str(caught.value) == (
        "tableAccess: the site has no setup table 'Company / Configurations'. Did you mean \"Company / Configuration\"?"
    )


@pytest.mark.parametrize(
    ("now", "should", "words"),
    [
        ("All", "None", "A / One: delete is All, should be None (wider)."),
        ("My", "None", "A / One: delete is My, should be None (wider)."),
        ("All", "My", "A / One: delete is All, should be My (wider)."),
        ("None", "My", "A / One: delete is None, should be My (narrower)."),
        ("My", "All", "A / One: delete is My, should be All (narrower)."),
    ],
)
def test_a_difference_says_what_is_what_should_be_and_which_way(now: Any, should: Any, words: str) -> None:
    assert describe_level_changes({"A / One": Levels(delete=now)}, {"A / One": Levels(delete=should)}) == [words]


def test_functions_on_either_side_only_are_told_too_in_order() -> None:
    assert describe_level_changes({"B / X": Levels(add="All")}, {"A / Y": Levels(inquire="All")}) == [
        "A / Y: inquire is None, should be All (narrower).",
        "B / X: add is All, should be None (wider).",
    ]


def test_what_is_the_same_is_not_worth_a_word() -> None:
    assert (
        describe_level_changes({"A / One": Levels(add="All")}, {"A / One": Levels(add="All"), "B / X": Levels()}) == []
    )
    assert describe_list(TABLE_SETUP, ["A / B"], ["a/b"]) == []


def test_tables_are_told_with_the_spelling_of_their_own_side() -> None:
    assert describe_list(TABLE_SETUP, ["CompanyCountry"], ["Service / Priority"]) == [
        "Table Setup: CompanyCountry is allowed, should not be (wider).",
        "Table Setup: Service / Priority is not allowed, should be (narrower).",
    ]


def test_tables_in_another_alphabet_are_told_apart() -> None:
    assert normalize_item("Сервис / Приоритет") != normalize_item("Компания / Страна")


def test_a_grant_is_not_hidden_by_a_second_row_of_its_name() -> None:
    rows = [make_row("A / One", deleteLevel="All"), make_row("A / One")]
    try:
        assert collect_grants(rows)["A / One"].delete == "All"
    except RemoteError:
        return  # or an answer that goes against what a name is


@pytest.mark.parametrize(
    ("text", "level"),
    [("ALL", "All"), ("mine", "Mine"), (" None ", "None"), (None, "None"), ("Team", "Team"), ("", "(empty)")],
)
def test_a_level_is_read_however_it_is_spelled_and_an_unknown_text_is_kept(text: str | None, level: str) -> None:
    assert get_levels(make_row("A / One", addLevel=text)).add == level


def test_a_level_that_nobody_knows_counts_as_the_widest_and_is_told() -> None:
    rows = [
        make_row("A / One", addLevel="Team"),
        make_row("A / One", addLevel="All"),
        make_row("A / Two", addLevel="Mine"),
    ]
    live = collect_grants(rows)
    assert describe_level_changes(live, {"A / One": Levels(add="All")}) == [
        "A / One: add is Team, should be All (no level that we know, so it counts as wider).",
        "A / Two: add is Mine, should be None (wider).",
    ]
    assert find_strange_levels(rows) == {"Team": 1, "Mine": 1}
    assert find_strange_levels(ROWS) == {}


def test_whoever_sets_a_level_in_place_of_one_that_nobody_knows_may_widen_it() -> None:
    assert widens(Levels(add="Team"), Levels(add="My"))
    assert not widens(Levels(add="Team"), Levels())
    assert widens(Levels(add="Mine"), Levels(add="My"))
    assert not widens(Levels(add="All"), Levels(add="My"))
