"""The customize lists of a role, held against a preset's."""

from __future__ import annotations

from typing import Any

from stacks.checks.preset_tables import judge_lists, judge_tables
from stacks.presets.model import Preset

LABELS = [f"Service / Table {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
SETUP = {"System / Table Setup": {"inquire": "All"}}


def judge(live: list[str] | None, permissions: Any = SETUP, **tables: Any) -> list[tuple[str, str]]:
    source = {"page": "p", "read": "2026-11-29"}
    preset = Preset.model_validate(
        {"vendor": "A", "integration": "B", "source": source, "permissions": permissions, **tables}
    )
    return [(found.verdict, found.found) for found in judge_tables(preset, LABELS, lambda function: live)]


def test_the_sites_identifiers_and_its_labels_are_one() -> None:
    assert judge(["ServiceTableA"], tables=["service / TABLE-A"])[0][0] == "ok"


def test_a_list_that_is_empty_on_purpose_allows_none() -> None:
    assert judge([], tables=[])[0][0] == "ok"
    assert judge(["ServiceTableB"], tables=[]) == [
        ("warn", "too many: Table Setup, customize: allowed is Service / Table B")
    ]


def test_of_many_tables_as_many_are_named_as_somebody_reads() -> None:
    ((_, told),) = judge(LABELS, tables=["Service / Table A"])
    assert told.endswith("Service / Table U and 5 more")


def test_where_the_page_names_none_all_are_as_wanted_and_fewer_are_a_warning() -> None:
    assert judge(LABELS) == [("ok", "tables: all 26, since this preset names none")]
    ((verdict, told),) = judge(LABELS[:3])
    assert verdict == "warn"
    assert told.endswith("the role may use 3 of 26")


def test_without_table_setup_no_table_counts_and_nobody_is_asked() -> None:
    preset = Preset.model_validate(
        {
            "vendor": "A",
            "integration": "B",
            "source": {"page": "p", "read": "2026-11-29"},
            "permissions": {"A / B": {"inquire": "All"}},
        }
    )
    asked: list[str] = []

    def look(function: str) -> list[str] | None:
        asked.append(function)
        return None

    ((found),) = judge_tables(preset, LABELS, look)
    assert (found.verdict, asked) == ("ok", [])


def test_what_nobody_sees_is_unknown_and_what_the_site_lacks_is_said_all_the_same() -> None:
    found = judge(None, tables=["Service / Table A", "Service / Nothing"])
    assert [verdict for verdict, _ in found] == ["fail", "unknown"]
    assert "the site has no setup table 'Service / Nothing'" in found[0][1]
    assert found[1][1].endswith("asked for: Service / Table A, Service / Nothing")


CUSTOMIZED = {
    "vendor": "A",
    "integration": "B",
    "source": {"page": "p", "read": "2026-11-30"},
    "permissions": {"Company / Configs": {"inquire": "All"}, "Service Desk / resource-scheduling": {"inquire": "All"}},
    "meant": {"Company / Configs": "Companies / Configuration"},
    "customize": {"Company / Configs": ["Managed Server"], "Service Desk / resource-scheduling": []},
}


def test_lists_of_other_functions_are_looked_at_by_the_names_that_the_site_gives_them() -> None:
    live = {"Companies / Configurations": ["ManagedServer", "Domain"], "Service Desk / Resource Scheduling": []}
    found = judge_lists(Preset.model_validate(CUSTOMIZED), live.get)
    assert [(one.verdict, one.found) for one in found] == [
        ("warn", "too many: Companies / Configurations, customize: allowed is Domain"),
        ("ok", "Service Desk / Resource Scheduling: its customize list allows what is asked for, and nothing else"),
    ]


def test_a_list_that_nobody_sees_is_unknown() -> None:
    first, second = judge_lists(Preset.model_validate(CUSTOMIZED), lambda function: None)
    assert (first.verdict, second.verdict) == ("unknown", "unknown")
    assert first.found.startswith("Companies / Configurations: neither a console nor a key of the role shows what its ")
    assert first.found.endswith("; asked for: Managed Server")
    assert second.found.endswith("; asked for: nothing")
