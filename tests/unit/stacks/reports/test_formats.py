"""A run as JSON, JUnit XML and a page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest

from stacks.reports.html import describe_age, format_html
from stacks.reports.junit import format_junit
from stacks.reports.model import FleetRun, Row, WorkOrder
from stacks.reports.options import format_json
from stacks.reports.orders import format_order
from stacks.reports.timeline import draw_timeline, list_waves

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
    content = json.loads("".join(format_json(RUN)))
    assert content["code"] == 8
    assert [row["tenant"] for row in content["rows"]] == ["acme", "bell", "core", "dune", "east"]
    assert content["rows"][2]["orders"] == [{"text": "Do this", "acknowledge": "then say so"}]


def test_the_page_shows_all_and_needs_nothing_else() -> None:
    page = format_html(RUN)
    assert "&lt;b&gt;delete&lt;/b&gt; is All" in page
    assert "<b>delete" not in page
    assert "<code>then say so</code>" in page
    names = re.findall(r'<th scope="row">(\w+)', page)
    assert names == ["dune", "east", "core", "bell", "acme"]  # what needs somebody stands first
    for outside in ("http://", "https://", "src=", "@import", "url(", "unsafe-inline"):
        assert outside not in page


@pytest.mark.parametrize(
    ("age", "limit", "shown"),
    [
        (None, 90, (None, "no key", "")),
        (45, 90, (50, "45 of 90 days", "")),
        (72, 90, (80, "72 of 90 days", "soon")),
        (90, 90, (100, "90 of 90 days, due", "due")),
        (400, 90, (100, "400 of 90 days, due", "due")),
        (1, None, (None, "1 day", "")),
    ],
)
def test_a_keys_age_fills_its_bar_up_to_its_limit(
    age: int | None, limit: int | None, shown: tuple[int | None, str, str]
) -> None:
    row = Row(tenant="acme", verdict="clean", key_age_days=age, max_age_days=limit, sink="empty")
    assert describe_age(row) == shown


def test_of_a_tenant_that_could_not_be_read_no_key_is_claimed_to_be_missing() -> None:
    assert describe_age(Row(tenant="acme", verdict="failed")).words == ""


def test_a_page_says_only_what_its_verb_looked_at() -> None:
    checked = format_html(FleetRun(verb="check", rows=[Row(tenant="acme", verdict="clean")]))
    assert "Key's age" not in checked
    assert "<h2>Time</h2>" not in checked
    swept = format_html(FleetRun(verb="sweep", rows=[RUN.rows[0].but(sink="this key", vault="none")]))
    assert "Oldest key: 30 days, of acme; 0 due, 0 soon." in swept
    assert "<h2>Time</h2>" in swept
    assert "Vault" not in swept  # no tenant has one


def test_an_orders_steps_are_a_list_and_a_sites_words_in_it_are_text() -> None:
    order = format_order(
        "## Work order: make a key\n\nBy hand.\n\n1. Open <b>x</b> [y](http://z).\n\n       a*b*c\n\n2. Run `up`."
    )
    assert order.title == "Make a key"
    assert "<ol>" in order.body
    assert "<pre><code>a*b*c\n</code></pre>" in order.body
    assert "Open &lt;b&gt;x&lt;/b&gt; [y](http://z)." in order.body
    assert "<code>up</code>" in order.body


def test_tenants_at_once_have_lanes_of_their_own_and_waves_follow_each_other() -> None:
    times = [("acme", 1, 0.0, 2.0), ("bell", 2, 2.0, 3.0), ("core", 2, 2.0, 1.0), ("dune", 2, 3.0, 7.0)]
    rows = [
        Row(tenant=name, verdict="clean", wave=wave, begun=begun, seconds=took) for name, wave, begun, took in times
    ]
    drawn = draw_timeline([*rows, Row(tenant="east", verdict="stopped", wave=2, begun=2.0)])
    lanes = {bar.row.tenant: (bar.x, bar.width, bar.y) for bar in drawn.bars}
    upper, lower = lanes["acme"][2], lanes["core"][2]
    assert lanes == {
        "acme": (0, 200, upper),
        "bell": (200, 300, upper),
        "core": (200, 100, lower),
        "dune": (300, 700, lower),
    }
    assert upper < lower < drawn.height
    assert drawn.bands == [(200, 800)]
    assert list_waves(rows) == [(1, 1, 0.0, 2.0), (2, 3, 2.0, 10.0)]


def test_the_gravest_tenant_decides_the_exit_code() -> None:
    assert FleetRun(verb="up").exit_code == 0
    assert FleetRun(verb="up", rows=RUN.rows[:3]).exit_code == 7
    assert FleetRun(verb="up", rows=RUN.rows[:4]).exit_code == 1
    assert RUN.summarize() == "1 clean, 1 drift, 1 waiting, 1 failed, 1 stopped"
