"""Pressing by the Enter key: on the element that was meant, or on none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from playwright.async_api import Page

from gateway.browser.screen import Screen
from gateway.errors import GatewayError
from gateway.screens.schema import Waits
from tests.console.running import GatewayThread

T = TypeVar("T")
COUNTING = """
<button id="meant" onclick="this.textContent = 'pressed'">meant</button>
<button id="other" onclick="this.textContent = 'pressed'">other</button>
<span id="label">no field</span>
"""
THIEF = "<script>meant.onfocus = () => setTimeout(() => other.focus())</script>"


def test_the_key_presses_what_has_the_focus(gateway: GatewayThread) -> None:
    assert gateway.run(_at(gateway, COUNTING, _pressed)) == ["pressed", "other"]


def test_what_took_the_focus_away_is_never_pressed(gateway: GatewayThread) -> None:
    """The key may come before the thief, and presses what was meant; it never presses the other."""
    assert gateway.run(_at(gateway, COUNTING + THIEF, _pressed))[1] == "other"


def test_what_takes_no_keys_is_named(gateway: GatewayThread) -> None:
    async def act(screen: Screen, page: Page) -> None:
        await screen.press_enter(page.locator("#label"), "option 'All'")

    with pytest.raises(GatewayError, match="the option 'All' takes no keys"):
        gateway.run(_at(gateway, COUNTING, act))


async def _pressed(screen: Screen, page: Page) -> list[str]:
    await screen.press_enter(page.locator("#meant"), "button 'meant'")
    return await page.get_by_role("button").all_inner_texts()


async def _at(gateway: GatewayThread, content: str, act: Callable[[Screen, Page], Awaitable[T]]) -> T:
    """Do something at a page of this content, in a profile of its own."""
    context = await gateway.consoles.chromium.open_profile(gateway.folder / "nobody.json")
    try:
        page = await context.new_page()
        await page.set_content(content)
        return await act(Screen(page, Waits(element=2, save=2, quiet=0.05), []), page)
    finally:
        await context.close()
