"""One console and the place before it: its profile, its page, its turn, its pictures."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError
from pydantic import ValidationError

from gateway import identity
from gateway.browser import Chromium, own_folder, private_folder, profile_of
from gateway.configuration import Configuration, Console
from gateway.evidence import Evidence, Moment
from gateway.idempotency import IdempotencyStore, Record
from gateway.problems import GatewayProblem, SignedOut, busy, unknown_screen, unreachable
from gateway.screen import Screen
from gateway.screens.marks import Screens
from gateway.sign_in import SignIn

T = TypeVar("T")


@dataclass
class Visit:
    """One operation at a console that is signed in."""

    screen: Screen
    page: Page
    evidence: Evidence
    operation: str
    home: str

    async def picture(self, moment: Moment) -> None:
        await self.evidence.take(self.page, self.operation, moment)


class Seat:
    def __init__(self, name: str, console: Console, screens: Screens, chromium: Chromium, whole: Configuration) -> None:
        self.name = name
        self.console = console
        self.token = console.token.read()
        self.evidence = Evidence(private_folder(own_folder(whole.folder) / "evidence") / name, whole.pictures)
        self.records = IdempotencyStore()
        profile = profile_of(whole.folder, name)
        self._signing = SignIn(name, console, screens.signIn, screens.inside, profile)
        self._screens = screens
        self._chromium = chromium
        self._turn = asyncio.Lock()
        self._whole = whole
        self._profile = profile
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._astray = True  # whether the page must be loaded afresh

    async def run(self, operation: str, act: Callable[[Visit], Awaitable[T]], record: Record | None = None) -> T:
        """Carry an operation out when it is its turn, signed in; once more when the console signed us out."""
        async with self._my_turn():
            try:
                async with asyncio.timeout(self._whole.operationSeconds):
                    return await self._carried_out(operation, act, record)
            except TimeoutError:
                self._astray = True
                raise unreachable(f"Not done within {self._whole.operationSeconds:g} s.") from None
            except GatewayProblem:
                self._astray = True
                raise
            except PlaywrightError:
                self._astray = True
                raise unreachable("The browser failed.") from None

    async def close(self) -> None:
        context, self._context, self._page = self._context, None, None
        if context is not None:
            with suppress(PlaywrightError):  # a browser that has ended has closed it already
                await context.close()

    async def _carried_out(self, operation: str, act: Callable[[Visit], Awaitable[T]], record: Record | None) -> T:
        for last in (False, True):
            visit = await self._inside(operation)
            try:
                return await act(visit)
            except SignedOut:
                self._astray = True
                if last or (record is not None and record.acting):
                    raise unreachable("The console signed us out in the middle of the operation.") from None
            except GatewayProblem as problem:
                if problem.status in (501, 503):
                    await visit.picture("failed")
                raise
            except ValidationError:
                what = "a value on it is none that the contract knows"
                raise unknown_screen(visit.screen.name, what) from None
            except PlaywrightError:
                # Its words quote the page; that an operation failed is all that may be told.
                raise unreachable("The browser failed in the middle of the operation.") from None
        raise AssertionError("unreachable")

    async def _inside(self, operation: str) -> Visit:
        if self._signing.profile_changed():
            await self.close()
        page = await self._open_page()
        screen = Screen(page, self._screens.waits, self._signing.marks)
        afresh, self._astray = self._astray, True
        if afresh:
            await screen.go(self.console.address)
            self.evidence.speak()
        try:
            signed_in = await self._signing.ensure(screen, page.context)
        except SignedOut:  # somebody signed in at the window meanwhile: start anew with that profile
            await self.close()
            return await self._inside(operation)
        if afresh or signed_in:  # the page that is open may have gone to its sign-in by itself
            await identity.check(screen, self._screens.identity, self.console, self.name)
            await screen.settle()
        self._astray = False
        return Visit(screen, page, self.evidence, operation, self.console.address)

    async def _open_page(self) -> Page:
        if self._page is None or self._page.is_closed() or self._context is None:
            await self.close()
            self._signing.profile_taken()
            self._context = await self._chromium.context(self._profile)
            self._page = await self._context.new_page()
            self._astray = True
        return self._page

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._whole.queueSeconds):
                await self._turn.acquire()
        except TimeoutError:
            raise busy(math.ceil(self._whole.queueSeconds / 5)) from None
        try:
            yield
        finally:
            self._turn.release()
