"""Findings go to people and to scripts, and never both to the same place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from providers.core.errors import ProviderError
from stacks.report import Report


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


def test_a_report_in_a_file_that_can_not_be_written_any_more_is_a_problem(tmp_path: Path) -> None:
    Report(str(tmp_path / "report.json")).write([1])
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == [1]
    with pytest.raises(ProviderError, match=r"the report could not be written to .*gone"):
        Report(str(tmp_path / "gone" / "report.json")).write([1])
