"""What was found goes to people and to scripts, and never both to the same place."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from providers.core.errors import ProviderError
from stacks.reports import options
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports, add_report_options
from stacks.table import print_table
from tests.unit.stacks.reports.foreign import HARMLESS, HOSTILE

RUN = FleetRun(verb="check", rows=[Row(tenant="acme", verdict="failed", sentences=(HOSTILE,))])


def test_without_a_report_people_read_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    reports = Reports()
    reports.tell("acme: done.")
    reports.write(RUN)
    assert tuple(capsys.readouterr()) == ("acme: done.\n", "")


def test_a_report_on_standard_output_has_it_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    reports = Reports(json="-")
    reports.tell("acme: done.")
    reports.write(RUN)
    output, told = capsys.readouterr()
    assert (json.loads(output)["rows"][0]["tenant"], told) == ("acme", "acme: done.\n")


def test_who_wants_errors_only_gets_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    reports = Reports(quiet=True)
    reports.tell("acme: done.")
    reports.complain("bell: the site is gone.")
    assert tuple(capsys.readouterr()) == ("bell: the site is gone.\n", "")


def test_a_verb_may_have_a_shape_of_json_of_its_own_and_the_others_are_made_of_its_rows(tmp_path: Path) -> None:
    reports = Reports(json=str(tmp_path / "r.json"), junit=str(tmp_path / "r.xml"), html=str(tmp_path / "r.html"))
    reports.write(RUN, {"findings": [{"found": HOSTILE}]})
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == {"findings": [{"found": HARMLESS}]}
    for file in ("r.xml", "r.html"):
        assert HARMLESS in (tmp_path / file).read_text(encoding="utf-8")


def test_what_others_say_steers_no_terminal_and_stands_in_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    reports = Reports(json="-")
    reports.tell(f"acme: {HOSTILE}\nsecond line")
    reports.write(RUN, {"tenants": [{"orders": (HOSTILE,), "age": 3, "none": None}]})
    output, told = capsys.readouterr()
    assert told == f"acme: {HARMLESS}\nsecond line\n"
    assert json.loads(output) == {"tenants": [{"orders": [HARMLESS], "age": 3, "none": None}]}


def test_a_row_is_one_line_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(sys.stdout, ("verdict", "found"), [("ok", f"{HOSTILE}\nfail  forged")])
    assert capsys.readouterr().out == f"ok  {HARMLESS} fail  forged\n"


def test_a_report_that_can_not_be_written_any_more_is_a_problem_and_the_others_are_written(tmp_path: Path) -> None:
    gone, page = tmp_path / "gone" / "report.json", tmp_path / "page.html"
    with pytest.raises(ProviderError, match=r"the report could not be written to .*gone"):
        Reports(json=str(gone), html=str(page)).write(RUN)
    assert "acme" in page.read_text(encoding="utf-8")


def test_a_new_report_is_its_owners_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("much longer than what follows, " * 99, encoding="utf-8")
    old.chmod(0o644)
    for file in (new, old):
        Reports(json=str(file)).write(RUN, [1])
        assert json.loads(file.read_text(encoding="utf-8")) == [1]
    assert [file.stat().st_mode & 0o777 for file in (new, old)] == [0o600, 0o644]


@click.command
@add_report_options
def report_nothing(reports: Reports) -> None:
    """Begin something."""
    print("begun")


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (["--json", "--html", "-"], "standard output holds one report only; name a file for the others."),
        (["--html", "/nowhere/page.html"], "/nowhere/page.html can't be written"),
        (["--junit", os.curdir], ". can't be written"),
    ],
)
def test_a_report_that_can_not_be_made_is_refused_before_anything(arguments: list[str], refused: str) -> None:
    done = CliRunner().invoke(report_nothing, arguments)
    assert done.exit_code == 2
    assert refused in done.output
    assert "begun" not in done.output


def test_a_page_without_its_package_is_refused_before_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "find_spec", lambda name: None)
    done = CliRunner().invoke(report_nothing, ["--html", "-"])
    assert (done.exit_code, "begun" in done.output) == (2, False)
    assert "--html needs the Python package Jinja2; install it: `uv sync --extra fleet`." in done.output
