"""A page, seen by roles and accessible names. What is missing is named; what the browser says of it is dropped.

The browser's own errors quote the page, input values included, so none of them leaves this file.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from gateway.problems import GatewayProblem, SignedOut, refused, unknown_screen, unreachable
from gateway.screens.marks import Mark, Waits

# Resolves when nothing is marked as busy and nothing has changed for a while.
_QUIET = """(quiet) => new Promise((done) => {
  let timer;
  const look = () => {
    if (document.querySelector('[aria-busy="true"]')) return arm();
    watch.disconnect();
    return done();
  };
  const arm = () => { clearTimeout(timer); timer = setTimeout(look, quiet); };
  const watch = new MutationObserver(arm);
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  arm();
})"""

# Focuses an element and stops the next key on its way to any other.
_ONLY_HERE = """(one) => {
  const guard = (event) => {
    if (event.composedPath()[0] === one) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  one.focus();
  if (!one.matches(':focus')) return false;
  window.addEventListener('keydown', guard, { capture: true, once: true });
  return true;
}"""

_POLL = 0.03  # seconds


class Screen:
    def __init__(self, page: Page, waits: Waits, signed_out: list[Mark]) -> None:
        self._page = page
        self._waits = waits
        self._signed_out = signed_out
        self.name = "at the start"

    @property
    def patience(self) -> float:
        """Seconds for something that must be there."""
        return self._waits.element

    @property
    def address(self) -> str:
        return self._page.url

    def find(self, mark: Mark, within: Locator | None = None) -> Locator:
        place = within or self._page
        return place.get_by_role(mark.role, name=mark.name, exact=True) if mark.name else place.get_by_role(mark.role)

    def labelled(self, label: str, within: Locator | None = None) -> Locator:
        return (within or self._page).get_by_label(label, exact=True)

    async def until(self, *expected: Locator, what: str, seconds: float | None = None, inside: bool = True) -> int:
        """Wait for the first of several things; which one. Being signed out ends the wait of who is inside."""
        with self.naming(what):
            if await expected[0].first.is_visible():
                return 0
        out = [self.find(mark) for mark in self._signed_out] if inside else []
        every = [*expected, *out]
        either = every[0]
        for one in every[1:]:
            either = either.or_(one)
        with self.naming(what):
            await either.first.wait_for(timeout=1000 * (seconds or self.patience))
            for place, one in enumerate(every):
                if await one.first.is_visible():
                    if place >= len(expected):
                        raise SignedOut
                    return place
        raise unknown_screen(self.name, f"{what} came and went")

    async def see(self, mark: Mark, within: Locator | None = None) -> Locator:
        """Wait until it is there, and is one."""
        found = self.find(mark, within)
        await self.until(found, what=f"no {mark}")
        return found

    async def press(self, mark: Mark, within: Locator | None = None) -> None:
        await self.click(await self.see(mark, within), str(mark))

    async def click(self, found: Locator, what: str) -> None:
        with self.naming(f"the {what} can't be pressed"):
            await found.click(timeout=1000 * self.patience)

    async def enter(self, found: Locator, what: str) -> None:
        """Press it by the Enter key, which need not wait, as a click must, until nothing moves any more.

        The key takes effect on this very element only, wherever the page puts the focus meanwhile.
        """
        with self.naming(f"the {what} can't be pressed"):
            focused = await found.evaluate(_ONLY_HERE, timeout=1000 * self.patience)
            if not focused:
                raise unknown_screen(self.name, f"the {what} takes no keys")
            await self._page.keyboard.press("Enter")

    async def press_link(self, mark: Mark, address: str, within: Locator) -> None:
        """Of several links of one name, the one that leads to this address."""
        found = self.find(mark, within).and_(self._page.locator(f'[href="{address}"]'))
        await self.until(found, what=f"no {mark}")
        await self.click(found, str(mark))

    async def tick(self, found: Locator, on: bool, what: str) -> None:
        await self.until(found, what=f"no {what}")
        with self.naming(f"{what} can't be set"):
            await found.set_checked(on, timeout=1000 * self.patience)

    async def type(self, found: Locator, text: str, what: str) -> None:
        with self.naming(f"nothing can be typed into {what}"):
            await found.fill(text, timeout=1000 * self.patience)

    async def value(self, found: Locator, what: str) -> str:
        await self.until(found, what=f"no {what}")
        with self.naming(f"{what} can't be read"):
            return await found.input_value(timeout=1000 * self.patience)

    async def text(self, found: Locator, what: str) -> str:
        with self.naming(f"{what} can't be read"):
            return (await found.inner_text(timeout=1000 * self.patience)).strip()

    async def attribute(self, found: Locator, name: str, what: str) -> str:
        with self.naming(f"{what} can't be read"):
            return await found.get_attribute(name, timeout=1000 * self.patience) or ""

    async def is_there(self, found: Locator) -> bool:
        with self.naming("the page is gone"):
            return await found.first.is_visible()

    async def turns_up(self, found: Locator, seconds: float) -> bool:
        """Whether it is there within a while."""
        try:
            await self.until(found, what="it does not turn up", seconds=seconds)
        except GatewayProblem as problem:
            if problem.status != 501:
                raise
            return False
        return True

    async def count(self, found: Locator) -> int:
        with self.naming("the page is gone"):
            return await found.count()

    async def settle(self) -> None:
        """Wait until the page has stopped changing: lists and forms turn up piece by piece."""
        try:
            async with asyncio.timeout(self.patience):
                await self._page.evaluate(_QUIET, 1000 * self._waits.quiet)
        except TimeoutError:
            raise unknown_screen(self.name, "it does not stop changing") from None
        except PlaywrightError:
            # The page went elsewhere meanwhile; whoever looks next sees where.
            await asyncio.sleep(self._waits.quiet)

    async def unsaid(self, trouble: Mark, within: Locator | None = None) -> Locator:
        """Alerts that say something else than those that are there now; taken before a press, looked for after it.

        What stood there before, as a notice of maintenance, refuses nothing.
        """
        found = self.find(trouble, within).filter(has_text=re.compile(r"\S"))
        with self.naming("the page is gone"):
            said = await found.all_text_contents()
        for words in set(said):
            same = r"\s+".join(re.escape(word) for word in words.split())
            found = found.filter(has_not_text=re.compile(rf"^\s*{same}\s*$"))
        return found

    async def answer(self, done: Locator, trouble: Locator, missing: str) -> None:
        """Wait for a save's answer: what shows that it was done, or a refusal in the console's words."""
        came = await self.until(done, trouble, what=missing, seconds=self._waits.save)
        if came == 1:
            raise refused(await self.text(trouble.first, "the refusal"))

    def number(self, pattern: str, address: str) -> str | None:
        """The id in an address."""
        found = re.search(pattern, address)
        return found[1] if found else None

    async def go(self, address: str) -> None:
        """Load an address afresh, also when it differs from where we are only behind the `#`."""
        try:
            await self._page.goto("about:blank")
            await self._page.goto(address, timeout=1000 * self._waits.save, wait_until="domcontentloaded")
        except PlaywrightError:
            raise unreachable("The console does not answer at its address.") from None

    async def leave(self) -> None:
        """Have nothing on the page any more."""
        try:
            await self._page.goto("about:blank", timeout=1000 * self.patience)
        except PlaywrightError:
            raise unreachable("The browser does not leave the page.") from None

    async def gone(self, found: Locator, what: str) -> None:
        with self.naming(what):
            await found.wait_for(state="hidden", timeout=1000 * self._waits.save)

    async def saved(self, words: str, trouble: Locator, what: str) -> None:
        """Wait for the success line. Without it the change may be saved all the same."""
        missing = f"no line '{words}' after the {what}; it may have been saved"
        await self.answer(self._page.get_by_role("status").filter(has_text=words), trouble, missing)

    async def closed(self, dialogue: Locator, trouble: Locator, what: str) -> None:
        """Wait until a saved dialogue goes away; one that was refused stays and says why."""
        try:
            async with asyncio.timeout(self._waits.save):
                while await self.is_there(dialogue):
                    if await self.is_there(trouble):
                        raise refused(await self.text(trouble.first, "the refusal"))
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            raise unknown_screen(self.name, f"it does not close after its {what}") from None

    async def key(self, name: str) -> None:
        with self.naming(f"the key {name} does nothing"):
            await self._page.keyboard.press(name)

    @contextmanager
    def naming(self, what: str) -> Iterator[None]:
        """Say what is missing in our own words; the browser's are dropped."""
        try:
            yield
        except PlaywrightTimeout:
            raise unknown_screen(self.name, what) from None
        except PlaywrightError as problem:
            if "strict mode violation" in problem.message:
                raise unknown_screen(
                    self.name, f"more than one thing fits where there should be one ({what})"
                ) from None
            raise unreachable(f"The browser lost the screen {self.name} ({what}).") from None
