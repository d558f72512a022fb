"""Getting to a list through the menu, and from the list to the one record whose id is asked for."""

from __future__ import annotations

from playwright.async_api import Locator

from gateway import lists
from gateway.problems import not_found, outside_allow_list, unknown_screen
from gateway.screens.marks import ConnectWiseScreens, Mark, Menu, Rows, Screens
from gateway.seat import Visit


def content(visit: Visit, screens: Screens) -> Locator:
    return visit.screen.find(screens.content)


async def travel(visit: Visit, screens: Screens, menu: Menu, **values: str) -> None:
    """Go to a screen through the menu and wait until it is whole."""
    screen, arrived = visit.screen, menu.screen.of(**values)
    screen.name = f"'{arrived.name}'"
    place = content(visit, screens)
    if await screen.is_there(screen.find(arrived, place)):
        await screen.go(visit.home)  # else what stands there now would pass for what is about to come
        await screen.see(screens.inside)
        await screen.settle()
    frame = screen.find(screens.menu)
    for entry in await _left_to_press(visit, frame, [entry.of(**values) for entry in menu.entries]):
        await screen.press(entry, frame)
    for tab in menu.tabs:
        await screen.press(tab.of(**values), place)
    await screen.see(arrived, place)
    await screen.settle()


async def _left_to_press(visit: Visit, frame: Locator, entries: list[Mark]) -> list[Mark]:
    """A menu that is open already is closed by another press: begin with the innermost entry that is there."""
    for place in range(len(entries) - 1, 0, -1):
        if await visit.screen.is_there(visit.screen.find(entries[place], frame)):
            return entries[place:]
    return entries


async def open_record(
    visit: Visit, screens: ConnectWiseScreens, menu: Menu, rows: Rows, number: int, allowed: list[str], kind: str
) -> str:
    """Open the record with this id from its list, if its name may be touched; the name."""
    await travel(visit, screens, menu)
    screen, place = visit.screen, content(visit, screens)
    found = [
        name for name, address in await lists.links(screen, place) if screen.number(rows.id, address) == str(number)
    ]
    if not found:
        await lists.whole(screen, place, screens.more)
        raise not_found(f"{kind} {number}")
    name = found[0]
    if name not in allowed:
        raise outside_allow_list(f"the {kind} {number}: its name is not on the allow-list")
    await screen.press(rows.row.of(name=name), place)
    return name


def check_address(visit: Visit, pattern: str, number: int | str) -> None:
    """The page that opened is the one whose id was asked for."""
    if visit.screen.number(pattern, visit.screen.address) != str(number):
        raise unknown_screen(visit.screen.name, f"its address does not hold the id {number}")
