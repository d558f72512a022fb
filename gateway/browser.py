"""The one Chromium of a gateway, and a profile for each console in it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from gateway import configuration
from gateway.problems import unreachable

# Chromium's own calls home: none is needed here, and where there is no way out each of them is a refused connection.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
_COMMANDS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_OURS = {"evidence", "profiles"}
WINDOW = {"width": 1280, "height": 800}


class Chromium:
    """Started when first needed, and again after it ended."""

    def __init__(self, wanted: configuration.Browser) -> None:
        self._wanted = wanted
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()

    async def context(self, profile: Path) -> BrowserContext:
        """A profile of its own, with what the file holds of an earlier sign-in."""
        browser = await self._started()
        state = _read(profile)
        return await browser.new_context(
            viewport={"width": WINDOW["width"], "height": WINDOW["height"]}, storage_state=state, locale="en-US"
        )

    async def close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None

    async def _started(self) -> Browser:
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                self._playwright = self._playwright or await async_playwright().start()
                self._browser = await self._launch(self._playwright)
            return self._browser

    async def _launch(self, playwright: Playwright) -> Browser:
        try:
            return await playwright.chromium.launch(
                executable_path=executable(self._wanted.executable),
                headless=self._wanted.headless,
                chromium_sandbox=self._wanted.sandbox,
                args=list(_QUIET),
            )
        except PlaywrightError as problem:
            raise unreachable(why_not(str(problem))) from None


def executable(wanted: Path | None) -> str | None:
    """The configured browser, else the first on PATH, else (None) the one that `playwright install` brought."""
    if wanted is not None:
        return str(wanted)
    return next((found for found in map(shutil.which, _COMMANDS) if found), None)


def why_not(words: str) -> str:
    """Why no browser started, in one sentence."""
    if "as root" in words:
        return (
            "Chromium's sandbox does not work for root: run the gateway as another user, or set browser.sandbox: false."
        )
    if "sandboxing failed" in words or "No usable sandbox" in words:
        return (
            "Chromium's sandbox does not work here: root may not use it, and others need user namespaces, which Ubuntu "
            "23.10 and later (AppArmor) and many containers forbid. Set browser.executable to a Chrome or Chromium "
            "that has an AppArmor profile, or allow them (sysctl kernel.apparmor_restrict_unprivileged_userns=0), or, "
            "in a container of its own, set browser.sandbox: false."
        )
    if "executable doesn't exist" in words.lower():
        return "There is no Chromium here: run `python -m toolchain.browser`, or set browser.executable."
    if "XServer" in words:
        return "There is no display to open a window on; run this where a window can be opened."
    return f"Chromium did not start: {words.splitlines()[0] if words else 'no reason given'}"


def private_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def own_folder(folder: Path) -> Path:
    """The gateway's own: nobody else may look inside. One that holds other things is not closed to others unasked."""
    if folder.is_dir() and folder.stat().st_mode & 0o077 and {one.name for one in folder.iterdir()} - _OURS:
        raise configuration.ConfigurationError(
            f"folder: others may look into {folder}, and it holds other things too; name another, or chmod 700 it"
        )
    return private_folder(folder)


def profile_of(folder: Path, name: str) -> Path:
    """Where a console's cookies and local storage are kept."""
    return private_folder(own_folder(folder) / "profiles") / f"{name}.json"


async def keep(context: BrowserContext, profile: Path) -> None:
    """Write down what the next start needs to be signed in still; only its owner may read it."""
    state = await context.storage_state()
    fresh = profile.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(fresh, profile)


def _read(profile: Path) -> Any:
    try:
        return json.loads(profile.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
