"""The page of a report, in a real Chromium: seen, searched, copied from, printed, and alone in the world."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from stacks.reports.html import format_html
from tests.console.reported import HOSTILE, KEY, SENTENCE, make_run
from toolchain.node import ensure_node

WIDE, NARROW = 1280, 400
PAPER = 718
"""Pixels between the margins of A4."""
OpenReport = Callable[..., Page]


@pytest.fixture
def open_report(person: Browser, tmp_path: Path) -> Iterator[OpenReport]:
    contexts = []

    def show(tenants: int = 14, width: int = WIDE, scheme: Any = "light") -> Page:
        file = tmp_path / "page.html"
        file.write_text(format_html(make_run(tenants)), encoding="utf-8")
        contexts.append(person.new_context(viewport=ViewportSize(width=width, height=900), color_scheme=scheme))
        page = contexts[-1].new_page()
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()


def list_shown(page: Page) -> list[str]:
    """The verdicts of the tenants that are to be seen, from top to bottom."""
    rows: list[str] = page.eval_on_selector_all(
        "#tenants tbody tr", "rows => rows.filter(row => row.checkVisibility()).map(row => row.dataset.of)"
    )
    return rows


def test_nothing_is_asked_of_anybody_and_what_a_site_said_is_text(person: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(format_html(make_run(14)), encoding="utf-8")
    page = person.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [file.as_uri()]
    assert said == []  # a style or script that the policy refuses would be told here
    assert page.locator("img, a, b, iframe, link").count() == 0
    assert SENTENCE in page.locator("#tenants").inner_text()
    assert HOSTILE in page.locator(".order").first.inner_text().replace("\n", " ")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing(open_report: OpenReport, scheme: str, width: int) -> None:
    page = open_report(width=width, scheme=scheme)
    axe = ensure_node(Path.home()).modules / "node_modules" / "axe-core" / "axe.min.js"
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert {"color-contrast", "button-name", "label"} <= {each["id"] for each in found["passes"]}


@pytest.mark.parametrize(("width", "medium"), [(WIDE, "screen"), (NARROW, "screen"), (PAPER, "print")])
def test_nothing_is_cut_off_and_nothing_scrolls_sideways(open_report: OpenReport, width: int, medium: Any) -> None:
    page = open_report(width=width)
    page.emulate_media(media=medium)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # A narrow screen has labels in place of the head.
    heard_only = ".away, .away *, svg *" + (", thead, thead *" if width == NARROW else "")
    beyond = page.evaluate(
        """heard => [...document.querySelectorAll(`main *:not(${heard})`)].filter(one => one.checkVisibility() && (
            one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < 0 ||
            one.clientWidth && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display != "inline"
        )).map(one => one.outerHTML.slice(0, 120))""",
        heard_only,
    )
    assert beyond == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tenants_are_chosen_by_verdict_and_by_words_with_the_keyboard_alone(
    open_report: OpenReport, width: int
) -> None:
    page = open_report(width=width)
    assert list_shown(page) == ["failed"] * 2 + ["stopped"] * 2 + ["waiting"] * 2 + ["drift"] * 4 + ["clean"] * 4
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert list_shown(page) == ["failed"] * 2
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert list_shown(page) == ["failed"] * 2 + ["waiting"] * 2
    assert page.get_by_role("status").inner_text() == "4 of 14 tenants shown"
    page.get_by_label("Show tenants whose line holds").press_sequentially("HTTPS://DASHBOARD")
    assert list_shown(page) == ["waiting"] * 2
    page.get_by_role("button", name="2 failed").click()
    page.get_by_role("button", name="2 waiting").click()
    page.get_by_label("Show tenants whose line holds").fill("")
    assert len(list_shown(page)) == 14


def find_copy(page: Page) -> Locator:
    return page.get_by_role("button", name="Copy the command for tenant-0001")


def test_the_command_that_acknowledges_an_order_is_copied(open_report: OpenReport) -> None:
    page = open_report()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    find_copy(page).press("Enter")
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"pulumi config set -s tenant-0001 umbrella:appliedKey {KEY} && umbrella-psa up tenant-0001"
    # And what an order says to copy.
    page.locator(".copied", has_text=KEY).first.get_by_role("button").click()
    page.get_by_text("Copied").nth(1).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == KEY


def test_a_command_that_may_not_be_copied_is_selected(open_report: OpenReport, tmp_path: Path) -> None:
    page = open_report()
    # From a server without TLS a page has no clipboard.
    page.route("http://reports.example/", lambda route: route.fulfill(path=tmp_path / "page.html"))
    page.goto("http://reports.example/")
    find_copy(page).click()
    page.get_by_text("Selected, now copy it").wait_for()
    selected = page.evaluate("getSelection().toString()")
    assert selected == f"pulumi config set -s tenant-0001 umbrella:appliedKey {KEY} && umbrella-psa up tenant-0001"


def test_paper_shows_what_is_folded_away_and_keeps_to_dark_on_light(open_report: OpenReport) -> None:
    page = open_report(tenants=40, scheme="dark")
    assert page.locator("details[open]").count() == 0
    page.evaluate(
        """addEventListener("beforeprint", () => {
            window.printed = [...document.querySelectorAll(".order")].map(order => order.checkVisibility());
        })"""
    )
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert page.evaluate("window.printed") == [True] * page.locator("details").count()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details[open]").count() == 0


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_thousand_tenants_are_one_usable_page(open_report: OpenReport, tmp_path: Path, width: int) -> None:
    begun = time.monotonic()
    page = open_report(tenants=1000, width=width)
    loaded = time.monotonic() - begun
    size = (tmp_path / "page.html").stat().st_size
    begun = time.monotonic()
    page.locator("[data-verdict=failed]").click()
    page.get_by_text("143 of 1000 tenants shown").wait_for()
    chosen = time.monotonic() - begun
    print(f"1,000 tenants, {width} pixels: {size / 1e6:.1f} MB, made and loaded {loaded:.1f} s, chosen {chosen:.1f} s")
    assert list_shown(page) == ["failed"] * 143
    assert size < 2e6
    assert loaded < 15
    assert chosen < 5
