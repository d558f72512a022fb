"""Getting to a list through the menu, and from the list to the one record whose id is asked for."""

from __future__ import annotations

from playwright.async_api import Locator

from gateway.browser.dom_tables import read_links, require_whole_list
from gateway.browser.screen import Screen
from gateway.consoles.operation import Operation
from gateway.errors import NotFoundError, OutsideAllowListError, UnknownScreenError
from gateway.screens.element import Element, match_id
from gateway.screens.schema import ConnectWiseScreens, ListRows, MenuPath, Screens


async def navigate(operation: Operation[Screens], path: MenuPath, **values: str) -> None:
    """Go to a screen through the menu and wait until it is whole."""
    screen, heading = operation.screen, path.screen.fill(**values)
    screen.name = f"'{heading.name}'"
    if await screen.is_visible(screen.find(heading, operation.content)):
        await screen.load(operation.console.address)  # else the present content would pass for what is about to come
        await screen.wait_for(operation.screens.inside)
        await screen.wait_until_stable()
    menu = screen.find(operation.screens.menu)
    for entry in await _skip_open_entries(screen, menu, [entry.fill(**values) for entry in path.entries]):
        await screen.press(entry, menu)
    for tab in path.tabs:
        await screen.press(tab.fill(**values), operation.content)
    await screen.wait_for(heading, operation.content)
    await screen.wait_until_stable()


async def _skip_open_entries(screen: Screen, menu: Locator, entries: list[Element]) -> list[Element]:
    """Begin with the innermost entry that is there: a menu that is open already is closed by another press."""
    for index in range(len(entries) - 1, 0, -1):
        if await screen.is_visible(screen.find(entries[index], menu)):
            return entries[index:]
    return entries


async def open_record(
    operation: Operation[ConnectWiseScreens], path: MenuPath, rows: ListRows, number: int, allowed: list[str], kind: str
) -> str:
    """Open the record with this id from its list, if its name is on the allow-list; return the name."""
    await navigate(operation, path)
    screen, content = operation.screen, operation.content
    links = await read_links(screen, content)
    name = next((name for name, address in links if match_id(rows.id, address) == str(number)), None)
    if name is None:
        await require_whole_list(screen, content, operation.screens.more)
        raise NotFoundError(f"{kind} {number} is not on the screen.")
    if name not in allowed:
        raise OutsideAllowListError(
            f"This gateway may not touch the {kind} {number}: its name is not on the allow-list."
        )
    await screen.press(rows.row.fill(name=name), content)
    return name


def check_address(screen: Screen, pattern: str, number: int | str) -> None:
    """Refuse a page that opened for another id than was asked for."""
    if match_id(pattern, screen.address) != str(number):
        raise UnknownScreenError(screen.name, f"its address does not hold the id {number}")
