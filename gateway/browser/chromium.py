"""The one Chromium of a gateway, with a context of its own for each console's profile."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Playwright, ViewportSize, async_playwright
from playwright.async_api import Error as PlaywrightError

from gateway.browser.profiles import load_profile
from gateway.configuration import BrowserSettings
from gateway.errors import UnreachableError
from providers.console.contract import clean_text

# Chromium's own requests to its vendor: none is needed here, and without internet access each of them fails.
_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
_COMMANDS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_VIEWPORT = ViewportSize(width=1280, height=800)


# What a browser, and the driver that starts it, may need of the environment; nothing else of it is theirs.
_NEEDED = re.compile(
    "PATH|HOME|USER|LOGNAME|SHELL|TZ|LANG|LC_.*|TMPDIR|DISPLAY|XAUTHORITY|WAYLAND_DISPLAY|XDG_.*|DBUS_SESSION_BUS_ADDRESS"
    "|FONTCONFIG_.*|CHROM(E|IUM)_.*|LD_LIBRARY_PATH|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|PLAYWRIGHT_(BROWSERS_PATH|NODEJS_PATH)",
    re.IGNORECASE,
)


class Chromium:
    """Started when first needed, and again after it ended."""

    def __init__(self, settings: BrowserSettings) -> None:
        self._settings = settings
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()

    async def open_profile(self, profile: Path) -> BrowserContext:
        """Open a context of its own, with what the file holds of an earlier sign-in."""
        browser = await self._ensure_started()
        return await browser.new_context(viewport=_VIEWPORT, storage_state=load_profile(profile), locale="en-US")

    async def close(self) -> None:
        """End the browser and its driver."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None

    async def _ensure_started(self) -> Browser:
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                with limit_environment():
                    self._playwright = self._playwright or await async_playwright().start()
                self._browser = await self._launch(self._playwright)
            return self._browser

    async def _launch(self, playwright: Playwright) -> Browser:
        try:
            return await playwright.chromium.launch(
                executable_path=find_executable(self._settings.executable),
                headless=self._settings.headless,
                chromium_sandbox=self._settings.sandbox,
                args=_FLAGS,
            )
        except PlaywrightError as error:
            raise UnreachableError(explain_launch_failure(str(error))) from None


@contextmanager
def limit_environment() -> Iterator[None]:
    """Have what is started meanwhile inherit no more of the environment than a browser needs: no secret is in it."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if not _NEEDED.fullmatch(name)}
    try:
        yield
    finally:
        os.environ.update(taken)


def find_executable(configured: Path | None) -> str | None:
    """Find the configured browser, else the first on PATH, else (None) the one that `playwright install` brought."""
    if configured is not None:
        return str(configured)
    return next((path for path in map(shutil.which, _COMMANDS) if path), None)


def explain_launch_failure(output: str) -> str:
    """Say in one sentence why no browser started, and what to do about it."""
    if "as root" in output:
        return (
            "Chromium's sandbox does not work for root: run the gateway as another user, or set browser.sandbox: false."
        )
    if "sandboxing failed" in output or "No usable sandbox" in output:
        return (
            "Chromium's sandbox does not work here: root may not use it, and others need user namespaces, which Ubuntu "
            "23.10 and later (AppArmor) and many containers forbid. Set browser.executable to a Chrome or Chromium "
            "that has an AppArmor profile, or allow them (sysctl kernel.apparmor_restrict_unprivileged_userns=0), or, "
            "in a container of its own, set browser.sandbox: false."
        )
    if "executable doesn't exist" in output.lower():
        return "There is no Chromium here: run `python -m toolchain.browser`, or set browser.executable."
    if "XServer" in output:
        return "There is no display to open a window on; run this where a window can be opened."
    return f"Chromium did not start: {clean_text(output.partition(chr(10))[0]) or 'no reason given'}"
