"""`umbrella-psa presets`: what a person and a program are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stacks.cli import main
from stacks.presets.catalogue import list_names


def show(capsys: pytest.CaptureFixture[str], *arguments: str, expect: int = 0) -> str:
    assert main(["presets", *arguments]) == expect
    shown = capsys.readouterr()
    return shown.out + shown.err


def test_the_list_has_a_line_for_each_with_its_numbers_and_its_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    lines = show(capsys).splitlines()
    assert [line.split()[0] for line in lines] == list_names()
    petra = next(line for line in lines if line.startswith("petra-security"))
    assert petra == "petra-security  grants: 6  tables: 5  vendor: Petra Security"
    assert "tables: unnamed" in next(line for line in lines if line.startswith("rewst"))


def test_one_is_shown_with_all_that_its_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    shown = show(capsys, "n-able-passportal")
    assert "N-able Passportal\nsource: documentation.n-able.com" in shown
    assert "read: 2026-11-29" in shown
    assert (
        "  System / Security (the site's System / Security Roles): add All, edit All, delete All, inquire All" in shown
    )
    assert "tables: none are named" in shown
    assert "no screenshot has a row Security" in shown
    assert "  Service / Surveys - Service\n" in show(capsys, "smileback")


def test_a_program_gets_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    report = tmp_path / "one.json"
    assert show(capsys, "hatz-ai", "--json", str(report)) == ""
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["permissions"]["Service Desk / Service Tickets"] == {"add": "My", "edit": "My", "inquire": "My"}
    assert (told["name"], told["tables"], told["source"]["read"]) == ("hatz-ai", None, "2026-11-29")
    whole = json.loads(show(capsys, "--json"))
    assert [one["name"] for one in whole["presets"]] == list_names()
    assert whole["presets"][list_names().index("hatz-ai")] == told


def test_a_name_that_is_none_ends_with_2_and_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert 'Did you mean "smileback"?' in show(capsys, "smilback", expect=2)
