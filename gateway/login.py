"""`python -m gateway login <console>`: a window in which a person signs in, for the gateway to go on with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from gateway.browser.chromium import Chromium
from gateway.browser.profiles import prepare_profile, save_profile
from gateway.browser.screen import Screen
from gateway.configuration import Configuration, ConsoleSettings
from gateway.consoles.identity import check_identity
from gateway.errors import GatewayError
from gateway.screens.loading import load_screens
from gateway.screens.schema import Screens

_TIMEOUT = 900.0  # seconds that a person may take
_POLL = 0.5


class LoginError(Exception):
    """Why nobody is signed in now."""


async def login(configuration: Configuration, name: str) -> None:
    """Open the window, wait until the console's menu is there, save the profile. No token is needed for that."""
    console = configuration.consoles[name]
    screens = load_screens(console)
    profile = prepare_profile(configuration.folder, name)
    chromium = Chromium(configuration.browser.model_copy(update={"headless": False}))
    try:
        context = await chromium.open_profile(profile)
        await wait_for_sign_in(context, console, screens, configuration.format_login_command(name), profile)
    except GatewayError as error:
        raise LoginError(str(error)) from None
    finally:
        await chromium.close()


async def wait_for_sign_in(
    context: BrowserContext,
    console: ConsoleSettings,
    screens: Screens,
    login_command: str,
    profile: Path,
    timeout: float = _TIMEOUT,
) -> None:
    """Show the console in a window of this profile until somebody has signed in, and to this very console."""
    page = await context.new_page()
    screen = Screen(page, screens.waits, [])
    await screen.load(console.address)
    reason = ""
    try:
        async with asyncio.timeout(timeout):
            while True:
                await screen.find(screens.inside).first.wait_for(timeout=0)
                try:
                    await check_identity(screen, screens.identity, console, login_command)
                    break
                except GatewayError as error:
                    reason = f": {error}"
                    await asyncio.sleep(_POLL)  # they may sign out, and in elsewhere
    except (TimeoutError, PlaywrightError):
        raise LoginError(f"the window was closed, or nobody signed in{reason}") from None
    await save_profile(context, profile)
