"""`python -m gateway login <console>`: a window in which a person signs in, for the gateway to go on with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from gateway import identity
from gateway.browser import Chromium, keep, profile_of
from gateway.configuration import Configuration, Console
from gateway.problems import GatewayProblem
from gateway.screen import Screen
from gateway.screens.marks import Screens
from gateway.screens.reading import screens_of

PATIENCE = 900.0  # seconds that a person may take
_POLL = 0.5


class LoginError(Exception):
    """Why nobody is signed in now."""


async def login(whole: Configuration, name: str) -> None:
    """Open the window, wait until the console's menu is there, keep the profile. No token is needed for that."""
    console = whole.consoles[name]
    screens = screens_of(console)
    profile = profile_of(whole.folder, name)
    chromium = Chromium(whole.browser.model_copy(update={"headless": False}))
    try:
        context = await chromium.context(profile)
        await attend(context, console, screens, name, profile)
    except GatewayProblem as problem:
        raise LoginError(str(problem)) from None
    finally:
        await chromium.close()


async def attend(
    context: BrowserContext, console: Console, screens: Screens, name: str, profile: Path, patience: float = PATIENCE
) -> None:
    """Show the console in a window of this profile until somebody has signed in, and to this very console."""
    page = await context.new_page()
    screen = Screen(page, screens.waits, [])
    await screen.go(console.address)
    wrong = ""
    try:
        async with asyncio.timeout(patience):
            while True:
                await screen.find(screens.inside).first.wait_for(timeout=0)
                try:
                    await identity.check(screen, screens.identity, console, name)
                    break
                except GatewayProblem as problem:
                    wrong = f": {problem}"
                    await asyncio.sleep(_POLL)  # they may sign out, and in elsewhere
    except (TimeoutError, PlaywrightError):
        raise LoginError(f"the window was closed, or nobody signed in{wrong}") from None
    await keep(context, profile)
