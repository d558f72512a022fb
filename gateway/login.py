"""`python -m gateway login <console>`: a window in which a person signs in, for the gateway to go on with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from gateway.browser import Chromium, keep
from gateway.configuration import Configuration
from gateway.house import House
from gateway.problems import GatewayProblem
from gateway.screen import Screen
from gateway.screens.marks import Mark, Waits

PATIENCE = 900.0  # seconds that a person may take


class LoginError(Exception):
    """Why nobody is signed in now."""


async def login(whole: Configuration, name: str) -> None:
    """Open the window, wait until the console's menu is there, keep the profile."""
    console = whole.consoles[name]
    marks = House(whole).marks(name)
    chromium = Chromium(whole.browser.model_copy(update={"headless": False}))
    profile = whole.folder / "profiles" / f"{name}.json"
    try:
        context = await chromium.context(profile)
        await attend(context, console.address, marks, profile)
    except GatewayProblem as problem:
        raise LoginError(str(problem)) from None
    finally:
        await chromium.close()


async def attend(
    context: BrowserContext, address: str, marks: tuple[Mark, Waits], profile: Path, patience: float = PATIENCE
) -> None:
    """Show the console in a window of this profile until somebody has signed in."""
    inside, waits = marks
    page = await context.new_page()
    screen = Screen(page, waits, [])
    await screen.go(address)
    try:
        async with asyncio.timeout(patience):
            await screen.find(inside).first.wait_for(timeout=0)
    except (TimeoutError, PlaywrightError):
        raise LoginError("the window was closed, or nobody signed in") from None
    await keep(context, profile)
