"""The presets that come with the product, and files of one's own."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.connectwise.spelling import SiteNames
from providers.core.settings import SettingErrors
from simulator.services.connectwise.catalogue import FUNCTIONS
from simulator.services.connectwise.setup_screens import BY_LABEL
from stacks.presets.catalogue import find_preset, list_names

# By vendor's page: how many module functions, and how many tables of the customize list (None: the page has none).
PAGES = {
    "bitdefender-gravityzone": (8, None),
    "cisco-umbrella": (4, 3),
    "commvault": (5, None),
    "crushbank": (24, 3),
    "cyberdrain-cow": (3, 4),
    "gozynta": (13, 2),
    "hatz-ai": (4, None),
    "manageengine-endpoint-central": (5, None),
    "msp360": (10, 1),
    "n-able-n-central": (13, None),
    "n-able-n-sight": (10, None),
    "n-able-passportal": (6, None),
    "petra-security": (6, 5),
    "rewst": (19, None),
    "smileback": (12, 2),
}
FUNCTION_NAMES = SiteNames(function.label for function in FUNCTIONS)
TABLE_NAMES = SiteNames(BY_LABEL)
GOOD = {
    "vendor": "Ours",
    "integration": "Ours",
    "source": {"page": "our handbook", "read": date(2026, 11, 29)},
    "permissions": {"System / Table Setup": {"inquire": "All"}},
}


def refuse(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingErrors) as refused:
        find_preset(str(file))
    return [str(error).removeprefix(f"{file}: ") for error in refused.value.errors]


def refuse_changed(tmp_path: Path, **changed: Any) -> list[str]:
    return refuse(tmp_path, yaml.safe_dump({**GOOD, **changed}))


def test_each_of_fifteen_pages_is_a_preset_with_as_many_lines() -> None:
    found = {name: find_preset(name) for name in list_names()}
    assert {
        name: (len(preset.permissions), len(preset.tables) if isinstance(preset.tables, list) else None)
        for name, preset in found.items()
    } == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_each_says_whose_page_it_is_and_when_it_was_read(name: str) -> None:
    source = find_preset(name).source
    assert "." in source.page
    assert source.read >= date(2026, 11, 29)


@pytest.mark.parametrize("name", PAGES)
def test_a_site_with_all_modules_can_give_all_that_is_asked_for(name: str) -> None:
    preset = find_preset(name)
    functions = [preset.get_site_name(spelled) for spelled in preset.permissions]
    tables = preset.tables if isinstance(preset.tables, list) else []
    assert not [spelled for spelled in functions if FUNCTION_NAMES.match(spelled).name is None]
    assert not [spelled for spelled in tables if TABLE_NAMES.match(spelled).name is None]


def test_vendors_keep_their_own_words() -> None:
    assert "Service Desk / Close Service Ticket" in find_preset("n-able-n-central").permissions
    assert "Time and Expense / Time Entry" in find_preset("n-able-n-central").permissions
    assert find_preset("hatz-ai").meant == {"System / Setup Tables": "System / Table Setup"}
    assert "Invoicing / Tax code" in find_preset("gozynta").tables


def test_only_a_page_that_names_table_setup_makes_tables_count() -> None:
    assert not find_preset("commvault").wants_tables()
    assert find_preset("hatz-ai").wants_tables()


def test_the_files_are_found_in_the_package_not_in_the_folder_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len([file for file in files("stacks.presets").iterdir() if file.name.endswith(".yaml")]) == len(PAGES)
    assert list_names() == sorted(PAGES)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(SettingErrors, match=r"there is no preset 'n-central'.*Did you mean \"n-able-n-central\""):
        find_preset("n-central")
    with pytest.raises(SettingErrors, match="see `umbrella-psa presets`, or name a file of your own"):
        find_preset("zzz")


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text(yaml.safe_dump(GOOD), encoding="utf-8")
    assert find_preset(str(file)).title == "Ours"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"vendor": 5}, "vendor: must be text."),
        ({"colour": "red"}, "colour: is not known."),
        ({"permissions": {}}, "permissions: must name a function or more"),
        ({"permissions": {"Table Setup": {"inquire": "All"}}}, "permissions: Table Setup: must be written as"),
        ({"permissions": {"System / Table Setup": {}}}, "permissions: System / Table Setup: asks for nothing"),
        ({"permissions": {"A / B": {"inquire": "Some"}}}, "permissions: A / B: inquire: must be 'None', 'My' or 'All'"),
        ({"permissions": {"A / B": {"read": "All"}}}, "permissions: A / B: read: is not known."),
        ({"permissions": ["A / B"]}, "permissions: must be a map"),
        (
            {"tables": "Service / Priority"},
            "tables: must be a list of names such as 'Service / Priority', or left out.",
        ),
        ({"tables": ["A / Tables", "a / table"]}, "tables: 'A / Tables' and 'a / table' are the same table; keep one."),
        ({"source": {"page": "x", "read": "yesterday"}}, "source: read: must be a date such as 2026-11-29."),
        ({"source": {"read": date(2026, 11, 29)}}, "source: page: is required."),
        ({"meant": {"A / B": "C / D"}}, "meant: 'A / B' is not in permissions; spell it as there, or leave it out."),
        (
            {"customize": {"Sales / Reports": ["Forecast"]}},
            "customize: 'Sales / Reports' is not in permissions; spell it as there, or leave it out.",
        ),
        (
            {"customize": {"System / Table Setup": ["Service / Priority"]}},
            "customize: the list of 'System / Table Setup' is called tables here; name it there.",
        ),
        (
            {
                "permissions": {"Sales / Report": {"inquire": "All"}},
                "customize": {"Sales / Report": ["A", "a"]},
            },
            "customize: 'Sales / Reports' names an item twice.",
        ),
        (
            {"permissions": {"A / B": {"inquire": "All"}}, "customize": {"A / B": ["C"]}},
            "customize: 'A / B' is no function that has a customize list",
        ),
        ({"customize": {"System / Table Setup": "x"}}, "customize: System / Table Setup: must be a list."),
    ],
)
def test_what_is_wrong_with_a_file_is_a_sentence(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    (told,) = refuse_changed(tmp_path, **changed)
    assert told.startswith(sentence), told


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(refuse_changed(tmp_path, vendor=5, tables={}, colour="red", permissions={"Setup": {"add": "x"}})) == 5


def test_one_function_in_two_spellings_is_refused_also_where_one_is_what_the_other_means(tmp_path: Path) -> None:
    twice = {"System / Table Setup": {"inquire": "All"}, "System / Setup Tables": {"add": "All"}}
    (told,) = refuse_changed(tmp_path, permissions=twice, meant={"System / Setup Tables": "System / Table Setup"})
    assert "are the same function; keep one" in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", "is no YAML in line 1"),
        ("", "must be a map"),
        ("- vendor", "must be a map"),
        ("vendor: Ours\nvendor: Theirs\n", "vendor stands there twice, again in line 2."),
        ("? [vendor]\n: Ours\n", "is no YAML in line 1"),
    ],
)
def test_a_file_that_is_no_preset_at_all_is_a_sentence_too(tmp_path: Path, text: str, sentence: str) -> None:
    (told,) = refuse(tmp_path, text)
    assert sentence in told


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingErrors, match=r"nothing\.yaml can't be read: No such file or directory"):
        find_preset(str(tmp_path / "nothing.yaml"))
