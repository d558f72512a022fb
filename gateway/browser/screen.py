"""A console's screen: its elements by role and accessible name. What is missing is named in our own words.

The browser's own errors quote the page, input values included, so none of them leaves this file.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from gateway.browser.scripts import FOCUS_ALONE, LIST_CHOICES, READ_VALUE, WAIT_UNTIL_QUIET
from gateway.errors import RefusedError, SignedOut, UnknownScreenError, UnreachableError
from gateway.screens.element import Element
from gateway.screens.schema import Waits

_POLL = 0.03  # seconds


class Screen:
    """One page of a console; `signed_out` is what shows that nobody is signed in."""

    def __init__(self, page: Page, waits: Waits, signed_out: list[Element]) -> None:
        self._page = page
        self._waits = waits
        self._signed_out = signed_out
        self.name = "at the start"

    @property
    def timeout(self) -> float:
        """Seconds until something that must be there is there."""
        return self._waits.element

    @property
    def address(self) -> str:
        """The address that the page is at now."""
        return self._page.url

    def find(self, element: Element, within: Locator | None = None, hidden: bool = False) -> Locator:
        """Point at an element by its role and accessible name; it need not be there, nor be seen when `hidden`."""
        name = element.name or None
        return (within or self._page).get_by_role(element.role, name=name, exact=True, include_hidden=hidden)

    def find_by_label(self, label: str, within: Locator | None = None) -> Locator:
        """Point at a field by its label: password fields have no role."""
        return (within or self._page).get_by_label(label, exact=True)

    async def wait_for_any(
        self, *expected: Locator, missing: str, seconds: float | None = None, signed_in: bool = True
    ) -> int:
        """Wait for the first of several; return which one.

        Raises:
            SignedOut: the sign-in page came instead, where somebody was `signed_in`.
            UnknownScreenError: none came; `missing` says what.
        """
        with self.translate_errors(missing):
            if await expected[0].first.is_visible():
                return 0
        signed_out = [self.find(element) for element in self._signed_out] if signed_in else []
        candidates = [*expected, *signed_out]
        with self.translate_errors(missing):
            await reduce(Locator.or_, candidates).first.wait_for(timeout=1000 * (seconds or self.timeout))
            for index, locator in enumerate(candidates):
                if await locator.first.is_visible():
                    if index >= len(expected):
                        raise SignedOut
                    return index
        raise UnknownScreenError(self.name, f"{missing}: it came and went")

    async def wait_for(self, element: Element, within: Locator | None = None) -> Locator:
        """Wait until it is there."""
        locator = self.find(element, within)
        await self.wait_for_any(locator, missing=f"no {element}")
        return locator

    async def press(self, element: Element, within: Locator | None = None) -> None:
        """Wait for an element and click it."""
        await self.click(await self.wait_for(element, within), str(element))

    async def click(self, locator: Locator, name: str) -> None:
        """Click what was found; `name` is what an error calls it, here and below."""
        with self.translate_errors(f"the {name} can't be pressed"):
            await locator.click(timeout=1000 * self.timeout)

    async def press_enter(self, locator: Locator, name: str) -> None:
        """Press it by the Enter key, which need not wait, as a click must, until nothing moves any more.

        The key takes effect on this very element only, wherever the page puts the focus meanwhile.
        """
        with self.translate_errors(f"the {name} can't be pressed"):
            focused = await locator.evaluate(FOCUS_ALONE, timeout=1000 * self.timeout)
            if not focused:
                raise UnknownScreenError(self.name, f"the {name} takes no keys")
            await self._page.keyboard.press("Enter")

    async def press_link(self, element: Element, address: str, within: Locator) -> None:
        """Press the one link of several of this name that leads to this address."""
        locator = self.find(element, within).and_(self._page.locator(f'[href="{address}"]'))
        await self.wait_for_any(locator, missing=f"no {element}")
        await self.click(locator, str(element))

    async def set_checked(self, locator: Locator, checked: bool, name: str) -> None:
        """Set or clear a checkbox."""
        await self.wait_for_any(locator, missing=f"no {name}")
        with self.translate_errors(f"{name} can't be set"):
            await locator.set_checked(checked, timeout=1000 * self.timeout)

    async def type_text(self, locator: Locator, text: str, name: str) -> None:
        """Type into a field, in place of what is in it."""
        with self.translate_errors(f"nothing can be typed into {name}"):
            await locator.fill(text, timeout=1000 * self.timeout)

    async def read_value(
        self, locator: Locator, name: str, hidden: bool = False, fits: Callable[[str], bool] | None = None
    ) -> str:
        """Read what a field holds; where that is nothing, its placeholder if it `fits`: some clients show values so."""
        if not hidden:
            await self.wait_for_any(locator, missing=f"no {name}")
        with self.translate_errors(f"{name} can't be read"):
            value, placeholder = await locator.evaluate(READ_VALUE, timeout=1000 * self.timeout)
        return str(value or (placeholder if fits and fits(placeholder) else ""))

    async def choose(self, locator: Locator, word: str, name: str) -> bool | None:
        """Choose from a native drop-down; False where it has no such word, None where it is none."""
        with self.translate_errors(f"{word} can't be chosen in the {name}"):
            choices = await locator.evaluate(LIST_CHOICES, timeout=1000 * self.timeout)
            if choices and word in choices:
                await locator.select_option(label=word, timeout=1000 * self.timeout)
            return None if choices is None else word in choices

    async def read_text(self, locator: Locator, name: str) -> str:
        """Read the text that an element shows."""
        with self.translate_errors(f"{name} can't be read"):
            return (await locator.inner_text(timeout=1000 * self.timeout)).strip()

    async def is_visible(self, locator: Locator) -> bool:
        """Tell whether it is there now."""
        with self.translate_errors("the page is gone"):
            return await locator.first.is_visible()

    async def appears_within(self, locator: Locator, seconds: float) -> bool:
        """Tell whether it appears in so many seconds."""
        try:
            await self.wait_for_any(locator, missing="it does not appear", seconds=seconds)
        except UnknownScreenError:
            return False
        return True

    async def count(self, locator: Locator) -> int:
        """Count what is there of it, seen or not."""
        with self.translate_errors("the page is gone"):
            return await locator.count()

    async def wait_until_stable(self) -> None:
        """Wait until the page has stopped changing: lists and forms appear piece by piece."""
        try:
            async with asyncio.timeout(self.timeout):
                await self._page.evaluate(WAIT_UNTIL_QUIET, 1000 * self._waits.quiet)
        except TimeoutError:
            raise UnknownScreenError(self.name, "it does not stop changing") from None
        except PlaywrightError:
            # The page navigated meanwhile; what is looked for next shows where to.
            await asyncio.sleep(self._waits.quiet)

    async def find_new_alerts(self, alert: Element, within: Locator | None = None) -> Locator:
        """Find alerts that say something else than those that are there now; made before a press, awaited after it.

        What stood there before, as a notice of maintenance, refuses nothing, even when its numbers count down.
        """
        locator = self.find(alert, within).filter(has_text=re.compile(r"\S"))
        with self.translate_errors("the page is gone"):
            texts = await locator.all_text_contents()
        for text in set(texts):
            words = (re.sub(r"\d+", r"\\d+", re.sub(r"s\b", "s?", re.escape(word))) for word in text.split())
            pattern = r"\s+".join(words)
            locator = locator.filter(has_not_text=re.compile(rf"^\s*{pattern}\s*$"))
        return locator

    async def wait_for_answer(self, success: Locator, alerts: Locator, missing: str) -> None:
        """Wait for what shows that a save succeeded.

        Raises:
            RefusedError: the console refused it, in its own words.
        """
        answer = await self.wait_for_any(success, alerts, missing=missing, seconds=self._waits.save)
        if answer == 1:
            raise RefusedError(await self.read_text(alerts.first, "the refusal"))

    async def wait_for_saved(self, line: str, alerts: Locator, name: str) -> None:
        """Wait for the success line. Without it the change may be saved all the same."""
        missing = f"no line '{line}' after the {name}; it may have been saved"
        await self.wait_for_answer(self._page.get_by_role("status").filter(has_text=line), alerts, missing)

    async def wait_until_hidden(self, locator: Locator, missing: str) -> None:
        """Wait until it is gone, as after a save."""
        with self.translate_errors(missing):
            await locator.wait_for(state="hidden", timeout=1000 * self._waits.save)

    async def wait_until_closed(self, dialogue: Locator, alerts: Locator, name: str) -> None:
        """Wait until a saved dialogue goes away; one that was refused stays and says why."""
        try:
            async with asyncio.timeout(self._waits.save):
                while await self.is_visible(dialogue):
                    if await self.is_visible(alerts):
                        raise RefusedError(await self.read_text(alerts.first, "the refusal"))
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            raise UnknownScreenError(self.name, f"it does not close after its {name}") from None

    async def load(self, address: str) -> None:
        """Load an address from its server, also when it differs from the present one only behind the `#`."""
        try:
            await self._page.goto("about:blank")
            await self._page.goto(address, timeout=1000 * self._waits.save, wait_until="domcontentloaded")
        except PlaywrightError:
            raise UnreachableError("The console does not answer at its address.") from None

    async def leave(self) -> None:
        """Have nothing on the page any more."""
        try:
            await self._page.goto("about:blank", timeout=1000 * self.timeout)
        except PlaywrightError:
            raise UnreachableError("The browser does not leave the page.") from None

    @contextmanager
    def translate_errors(self, missing: str) -> Iterator[None]:
        """Say what is missing in our own words; the browser's are dropped."""
        try:
            yield
        except PlaywrightTimeout:
            raise UnknownScreenError(self.name, missing) from None
        except PlaywrightError as error:
            if "strict mode violation" in error.message:
                difference = f"more than one thing fits where there should be one ({missing})"
                raise UnknownScreenError(self.name, difference) from None
            raise UnreachableError(f"The browser lost the screen {self.name} ({missing}).") from None
