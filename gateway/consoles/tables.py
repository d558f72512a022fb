"""The "customize" dialogue of Table Setup: which setup tables a role may use."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Locator

from gateway import lists
from gateway.consoles.roles import RoleScreen
from gateway.problems import refused, unknown_screen
from gateway.screens.marks import ConnectWiseScreens, Mark
from gateway.seat import Visit
from providers.console.contract import TABLE_SETUP, Customize


def check_function(name: str) -> None:
    if name != TABLE_SETUP:
        raise refused(f"Only the customize list of {TABLE_SETUP} is served, not that of '{name}'.")


async def read(page: RoleScreen, visit: Visit, screens: ConnectWiseScreens) -> Customize:
    await page.open()
    dialogue = await _open(page, visit, screens)
    allowed = await _labels(visit, screens.tables.allowed, dialogue)
    await visit.screen.press(screens.tables.cancel, dialogue)
    await visit.screen.gone(dialogue, "the dialogue does not close")
    return Customize(function=TABLE_SETUP, allow=allowed)


async def replace(page: RoleScreen, visit: Visit, screens: ConnectWiseScreens, allow: Sequence[str]) -> Customize:
    """Move what differs from list to list, one label at a time, and save."""
    await page.open()
    at, screen = screens.tables, visit.screen
    dialogue = await _open(page, visit, screens)
    allowed = set(await _labels(visit, at.allowed, dialogue))
    denied = set(await _labels(visit, at.denied, dialogue))
    for label in allow:
        if label not in allowed | denied:
            raise refused(f"There is no table '{label}' in {TABLE_SETUP}.")
    if allowed != set(allow):
        await visit.picture("before")
        for label in sorted(set(allow) - allowed):
            await _move(visit, screens, dialogue, label, (at.denied, at.allowed), at.allow)
        for label in sorted(allowed - set(allow)):
            await _move(visit, screens, dialogue, label, (at.allowed, at.denied), at.deny)
        if set(await _labels(visit, at.allowed, dialogue)) != set(allow):
            # An arrow that moves more than what was chosen, or the other way: nothing of it may be saved.
            await screen.press(at.cancel, dialogue)
            await screen.gone(dialogue, "the dialogue does not close")
            raise unknown_screen(screen.name, "the list shows other tables than were moved; nothing was saved")
        trouble = await screen.unsaid(screens.refused, dialogue)
        await screen.press(at.save, dialogue)
        await screen.closed(dialogue, trouble, str(at.save))
        await page.save()
        await page.open()
        dialogue = await _open(page, visit, screens)
        await visit.picture("after")
    kept = await _labels(visit, at.allowed, dialogue)
    await screen.press(at.cancel, dialogue)
    await screen.gone(dialogue, "the dialogue does not close")
    if set(kept) != set(allow):
        raise unknown_screen(screen.name, "the list shows other tables than were saved")
    return Customize(function=TABLE_SETUP, allow=kept)


async def _open(page: RoleScreen, visit: Visit, screens: ConnectWiseScreens) -> Locator:
    at = screens.tables
    row = await page.row(at.module, at.function)
    await visit.screen.press(screens.role.customize, row)
    dialogue = await visit.screen.see(at.dialogue)
    visit.screen.name = f"'{at.dialogue.name}'"
    await visit.screen.settle()
    return dialogue


async def _labels(visit: Visit, mark: Mark, dialogue: Locator) -> list[str]:
    return await lists.options(visit.screen, await visit.screen.see(mark, dialogue), str(mark))


async def _move(
    visit: Visit, screens: ConnectWiseScreens, dialogue: Locator, label: str, ways: tuple[Mark, Mark], arrow: Mark
) -> None:
    source, target = (visit.screen.find(mark, dialogue) for mark in ways)
    await visit.screen.press(screens.tables.table.of(table=label), source)
    await visit.screen.press(arrow, dialogue)
    await visit.screen.see(screens.tables.table.of(table=label), target)
