"""What a role lacks, and what it has beyond, where sites and vendors differ."""

from __future__ import annotations

from providers.connectwise.records import SettingRecord
from stacks.checks.preset_levels import judge_levels
from stacks.presets.model import Preset

VERBS = ("add", "edit", "delete", "inquire")


def make_row(function: str, my: bool = True, **levels: str | None) -> SettingRecord:
    module, _, name = function.partition(" / ")
    values = {f"{verb}Level": levels.get(verb, "None") for verb in VERBS}
    return SettingRecord(moduleName=module, moduleFunctionName=name, myAllFlag=my, **values)


def judge(permissions: dict[str, dict[str, str]], *rows: SettingRecord) -> list[tuple[str, str]]:
    preset = Preset.model_validate(
        {
            "vendor": "A",
            "integration": "B",
            "source": {"page": "p", "read": "2026-11-29"},
            "permissions": permissions,
        }
    )
    return [(found.verdict, found.found) for found in judge_levels(preset, rows)]


def test_a_wider_level_is_too_many_and_a_narrower_one_is_missing() -> None:
    row = make_row("A / Tickets", add="My", edit="All", inquire="All")
    assert judge({"A / ticket": {"add": "All", "edit": "My", "inquire": "All"}}, row) == [
        ("fail", "missing: A / Tickets: add is My, should be All"),
        ("warn", "too many: A / Tickets: edit is All, should be My"),
    ]


def test_the_level_mine_of_older_sites_is_narrower_than_my() -> None:
    asked = {"A / Tickets": {"inquire": "My"}}
    assert judge(asked, make_row("A / Tickets", inquire="Mine")) == [
        ("fail", "missing: A / Tickets: inquire is Mine, should be My")
    ]


def test_a_level_that_a_function_lacks_is_said_and_not_missed() -> None:
    row = make_row("A / Tickets", add=None, inquire="All")
    ((verdict, told),) = judge({"A / Tickets": {"add": "All", "inquire": "All"}}, row)
    assert (verdict, told) == (
        "warn",
        "A / Tickets has no add level at this site, and this preset asks for add: All",
    )


def test_where_there_is_no_my_all_does_and_nothing_less() -> None:
    asked = {"A / Tickets": {"inquire": "My"}}
    ((verdict, told),) = judge(asked, make_row("A / Tickets", my=False, inquire="All"))
    assert verdict == "warn"
    assert "knows only None and All" in told
    found = judge(asked, make_row("A / Tickets", my=False))
    assert ("fail", "missing: A / Tickets: inquire is None, should be All") in found


def test_a_level_that_nobody_knows_counts_as_too_many_and_never_as_enough_to_say_so() -> None:
    found = judge({"A / Tickets": {"inquire": "All"}}, make_row("A / Tickets", inquire="Team"))
    assert found == [
        ("warn", "too many: A / Tickets: inquire is Team, which is no level that we know, should be All"),
    ]


def test_two_rows_that_could_both_be_meant_are_named_and_neither_is_chosen() -> None:
    rows = (make_row("A / Close Project"), make_row("A / Close Projects"))
    ((verdict, told),) = judge({"A / close project": {"inquire": "All"}}, *rows)
    assert verdict == "fail"
    assert (
        told == "'A / close project' is ambiguous at this site, which has 'A / Close Project' and 'A / Close Projects'"
    )


def test_a_row_that_the_site_does_not_have_is_said_and_the_others_are_compared() -> None:
    found = judge({"B / Surveys": {"add": "All"}, "A / Tickets": {"inquire": "All"}}, make_row("A / Tickets"))
    assert [told.partition(",")[0] for _, told in found] == [
        "the site has no module function 'B / Surveys'",
        "missing: A / Tickets: inquire is None",
    ]
