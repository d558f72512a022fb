"""A run as JSON, JUnit XML and a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest

from stacks.reports.html import describe_age, format_html
from stacks.reports.junit import format_junit
from stacks.reports.model import FleetRun, Row, WorkOrder
from stacks.reports.options import format_json

RUN = FleetRun(
    verb="sweep",
    begun_at=datetime(2026, 11, 29, 12, 0, tzinfo=UTC),
    ended_at=datetime(2026, 11, 29, 12, 0, 5, tzinfo=UTC),
    rows=[
        Row(tenant="acme", verdict="clean", key_age_days=30, max_age_days=90, seconds=1.5),
        Row(tenant="bell", verdict="drift", sentences=("<b>delete</b> is All",), changes=("update permissions",)),
        Row(tenant="core", verdict="waiting", orders=(WorkOrder(text="Do this", acknowledge="then say so"),)),
        Row(tenant="dune", verdict="failed", sentences=("no & answer",)),
        Row(tenant="east", verdict="stopped"),
    ],
)


def test_junit_has_a_case_for_each_tenant_with_its_sentence() -> None:
    suite = fromstring(format_junit(RUN))
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
        "time": "1.500",
    }
    cases = {case.get("name"): [(mark.tag, mark.get("message")) for mark in case] for case in suite}
    assert cases == {
        "acme": [],
        "bell": [("failure", "<b>delete</b> is All")],
        "core": [("failure", "waiting")],
        "dune": [("error", "no & answer")],
        "east": [("skipped", "stopped")],
    }


def test_json_has_the_code_and_every_row() -> None:
    content = json.loads(format_json(RUN))
    assert content["code"] == 8
    assert [row["tenant"] for row in content["rows"]] == ["acme", "bell", "core", "dune", "east"]
    assert content["rows"][2]["orders"] == [{"text": "Do this", "acknowledge": "then say so"}]


def test_the_page_shows_all_and_needs_nothing_else() -> None:
    page = format_html(RUN)
    assert "&lt;b&gt;delete&lt;/b&gt; is All" in page
    assert "<b>delete" not in page
    assert 'data-copy="then say so"' in page
    assert page.index("dune") < page.index("bell") < page.index("acme")  # what needs somebody stands first
    for outside in ("http://", "https://", "src=", "@import", "url("):
        assert outside not in page


@pytest.mark.parametrize(
    ("age", "limit", "shown"),
    [
        (None, 90, (0, "no key")),
        (45, 90, (50, "45 of 90 days")),
        (91, 90, (100, "91 of 90 days")),
        (73, None, (20, "73 days")),
    ],
)
def test_a_keys_age_fills_its_bar(age: int | None, limit: int | None, shown: tuple[int, str]) -> None:
    assert describe_age(Row(tenant="acme", verdict="clean", key_age_days=age, max_age_days=limit)) == shown


def test_the_gravest_tenant_decides_the_exit_code() -> None:
    assert FleetRun(verb="up").exit_code == 0
    assert FleetRun(verb="up", rows=RUN.rows[:3]).exit_code == 7
    assert FleetRun(verb="up", rows=RUN.rows[:4]).exit_code == 1
    assert RUN.summarize() == "1 clean, 1 drift, 1 waiting, 1 failed, 1 stopped"
