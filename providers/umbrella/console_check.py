"""Whether the Umbrella console is ready and free for us, asked before anything is made and before a key is minted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from providers.console.hands import Readiness, SinkHand
from providers.core.memory import Memory
from providers.core.problems import Unseen
from providers.umbrella.api import UmbrellaApi
from providers.umbrella.connection import UmbrellaSettings, console_key
from providers.umbrella.psa_integration import refuse_somebodys


class SinkDriver(SinkHand, Readiness, Protocol):
    """The sink's driver, whole."""


class ConsoleCheck:
    """One console's identity, readiness and holder."""

    def __init__(self, settings: UmbrellaSettings, driver: SinkDriver, api: UmbrellaApi | None, memory: Memory) -> None:
        self._settings = settings
        self._driver = driver
        self._api = api
        self._memory = memory

    def refuse_unless_ready(self) -> None:
        """Raise unless the driver can act, and Umbrella's API, where there is a key for it, knows the console."""
        self._driver.refuse_unless_ready()
        if self._api:
            self._memory.recall(("umbrella", "identity"), self._api.refuse_unless_provider)

    def refuse_somebodys(self, is_ours: Callable[[str], bool]) -> None:
        """Raise when the console holds an integration that is not ours, unless umbrella:adopt allows it."""
        if self._settings.adopt == "never":
            with suppress(Unseen):  # then the order to a person says to look first
                refuse_somebodys(console_key(self._settings), self._driver.integration(), is_ours)
