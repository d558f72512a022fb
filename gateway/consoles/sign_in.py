"""Signing in with the configured credentials, or by a person at the window; never around a second factor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from playwright.async_api import BrowserContext, Locator

from gateway.browser.profiles import read_modified_time, save_profile
from gateway.browser.screen import Screen
from gateway.configuration import ConsoleSettings
from gateway.credentials import CredentialError
from gateway.errors import PersonNeededError, SignedOut
from gateway.screens.element import Element
from gateway.screens.schema import Screens
from providers.console.contract import clean_text

COOLDOWN = 600.0  # seconds
_POLL = 0.3


class SignInCooldown:
    """How long no sign-in is tried again that a person must finish: each would send a code, or lock the account.

    Args:
        now: tells the seconds of a clock that never goes back; a test has one of its own.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._action: str | None = None
        self._until = 0.0

    def get_action(self) -> str | None:
        """Return what a person must do, as long as no sign-in is to be tried again."""
        return self._action if self._now() < self._until else None

    def start(self, action: str) -> None:
        """Begin the whole time again, also for the same action: the account was asked for another time."""
        self._action, self._until = action, self._now() + COOLDOWN

    def clear(self) -> None:
        """Let the next sign-in be tried at once."""
        self._action, self._until = None, 0.0


class SignInFlow:
    """The sign-in of one console, and the cooldown after one that only a person can finish."""

    def __init__(self, login_command: str, console: ConsoleSettings, screens: Screens, profile: Path) -> None:
        self._login_command = login_command
        self._console = console
        self._labels = screens.sign_in
        self._inside = screens.inside
        self._profile = profile
        self._loaded = 0  # the profile file's time when the browser loaded it
        self.cooldown = SignInCooldown()

    @property
    def signed_out_elements(self) -> list[Element]:
        """What shows that nobody is signed in."""
        return [self._labels.user_name, *self._labels.elsewhere]

    def has_new_profile(self) -> bool:
        """Tell whether somebody wrote another profile than the browser has."""
        return read_modified_time(self._profile) != self._loaded

    def note_profile_loaded(self) -> None:
        """Remember which profile the browser has.

        Only a profile that somebody wrote meanwhile ends the cooldown: not a browser that was started again.
        """
        if self.has_new_profile():
            self.cooldown.clear()
        self._loaded = read_modified_time(self._profile)

    async def ensure_signed_in(self, screen: Screen, context: BrowserContext) -> bool:
        """Sign in unless somebody is; return whether that was needed, and the console's address loaded again.

        Raises:
            PersonNeededError: a person must do something first.
            SignedOut: the profile was renewed meanwhile.
        """
        screen.name = "sign-in"
        inside = screen.find(self._inside)
        persons = [screen.find_by_label(label) for label in self._labels.person]
        others = [screen.find(element) for element in self._labels.elsewhere]
        user = screen.find(self._labels.user_name)
        missing = f"neither the {self._inside} nor the {self._labels.user_name}"
        index = await screen.wait_for_any(inside, *persons, *others, user, missing=missing, signed_in=False)
        if index == 0:  # also after a sign-in that was slow, or that somebody finished on this page
            self.cooldown.clear()
            return False
        action = self.cooldown.get_action()
        if action is not None:
            await self._wait_for_person(action)
        await self._require_person(index, "sign in at the sign-on that the console leads to")
        alerts = await self._submit(screen)
        missing = f"no {self._inside} after the sign-in"
        index = await screen.wait_for_any(inside, *persons, *others, alerts, missing=missing, signed_in=False)
        if index == 0:
            # A sign-in may lead to the account's own default console, which need not be this one.
            await screen.load(self._console.address)
            missing = f"no {self._inside} at the console's address after the sign-in"
            await screen.wait_for_any(inside, missing=missing, signed_in=False)
            self.cooldown.clear()
            await save_profile(context, self._profile)
            self.note_profile_loaded()
            return True
        await self._require_person(index, "correct the sign-in, the console refused it (no reason given)")
        reason = clean_text(await screen.read_text(alerts.first, "the refusal"))
        await self._start_cooldown(f"correct the sign-in, the console refused it ({reason or 'no reason given'})")

    async def _require_person(self, index: int, elsewhere: str) -> None:
        """Wait for a person when what came is something that only a person can serve, or another sign-on."""
        actions = list(self._labels.person.values()) + [elsewhere] * len(self._labels.elsewhere)
        if index <= len(actions):
            await self._start_cooldown(actions[index - 1])

    async def _submit(self, screen: Screen) -> Locator:
        """Type the credentials and submit them; return the alerts that show, if any does, that they were refused."""
        labels = self._labels
        if self._console.user_name is None or self._console.password is None:
            await self._start_cooldown("sign in")
        try:
            user, password = self._console.user_name.read(), self._console.password.read()
        except CredentialError as error:
            raise PersonNeededError(f"Correct this first: {error}.") from None
        if labels.company is not None:
            await screen.type_text(screen.find(labels.company), self._console.company_id or "", str(labels.company))
        await screen.type_text(screen.find(labels.user_name), user.get_secret_value(), str(labels.user_name))
        field = screen.find_by_label(labels.password)
        await screen.type_text(field, password.get_secret_value(), f"field '{labels.password}'")
        await screen.wait_until_stable()  # a captcha may have appeared beside the fields
        for label, action in labels.person.items():
            if await screen.is_visible(screen.find_by_label(label)):
                await self._start_cooldown(action)
        button = screen.find(labels.submit)
        await screen.wait_for_any(button, missing=f"no {labels.submit}", signed_in=False)
        alerts = await screen.find_new_alerts(labels.refused)
        # Before it is pressed: an outcome that is not recognised must not have the password typed again and again.
        self.cooldown.start("check the sign-in: the outcome of the last one is not known")
        await screen.click(button, str(labels.submit))
        return alerts

    async def _start_cooldown(self, action: str) -> NoReturn:
        self.cooldown.start(action)
        await self._wait_for_person(action)

    async def _wait_for_person(self, action: str) -> NoReturn:
        """Wait for a person as long as the configuration says; then give up for now."""
        until = time.monotonic() + self._console.wait_seconds
        while time.monotonic() < until:
            await asyncio.sleep(_POLL)
            if self.has_new_profile():
                raise SignedOut
        raise PersonNeededError(f"A person must {action}: run `{self._login_command}`, then repeat.")
