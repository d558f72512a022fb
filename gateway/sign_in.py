"""Being signed in: with the name and password we have, or by a person at the window; never around a second factor."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import NoReturn

from playwright.async_api import BrowserContext, Locator

from gateway import configuration
from gateway.browser import keep
from gateway.problems import GatewayProblem, SignedOut, person_needed
from gateway.screen import Screen
from gateway.screens.marks import Mark
from gateway.screens.marks import SignIn as SignInScreen
from gateway.sources import SourceError
from gateway.wall import Wall

_POLL = 0.3


class SignIn:
    def __init__(
        self, name: str, console: configuration.Console, screen: SignInScreen, inside: Mark, profile: Path
    ) -> None:
        self._name = name
        self._console = console
        self._at = screen
        self._inside = inside
        self._profile = profile
        self._taken = 0.0  # the profile file's time when the browser took it over
        self.wall = Wall()

    @property
    def marks(self) -> list[Mark]:
        """What shows that nobody is signed in."""
        return [self._at.userName, *self._at.elsewhere]

    def profile_changed(self) -> bool:
        return self._written() != self._taken

    def profile_taken(self) -> None:
        """Only a profile that somebody wrote meanwhile opens the wall: not a browser that was started again."""
        if self.profile_changed():
            self.wall.clear()
        self._taken = self._written()

    async def ensure(self, screen: Screen, context: BrowserContext) -> bool:
        """Be signed in, or say what a person must do first; whether it had to sign in, and is at the address anew.

        Raises SignedOut when the profile was renewed meanwhile.
        """
        screen.name = "sign-in"
        inside = screen.find(self._inside)
        people = [screen.labelled(label) for label in self._at.person]
        others = [screen.find(mark) for mark in self._at.elsewhere]
        user = screen.find(self._at.userName)
        what = f"neither the {self._inside} nor the {self._at.userName}"
        came = await screen.until(inside, *people, *others, user, what=what, inside=False)
        if came == 0:  # also after a sign-in that was slow, or that somebody finished on this page
            self.wall.clear()
            return False
        walled = self.wall.stands()
        if walled is not None:
            await self._wait(walled)
        if came <= len(people):
            await self._park(list(self._at.person.values())[came - 1])
        elif came <= len(people) + len(others):
            await self._park("sign in at the sign-on that the console leads to")
        trouble = await self._type(screen)
        what = f"no {self._inside} after the sign-in"
        came = await screen.until(inside, *people, *others, trouble, what=what, inside=False)
        if came == 0:
            # A sign-in may lead to the account's own default console, which need not be this one.
            await screen.go(self._console.address)
            await screen.until(
                inside, what=f"no {self._inside} at the console's address after the sign-in", inside=False
            )
            self.wall.clear()
            await keep(context, self._profile)
            self.profile_taken()
            return True
        if came <= len(people):
            await self._park(list(self._at.person.values())[came - 1])
        words = await screen.text(trouble.first, "the refusal") if came == len(people) + len(others) + 1 else ""
        await self._park(f"mend the sign-in, the console refused it ({words or 'no reason given'})")

    async def _type(self, screen: Screen) -> Locator:
        """What shows, if anything does, that it was refused."""
        if self._console.userName is None or self._console.password is None:
            await self._park("sign in")
        try:
            user, password = self._console.userName.read(), self._console.password.read()
        except SourceError as problem:
            raise GatewayProblem(423, "person_needed", f"Mend this first: {problem}.", retryable=True) from None
        if self._at.company is not None:
            await screen.type(screen.find(self._at.company), self._console.companyId or "", str(self._at.company))
        await screen.type(screen.find(self._at.userName), user.get_secret_value(), str(self._at.userName))
        field = screen.labelled(self._at.password)
        await screen.type(field, password.get_secret_value(), f"field '{self._at.password}'")
        await screen.settle()  # a captcha may have turned up beside the fields
        for label, what in self._at.person.items():
            if await screen.is_there(screen.labelled(label)):
                await self._park(what)
        found = screen.find(self._at.submit)
        await screen.until(found, what=f"no {self._at.submit}", inside=False)
        trouble = await screen.unsaid(self._at.refused)
        # Before it is pressed: an outcome that is not recognised must not have the password typed again and again.
        self.wall.put_up("look at the sign-in: what came of the last one is not known")
        await screen.click(found, str(self._at.submit))
        return trouble

    async def _park(self, what: str) -> NoReturn:
        self.wall.put_up(what)
        await self._wait(what)

    async def _wait(self, what: str) -> NoReturn:
        """Wait for a person as long as the configuration says; then give up for now."""
        until = time.monotonic() + self._console.park
        while time.monotonic() < until:
            await asyncio.sleep(_POLL)
            if self.profile_changed():
                raise SignedOut
        raise person_needed(f"A person must {what}: run `python -m gateway login {self._name}`, then repeat.")

    def _written(self) -> float:
        try:
            return self._profile.stat().st_mtime_ns / 1e9
        except FileNotFoundError:
            return 0.0
