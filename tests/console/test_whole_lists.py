"""A list of which only a part is shown: what is not on it is not taken for gone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.async_api import Page

from gateway.browser.dom_tables import Table, read_options, read_table, require_whole_list
from gateway.browser.screen import Screen
from gateway.errors import GatewayError
from gateway.screens.loading import merge_screens
from gateway.screens.schema import ConnectWiseScreens
from tests.console.running import GatewayThread, Serve, Tenant

T = TypeVar("T")
SCREENS = merge_screens(ConnectWiseScreens, "connectwise", None)
ROWS = "<tr><th scope=col>Description</th></tr><tr><td>one</td></tr>"
PARTS = [
    f"<table aria-rowcount=3>{ROWS}</table>",
    f"<table aria-rowcount=-1>{ROWS}</table>",
    "<div role=treegrid aria-rowcount=2><div role=row>one</div></div>",
    f"<table>{ROWS}</table><button>Next page</button>",
    "<ul role=listbox><li role=option aria-setsize=2 aria-posinset=1>one</ul>",
]
WHOLES = [
    f"<table>{ROWS}</table>",
    f"<table aria-rowcount=2>{ROWS}</table>",
    f"<table>{ROWS}</table><button disabled>Next page</button>",
    f"<table>{ROWS}</table><button aria-disabled=true>Next page</button>",
    f"<table>{ROWS}</table><button hidden>Next page</button>",
    "<ul role=listbox><li role=option aria-setsize=1 aria-posinset=1>one</ul>",
    "<ul role=listbox></ul>",
]


@pytest.mark.parametrize("content", PARTS)
def test_a_part_of_a_list_is_refused(gateway: GatewayThread, tmp_path: Path, content: str) -> None:
    async def look(page: Page) -> None:
        screen = Screen(page, SCREENS.waits, [])
        await require_whole_list(screen, page.locator("main"), SCREENS.more)

    with pytest.raises(GatewayError, match="the list shows only some of its rows") as caught:
        on_a_page(gateway, tmp_path, content, look)
    assert caught.value.status == 501


@pytest.mark.parametrize("content", WHOLES)
def test_a_whole_list_is_read(gateway: GatewayThread, tmp_path: Path, content: str) -> None:
    async def look(page: Page) -> None:
        await require_whole_list(Screen(page, SCREENS.waits, []), page.locator("main"), SCREENS.more)

    on_a_page(gateway, tmp_path, content, look)


def test_labels_and_levels_of_a_part_are_not_read(gateway: GatewayThread, tmp_path: Path) -> None:
    async def options(page: Page) -> list[str]:
        return await read_options(Screen(page, SCREENS.waits, []), page.get_by_role("listbox"), "list")

    async def table(page: Page) -> Table:
        return await read_table(Screen(page, SCREENS.waits, []), page.get_by_role("table"), "table")

    with pytest.raises(GatewayError, match="only some"):
        on_a_page(gateway, tmp_path, PARTS[4], options)
    with pytest.raises(GatewayError, match="only some"):
        on_a_page(gateway, tmp_path, PARTS[0], table)


def test_a_key_that_is_out_of_sight_is_not_taken_for_deleted(
    gateway: GatewayThread, serve: Serve, tenant: Tenant
) -> None:
    client = serve()
    made = [client.expect_ok("POST", tenant.keys, {"description": f"key {number}"})["id"] for number in range(2)]
    session = gateway.get_session(client)
    assert session._page is not None
    page = session._page
    gateway.run(page.add_init_script(VIRTUAL))
    gateway.run(page.reload())
    status, code, message = client.expect_error("DELETE", f"{tenant.keys}/{made[1]}")
    assert (status, code) == (501, "unknown_screen")
    assert "'API Keys' does not look as expected: the list shows only some of its rows" in message
    assert client.expect_error("GET", tenant.keys)[0] == 501
    assert [key["id"] for key in tenant.company.member()["keys"]] == made


# Makes a virtual list of the client's: the rows after the first are out of sight and not in the page.
VIRTUAL = """new MutationObserver(() => {
  for (const table of document.querySelectorAll('table[aria-label="API Keys"]:not([aria-rowcount])')) {
    const rows = [...table.querySelectorAll('tr')];
    table.setAttribute('aria-rowcount', rows.length);
    rows.slice(2).forEach((row) => row.remove());
  }
}).observe(document, { subtree: true, childList: true });"""


def on_a_page(gateway: GatewayThread, folder: Path, content: str, look: Callable[[Page], Coroutine[Any, Any, T]]) -> T:
    async def work() -> T:
        context = await gateway.consoles.chromium.open_profile(folder / "no profile.json")
        try:
            page = await context.new_page()
            await page.set_content(f"<main>{content}</main>")
            return await look(page)
        finally:
            await context.close()

    return gateway.run(work())
