"""What one process speaks to, built from settings under one policy: site, console drivers, Umbrella's API, vaults."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic import SecretStr

from providers.connectwise.client import ConnectWise
from providers.connectwise.connection import (
    ConnectWiseSettings,
    format_basic_auth,
    format_credentials,
    make_allowance,
)
from providers.connectwise.site import Site
from providers.console.drivers import Readiness
from providers.console.gateway import ConnectWiseGateway, asks_to_repeat
from providers.console.manual import ManualConnectWise
from providers.console.manual_sinks import WordOfMouth, open_word_of_mouth
from providers.console.settings import DriverSettings
from providers.console.sink_orders import SiteAddress
from providers.console.umbrella_gateway import UmbrellaGateway
from providers.core.run_cache import RunCache
from providers.core.settings import Settings
from providers.http.clock import Deadlines
from providers.http.redact import Redactor
from providers.http.transport import Transport
from providers.policy import Policy
from providers.sink import Sink
from providers.umbrella.api import UmbrellaApi
from providers.umbrella.connection import UmbrellaSettings
from providers.vault.connection import VaultSettings, get_reference

GATEWAY_DEADLINES = Deadlines(read=150.0, total=200.0)
"""A gateway may keep an operation waiting for its turn (25 s) and then work on it (120 s), see docs/gateway.md. Whoever
gives up before it does leaves the key that it makes to nobody."""


class Connections:
    """Opens connections; what was answered once in a run is shared by all of them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.redactor = Redactor()
        self.cache = RunCache()

    def open(self, base_url: str, **options: Any) -> Transport:
        """Open a connection under the policy. `options` are `Transport`'s."""
        return self._policy.open(base_url, self.redactor, **options)

    def hide_secrets(self, *models: Settings | None) -> None:
        """Hide these settings' secrets in whatever is printed, in each form in which they may turn up."""
        for settings in filter(None, models):
            for _, value in settings:
                if isinstance(value, SecretStr):
                    self.redactor.add(value.get_secret_value())
            if isinstance(settings, ConnectWiseSettings):
                user, password = format_credentials(settings.company_id, settings.public_key, settings.private_key)
                self.redactor.add_basic(user, password)
            if isinstance(settings, UmbrellaSettings) and settings.api_key and settings.api_secret:
                self.redactor.add_basic(settings.api_key, settings.api_secret.get_secret_value())

    def open_site(self, settings: ConnectWiseSettings) -> Site:
        """Open the ConnectWise site."""
        return Site(settings, partial(self.open, budget=make_allowance(settings)))

    def sign_in(self, site: Site) -> ConnectWise:
        """Use a site as the provisioning key."""
        return ConnectWise(site, self.cache, site.settings.public_key, site.settings.private_key)

    def open_key_driver(
        self, settings: ConnectWiseSettings, client: ConnectWise, sink_name: str = "Umbrella"
    ) -> ConnectWiseGateway | ManualConnectWise:
        """Open what carries out the steps at ConnectWise's screens: a gateway, or a person."""
        if settings.driver == "manual":
            public, private = settings.manual_public_key, settings.manual_private_key
            pair = (public, private) if public and private else None
            return ManualConnectWise(client, settings.company_id, settings.site, pair, sink_name)
        return self.open_connectwise_gateway(settings)

    def open_connectwise_gateway(self, settings: ConnectWiseSettings) -> ConnectWiseGateway:
        """Open the gateway of the ConnectWise console."""
        gateway = ConnectWiseGateway(
            self._open_gateway(settings, lambda: gateway), self.cache, settings.company_id, settings.site
        )
        return gateway

    def open_sink_driver(
        self, sink: Sink, connectwise: ConnectWiseSettings, vault: VaultSettings
    ) -> UmbrellaGateway | WordOfMouth:
        """Open what gives the pair to whoever it is for: a gateway, a person, or the vault by itself."""
        if sink.umbrella and sink.umbrella.driver == "gateway":
            return self.open_umbrella_gateway(sink.umbrella)
        site = SiteAddress(connectwise.site, connectwise.company_id)
        return open_word_of_mouth(sink.kind, sink.console, sink.applied_key, site, get_reference(vault))

    def open_umbrella_gateway(self, settings: UmbrellaSettings) -> UmbrellaGateway:
        """Open the gateway of the Umbrella console."""
        gateway = UmbrellaGateway(
            self._open_gateway(settings, lambda: gateway), self.cache, settings.console, settings.console_id
        )
        return gateway

    def open_umbrella_api(self, settings: UmbrellaSettings) -> UmbrellaApi | None:
        """Open Umbrella's public API; None without both halves of a key for it."""
        if not (settings.api_key and settings.api_secret):
            return None
        # Its token is asked for with a POST, which changes nothing.
        transport = self.open(settings.api_url, before_write=lambda: None)
        return UmbrellaApi(
            transport, self.redactor, format_basic_auth(settings.api_key, settings.api_secret.get_secret_value())
        )

    def _open_gateway(self, settings: DriverSettings, driver: Callable[[], Readiness]) -> Transport:
        token = settings.gateway_token or SecretStr("")

        def refuse_unless_ours() -> None:
            # Whose console is it? Numbers are small, and another company has a member of that number, too.
            driver().refuse_unless_ready()
            self._policy.before_write()

        return self.open(
            settings.gateway_url or "",
            headers=lambda: {"Authorization": f"Bearer {token.get_secret_value()}"},
            before_write=refuse_unless_ours,
            retry_if=asks_to_repeat,
            deadlines=GATEWAY_DEADLINES,
        )
