"""Whether the Umbrella console is ready and free for us, asked before anything is made and before a key is minted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from providers.console.drivers import Readiness, SinkDriver
from providers.core.errors import NotObservable
from providers.core.run_cache import RunCache
from providers.umbrella.api import UmbrellaApi
from providers.umbrella.connection import UmbrellaSettings, format_console_key
from providers.umbrella.foreign_integration import refuse_foreign_integration


class WholeSinkDriver(SinkDriver, Readiness, Protocol):
    """The sink's driver, whole."""


class ConsoleCheck:
    """One console's identity, readiness and holder."""

    def __init__(
        self, settings: UmbrellaSettings, driver: WholeSinkDriver, api: UmbrellaApi | None, cache: RunCache
    ) -> None:
        self._settings = settings
        self._driver = driver
        self._api = api
        self._cache = cache

    def refuse_unless_ready(self) -> None:
        """Raise unless the driver can act, and Umbrella's API, where there is a key for it, knows the console."""
        self._driver.refuse_unless_ready()
        if self._api:
            self._cache.get_or_fetch(("umbrella", "identity"), self._api.refuse_unless_provider)

    def refuse_somebodys(self, is_ours: Callable[[str], bool]) -> None:
        """Raise when the console holds an integration that is not ours, unless umbrella:adopt allows it."""
        if self._settings.adopt == "never":
            with suppress(NotObservable):  # then the order to a person says to look first
                refuse_foreign_integration(format_console_key(self._settings), self._driver.get_integration(), is_ours)
