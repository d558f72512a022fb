"""Which hand a console gets: what its settings name, a gateway or a person."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from providers.console.assisted import AssistedConnectWise, AssistedUmbrella, PublicSite
from providers.console.gateway import ConnectWiseGateway, asks_to_repeat
from providers.console.hands import Readiness
from providers.console.settings import HandSettings
from providers.console.sink_gateway import UmbrellaGateway
from providers.core.lifeline import require_engine
from providers.core.memory import Memory
from providers.http.clock import Deadlines
from providers.http.redact import Redactor
from providers.http.transport import Transport

DEADLINES = Deadlines(read=150.0, total=200.0)
"""A gateway may keep an operation waiting for its turn (25 s) and then work on it (120 s), see docs/gateway.md. Whoever
gives up before it does leaves the key that it makes to nobody."""


class Hands:
    """Makes the hands of one process."""

    def __init__(self, memory: Memory, redactor: Redactor, transport: Callable[..., Transport]) -> None:
        self._memory = memory
        self._redactor = redactor
        self._transport = transport

    def connectwise(
        self,
        settings: HandSettings,
        site: PublicSite,
        company: tuple[str, str],
        pair: tuple[str | None, SecretStr | None],
    ) -> ConnectWiseGateway | AssistedConnectWise:
        """`company`: the company id and the site's address; `pair`: what a person handed in."""
        if settings.hand == "assisted":
            public, private = pair
            return AssistedConnectWise(site, *company, pair=(public, private) if public and private else None)
        gateway = ConnectWiseGateway(self._open(settings, lambda: gateway), self._memory, *company)
        return gateway

    def umbrella(
        self, settings: HandSettings, console: str, applied_key: str | None, escrowed_at: str
    ) -> UmbrellaGateway | AssistedUmbrella:
        """`console`: `msp/<consoleId>` or `mssp/<consoleId>`; `escrowed_at`: where the vault keeps the pair."""
        if settings.hand == "assisted":
            return AssistedUmbrella(console, applied_key or "", escrowed_at)
        kind, _, number = console.partition("/")
        gateway = UmbrellaGateway(self._open(settings, lambda: gateway), self._memory, kind, number)
        return gateway

    def _open(self, settings: HandSettings, hand: Callable[[], Readiness]) -> Transport:
        token = settings.gateway_token or SecretStr("")

        def before_write() -> None:
            # Whose console is it? Numbers are small, and another company has a member of that number, too.
            hand().refuse_unless_ready()
            require_engine()

        return self._transport(
            settings.gateway_url or "",
            headers=lambda: {"Authorization": f"Bearer {token.get_secret_value()}"},
            redactor=self._redactor,
            before_write=before_write,
            retry_if=asks_to_repeat,
            deadlines=DEADLINES,
        )
