"""Screens made of the browser's own drop-downs and of fields with placeholders are read and set like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from gateway.browser.dom_tables import Table, read_rows, read_table
from gateway.browser.screen import Screen
from gateway.browser.scripts import READ_SWITCH
from gateway.screens.loading import merge_screens
from gateway.screens.schema import ConnectWiseScreens
from simulator.remote import Company
from tests.console.running import GatewayThread, Serve, Tenant, make_row
from tests.console.test_whole_lists import on_a_page

SCREENS = merge_screens(ConnectWiseScreens, "connectwise", None)
TICKETS = "Service Desk / Service Tickets"


def test_levels_are_set_in_native_drop_downs(serve: Serve, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"nativeLists": True})
    client = serve()
    wanted = {"settings": [make_row(TICKETS, "All", None, "None", "My"), make_row("Companies / Reports", *[None] * 4)]}
    answer = client.expect_ok("PUT", tenant.settings, wanted)["settings"]
    assert answer[0] == make_row(TICKETS, "All", "None", "None", "My")
    assert answer[1] == make_row("Companies / Reports", None, None, None, "None")
    assert tenant.company.role()["levels"] == {TICKETS: {"add": "All", "inquire": "My"}}
    refused = {"settings": [make_row("Companies / Reports", None, None, None, "My")]}
    assert client.expect_error("PUT", tenant.settings, refused) == (
        422,
        "refused_by_console",
        "Companies / Reports does not take My as its inquire level.",
    )


@pytest.mark.parametrize("kind", [None, "ConnectWise", "Autotask"])
def test_the_kind_is_read_from_a_native_drop_down(
    serve: Serve, company: Company, kind: str | None, tmp_path: Path
) -> None:
    company.ask("PUT", "/screens", {"nativeLists": True})
    company.set_sink(kind=kind, enabled=kind is not None, publicKey="A" * 16 if kind else None)
    screens = tmp_path / "screens.yaml"
    screens.write_text("integration: {kind: {combobox: PSA}}\n", encoding="utf-8")
    client = serve("umbrella", screens=str(screens))
    assert client.expect_ok("GET", "/psaIntegration")["kind"] == kind


LEVELS = """<div role=group aria-label=Companies><table><tr><th scope=row>Reports</th>
<td><select aria-label="Add Level"><option value=1>None<option value=2 selected>All</select></td>
<td><input role=combobox aria-label="Edit Level" placeholder="choose a level" value=My></td>
<td><input aria-label="Note" placeholder="a note" value="kept"></td>
<td><button role=combobox aria-label="Inquire Level">yes</button></td></tr></table></div>"""


def test_a_row_is_read_whatever_its_fields_are_made_of(gateway: GatewayThread, tmp_path: Path) -> None:
    async def look(page: Page) -> Table:
        return await read_table(Screen(page, SCREENS.waits, []), page.get_by_role("group"), "the levels")

    row = on_a_page(gateway, tmp_path, LEVELS, look)["Reports"]
    assert {name: text for (role, name), text in row.items() if role in ("combobox", "textbox")} == {
        "Add Level": "All",
        "Edit Level": "My",
        "Note": "kept",
        "Inquire Level": "yes",
    }


GRID = """<table aria-label=Keys><thead><tr><th scope=col>Description<th scope=col>Inactive</tr></thead>
<tr><td><input placeholder="a description" value="mine"></td>
<td><select><option>Yes<option selected>No</select></td></tr>
<tr><td><textarea placeholder="a description"></textarea></td><td>Yes</td></tr></table>"""


def test_a_cell_that_is_a_field_says_what_the_field_holds(gateway: GatewayThread, tmp_path: Path) -> None:
    async def look(page: Page) -> list[dict[str, Any]]:
        columns = ("Description", "Inactive")
        return await read_rows(Screen(page, SCREENS.waits, []), page.get_by_role("table"), columns, "the list")

    rows = [row["texts"] for row in on_a_page(gateway, tmp_path, GRID, look)]
    assert rows == [{"Description": "mine", "Inactive": "No"}, {"Description": "", "Inactive": "Yes"}]


def test_a_field_with_a_placeholder_and_a_native_switch_are_read(gateway: GatewayThread, tmp_path: Path) -> None:
    async def look(page: Page) -> list[object]:
        screen = Screen(page, SCREENS.waits, [])
        fields = [await screen.read_value(page.locator(f"#{name}"), name) for name in ("a", "b", "c", "d")]
        return [*fields, await page.get_by_role("switch").evaluate(READ_SWITCH)]

    content = """<input id=a placeholder=x value=held><input id=b placeholder=x><p id=c>shown</p>
    <select id=d><option value="">Choose<option value=7 selected>Seven</select>
    <input type=checkbox role=switch checked>"""
    assert on_a_page(gateway, tmp_path, content, look) == ["held", "", "shown", "Seven", "true"]


def test_values_that_show_as_placeholders_are_read(serve: Serve, tenant: Tenant) -> None:
    tenant.company.set_sink(kind="ConnectWise", enabled=True, publicKey="A" * 16)
    tenant.company.ask("PUT", "/screens", {"placeholders": True})
    held = serve("umbrella").expect_ok("GET", "/psaIntegration")
    assert (held["kind"], held["publicKey"]) == ("ConnectWise", "A" * 16)
    client = serve()
    wanted = {"settings": [make_row(TICKETS, "All", None, None, None)]}
    assert client.expect_ok("PUT", tenant.settings, wanted)["settings"][0]["addLevel"] == "All"
    made = client.expect_ok("POST", tenant.keys, {"description": "a  key"})
    kept = tenant.company.member()["keys"][0]
    assert (made["publicKey"], made["description"]) == (kept["publicKey"], "a key")
    assert client.expect_ok("PATCH", f"{tenant.keys}/{made['id']}", {"inactive": True})["inactive"] is True


def test_a_hint_of_what_to_type_is_no_value(serve: Serve, company: Company) -> None:
    assert serve("umbrella").expect_ok("GET", "/psaIntegration")["kind"] is None
