"""One operation at a console that is signed in: what its page objects work with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from playwright.async_api import Locator, Page

from gateway.browser.evidence import Evidence, Moment
from gateway.browser.screen import Screen
from gateway.configuration import ConsoleSettings
from gateway.idempotency import IdempotencyStore
from gateway.screens.schema import Screens

S_co = TypeVar("S_co", bound=Screens, covariant=True)


@dataclass(frozen=True)
class Operation(Generic[S_co]):
    """What is asked for, and the screen that it is carried out on."""

    name: str
    console: ConsoleSettings
    screens: S_co
    screen: Screen
    page: Page
    evidence: Evidence
    records: IdempotencyStore

    @property
    def content(self) -> Locator:
        """The part of the page beside its menu."""
        return self.screen.find(self.screens.content)

    async def take_picture(self, moment: Moment) -> None:
        """Keep a picture of the page, named after this operation."""
        readable = [self.screen.find(element) for element in self.screens.readable]
        await self.evidence.take_picture(self.page, self.name, moment, readable)


def is_half(text: str) -> bool:
    """Tell whether a text may be a half of a key, and no hint of what to type."""
    return re.fullmatch("[A-Za-z0-9]{16,}", text) is not None
