"""A list of which only a part is shown: what is not on it is not taken for gone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.async_api import Page

from gateway import lists
from gateway.problems import GatewayProblem
from gateway.screen import Screen
from gateway.screens.marks import ConnectWiseScreens
from gateway.screens.reading import screens as screens_in
from tests.console.serving import Client, Estate, Serving

T = TypeVar("T")
MARKS = screens_in(ConnectWiseScreens, "connectwise", None)
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
def test_a_part_of_a_list_is_refused(gateway: Serving, tmp_path: Path, content: str) -> None:
    async def look(page: Page) -> None:
        screen = Screen(page, MARKS.waits, [])
        await lists.whole(screen, page.locator("main"), MARKS.more)

    with pytest.raises(GatewayProblem, match="the list shows only some of its rows") as caught:
        on_a_page(gateway, tmp_path, content, look)
    assert caught.value.status == 501


@pytest.mark.parametrize("content", WHOLES)
def test_a_whole_list_is_read(gateway: Serving, tmp_path: Path, content: str) -> None:
    async def look(page: Page) -> None:
        await lists.whole(Screen(page, MARKS.waits, []), page.locator("main"), MARKS.more)

    on_a_page(gateway, tmp_path, content, look)


def test_labels_and_levels_of_a_part_are_not_read(gateway: Serving, tmp_path: Path) -> None:
    async def options(page: Page) -> list[str]:
        return await lists.options(Screen(page, MARKS.waits, []), page.get_by_role("listbox"), "list")

    async def table(page: Page) -> lists.Table:
        return await lists.table_of(Screen(page, MARKS.waits, []), page.get_by_role("table"), "table")

    with pytest.raises(GatewayProblem, match="only some"):
        on_a_page(gateway, tmp_path, PARTS[4], options)
    with pytest.raises(GatewayProblem, match="only some"):
        on_a_page(gateway, tmp_path, PARTS[0], table)


def test_a_key_that_is_out_of_sight_is_not_taken_for_deleted(
    gateway: Serving, serve: Callable[..., Client], estate: Estate
) -> None:
    client = serve()
    made = [client.done("POST", estate.keys, {"description": f"key {number}"})["id"] for number in range(2)]
    seat = gateway.house.seat("connectwise", client.name)
    assert seat is not None and seat._page is not None
    page = seat._page
    gateway.run(page.add_init_script(VIRTUAL))
    gateway.run(page.reload())
    status, code, message = client.refused("DELETE", f"{estate.keys}/{made[1]}")
    assert (status, code) == (501, "unknown_screen")
    assert "'API Keys' does not look as expected: the list shows only some of its rows" in message
    assert client.refused("GET", estate.keys)[0] == 501
    assert [key["id"] for key in estate.company.member()["keys"]] == made


# Makes a virtual list of the client's: the rows after the first are out of sight and not in the page.
VIRTUAL = """new MutationObserver(() => {
  for (const table of document.querySelectorAll('table[aria-label="API Keys"]:not([aria-rowcount])')) {
    const rows = [...table.querySelectorAll('tr')];
    table.setAttribute('aria-rowcount', rows.length);
    rows.slice(2).forEach((row) => row.remove());
  }
}).observe(document, { subtree: true, childList: true });"""


def on_a_page(gateway: Serving, folder: Path, content: str, look: Callable[[Page], Coroutine[Any, Any, T]]) -> T:
    async def work() -> T:
        context = await gateway.house.chromium.context(folder / "no profile.json")
        try:
            page = await context.new_page()
            await page.set_content(f"<main>{content}</main>")
            return await look(page)
        finally:
            await context.close()

    return gateway.run(work())
