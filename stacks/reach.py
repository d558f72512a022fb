"""The same clients as the providers', over connections that can't change anything: for `new` and `check`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import SecretStr

from providers.connectwise.client import ConnectWise
from providers.connectwise.connection import ConnectWiseSettings, basic, credentials
from providers.connectwise.site import Site
from providers.console.gateway import ConnectWiseGateway
from providers.console.settings import HandSettings
from providers.console.sink_gateway import UmbrellaGateway
from providers.core.memory import Memory
from providers.core.problems import Refusal
from providers.core.settings import Settings
from providers.http.clock import Deadlines
from providers.http.message import Request, Response
from providers.http.redact import Redactor
from providers.http.retry import RetryPolicy
from providers.http.transport import Transport
from providers.umbrella.api import UmbrellaApi
from providers.umbrella.connection import UmbrellaSettings

# Somebody waits at a terminal, and an answer that comes at the second try is worth knowing as a failure.
_DEADLINES = Deadlines(connect=5.0, read=20.0, total=25.0)
_ONCE = RetryPolicy(attempts=1)
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Heard:
    """The first answer of a host: how long it took, and what time it was there and here."""

    milliseconds: int
    date: str
    at: float  # seconds since the epoch, ours


class Reach:
    """What one command asks of one tenant's services."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self.memory = Memory()
        self.heard: dict[str, Heard] = {}
        self.api_version = ""  # as ConnectWise names its own, once it has answered

    def remember(self, *models: Settings) -> None:
        """Hide these settings' secrets in whatever is told, in each form in which they may turn up."""
        for settings in models:
            for _, value in settings:
                if isinstance(value, SecretStr):
                    self.redactor.add(value.get_secret_value())
            if isinstance(settings, ConnectWiseSettings):
                user, password = credentials(settings.company_id, settings.public_key, settings.private_key)
                self.redactor.add_basic(user, password)
            if isinstance(settings, UmbrellaSettings) and settings.api_key and settings.api_secret:
                self.redactor.add_basic(settings.api_key, settings.api_secret.get_secret_value())

    def site(self, settings: ConnectWiseSettings) -> Site:
        return Site(settings, self.open)

    def connectwise(self, site: Site) -> ConnectWise:
        """Signed in as the provisioning key."""
        return ConnectWise(site, self.memory, site.settings.public_key, site.settings.private_key)

    def keys(self, settings: ConnectWiseSettings) -> ConnectWiseGateway:
        return ConnectWiseGateway(self._gateway(settings), self.memory, settings.company_id, settings.site)

    def sink(self, settings: UmbrellaSettings) -> UmbrellaGateway:
        return UmbrellaGateway(self._gateway(settings), self.memory, settings.console, settings.console_id)

    def umbrella(self, settings: UmbrellaSettings) -> UmbrellaApi:
        """Only with both halves of its key."""
        secret = settings.api_secret.get_secret_value() if settings.api_secret else ""
        # Its token is asked for with a POST, which changes nothing.
        transport = Transport(settings.api_url, redactor=self.redactor, deadlines=_DEADLINES, retry=_ONCE)
        return UmbrellaApi(transport, self.redactor, basic(settings.api_key or "", secret))

    def open(self, base_url: str, headers: Mapping[str, str] = _NO_HEADERS) -> Transport:
        """A connection that asks once and never writes."""
        return _Listening(base_url, self.redactor, headers, self._hear)

    def _hear(self, base_url: str, heard: Heard, headers: Mapping[str, str]) -> None:
        self.heard.setdefault(base_url, heard)
        self.api_version = headers.get("api-current-version") or self.api_version

    def _gateway(self, settings: HandSettings) -> Transport:
        token = settings.gateway_token.get_secret_value() if settings.gateway_token else ""
        return self.open(settings.gateway_url or "", {"Authorization": f"Bearer {token}"})


class _Listening(Transport):
    """Keeps an ear on the headers."""

    def __init__(
        self,
        base_url: str,
        redactor: Redactor,
        headers: Mapping[str, str],
        hear: Callable[[str, Heard, Mapping[str, str]], None],
    ) -> None:
        super().__init__(
            base_url,
            headers=headers,
            redactor=redactor,
            deadlines=_DEADLINES,
            retry=_ONCE,
            before_write=_refuse,
        )
        self._address = base_url
        self._hear = hear

    def send(self, request: Request) -> Response:
        begun = time.monotonic()
        response = super().send(request)
        took = round((time.monotonic() - begun) * 1000)
        self._hear(self._address, Heard(took, response.headers.get("Date", ""), time.time()), response.headers)
        return response


def _refuse() -> None:
    raise Refusal(
        "this command only asks, and was about to change something; nothing was sent.", next_step="Please report this"
    )
