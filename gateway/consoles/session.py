"""The session at one console: its profile, its page, its queue, its pictures."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Generic, TypeVar

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError
from pydantic import SecretStr, ValidationError

from gateway.browser.chromium import Chromium
from gateway.browser.evidence import Evidence
from gateway.browser.profiles import make_private_folder, prepare_profile, secure_folder
from gateway.browser.screen import Screen
from gateway.configuration import Configuration, ConsoleSettings
from gateway.consoles.identity import check_identity
from gateway.consoles.operation import Operation, S_co
from gateway.consoles.sign_in import SignInFlow
from gateway.errors import BusyError, GatewayError, SignedOut, UnknownScreenError, UnreachableError
from gateway.idempotency import IdempotencyRecord, IdempotencyStore

T = TypeVar("T")


class ConsoleSession(Generic[S_co]):
    """One console, signed in when it is needed; it does one operation at a time."""

    def __init__(
        self,
        name: str,
        console: ConsoleSettings,
        screens: S_co,
        chromium: Chromium,
        configuration: Configuration,
        token: SecretStr,
    ) -> None:
        self.console = console
        self.screens = screens
        self.token = token
        pictures = make_private_folder(secure_folder(configuration.folder) / "evidence") / name
        self.evidence = Evidence(pictures, configuration.max_pictures)
        self.records = IdempotencyStore()
        self.name = name
        self._profile = prepare_profile(configuration.folder, name)
        self._login_command = configuration.format_login_command(name)
        self._sign_in = SignInFlow(self._login_command, console, screens, self._profile)
        self._chromium = chromium
        self._lock = asyncio.Lock()
        self._queue_seconds = configuration.queue_seconds
        self._operation_seconds = configuration.operation_seconds
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._needs_reload = True  # until an operation has ended well

    async def run(
        self, name: str, act: Callable[[Operation[S_co]], Awaitable[T]], record: IdempotencyRecord | None = None
    ) -> T:
        """Carry an operation out when it is its turn, signed in; once more when the console signed us out.

        Raises:
            GatewayError: it was not carried out, or not certainly.
        """
        async with self._wait_for_turn():
            try:
                async with asyncio.timeout(self._operation_seconds):
                    result = await self._carry_out(name, act, record)
            except TimeoutError:
                raise UnreachableError(f"Not done within {self._operation_seconds:g} s.") from None
            except PlaywrightError:
                raise UnreachableError("The browser failed.") from None
            self._needs_reload = False
            return result

    async def find_obstacle(self, act: Callable[[Operation[S_co]], Awaitable[object]]) -> str | None:
        """Say what keeps the console from being worked at, if anything does.

        Raises:
            BusyError: the console is in use, so nothing is known.
        """
        try:
            await self.run("health", act)
        except BusyError:
            raise
        except GatewayError as error:
            return str(error)
        return None

    async def close(self) -> None:
        """Close the console's page and forget what it had loaded."""
        context, self._context, self._page = self._context, None, None
        if context is not None:
            with suppress(PlaywrightError):  # a browser that has ended has closed it already
                await context.close()

    async def _carry_out(
        self, name: str, act: Callable[[Operation[S_co]], Awaitable[T]], record: IdempotencyRecord | None
    ) -> T:
        for is_last in (False, True):
            operation = await self._start(name)
            try:
                return await act(operation)
            except SignedOut:
                if is_last or (record is not None and record.irreversible):
                    raise UnreachableError("The console signed us out in the middle of the operation.") from None
            except (UnknownScreenError, UnreachableError):
                await operation.take_picture("failed")
                raise
            except ValidationError:
                difference = "a value on it is none that the contract knows"
                raise UnknownScreenError(operation.screen.name, difference) from None
            except PlaywrightError:
                # Its message quotes the page; that an operation failed is all that may be said.
                raise UnreachableError("The browser failed in the middle of the operation.") from None
        raise AssertionError("unreachable")

    async def _start(self, name: str) -> Operation[S_co]:
        if self._sign_in.has_new_profile():
            await self.close()
        page = await self._open_page()
        screen = Screen(page, self.screens.waits, self._sign_in.signed_out_elements)
        reload, self._needs_reload = self._needs_reload, True
        if reload:
            await screen.load(self.console.address)
            self.evidence.resume()
        try:
            has_signed_in = await self._sign_in.ensure_signed_in(screen, page.context)
        except SignedOut:  # somebody signed in at the window meanwhile: start again with that profile
            await self.close()
            return await self._start(name)
        if reload or has_signed_in:  # the page that is open may have gone to its sign-in by itself
            await check_identity(screen, self.screens.identity, self.console, self._login_command)
            await screen.wait_until_stable()
        return Operation(name, self.console, self.screens, screen, page, self.evidence, self.records)

    async def _open_page(self) -> Page:
        if self._page is None or self._page.is_closed() or self._context is None:
            await self.close()
            self._sign_in.note_profile_loaded()
            self._context = await self._chromium.open_profile(self._profile)
            self._page = await self._context.new_page()
            self._needs_reload = True
        return self._page

    @asynccontextmanager
    async def _wait_for_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._queue_seconds):
                await self._lock.acquire()
        except TimeoutError:
            retry_after = math.ceil(self._queue_seconds / 5)
            raise BusyError("The console is busy with other operations.", retry_after=retry_after) from None
        try:
            yield
        finally:
            self._lock.release()
