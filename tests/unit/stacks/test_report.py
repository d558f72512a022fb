"""Findings go to people and to scripts, and never both to the same place."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from providers.core.errors import ProviderError, SettingError
from providers.core.settings import SettingErrors
from stacks.failures import Failures
from stacks.report import Report
from stacks.table import print_table


def test_without_json_people_read_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(None)
    report.tell("acme: done.")
    report.write({"tenant": "acme"})
    assert tuple(capsys.readouterr()) == ("acme: done.\n", "")


def test_a_report_on_standard_output_has_it_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("-")
    report.tell("acme: done.")
    report.write({"tenant": "acme"})
    output, told = capsys.readouterr()
    assert (json.loads(output), told) == ({"tenant": "acme"}, "acme: done.\n")


HOSTILE = "Rome\x1b[2J\u202e Office\x07 ##vso[task.complete]"
HARMLESS = "Rome [2J  Office  # #vso[task.complete]"


def test_what_others_say_steers_no_terminal_and_stands_in_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("-")
    report.tell(f"acme: {HOSTILE}\nsecond line")
    report.write({"tenants": [{"orders": (HOSTILE,), "age": 3, "none": None}]})
    output, told = capsys.readouterr()
    assert told == f"acme: {HARMLESS}\nsecond line\n"
    assert json.loads(output) == {"tenants": [{"orders": [HARMLESS], "age": 3, "none": None}]}


def test_a_row_is_one_line_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(sys.stdout, ("verdict", "found"), [("ok", f"{HOSTILE}\nfail  forged")])
    assert capsys.readouterr().out == f"ok  {HARMLESS} fail  forged\n"


def collect_each(errors: list[ProviderError], tenants: list[str]) -> Failures:
    failures = Failures()
    for tenant, error in zip(tenants, errors, strict=True):
        with failures.collect(tenant):
            raise error
    return failures


def test_a_problem_is_cleaned_where_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    collect_each([ProviderError(HOSTILE)], ["acme"])
    assert capsys.readouterr().err == f"error: acme: {HARMLESS}.\n"


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([], 0),
        ([SettingError("--yes", "is needed")], 2),
        ([SettingErrors([SettingError("roleName", "is required")])], 2),
        ([ProviderError("the site is gone")], 1),
        ([SettingError("--yes", "is needed"), ProviderError("the site is gone")], 1),
    ],
)
def test_wrong_settings_and_options_exit_with_2_and_everything_else_with_1(
    errors: list[ProviderError], code: int
) -> None:
    assert collect_each(errors, [str(number) for number, _ in enumerate(errors)]).code == code


def test_a_report_in_a_file_that_can_not_be_written_any_more_is_a_problem(tmp_path: Path) -> None:
    Report(str(tmp_path / "report.json")).write([1])
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == [1]
    with pytest.raises(ProviderError, match=r"the report could not be written to .*gone"):
        Report(str(tmp_path / "gone" / "report.json")).write([1])


def test_a_new_report_is_its_owners_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("much longer than what follows", encoding="utf-8")
    old.chmod(0o644)
    for file in (new, old):
        Report(str(file)).write([1])
        assert json.loads(file.read_text(encoding="utf-8")) == [1]
    assert [file.stat().st_mode & 0o777 for file in (new, old)] == [0o600, 0o644]
