"""The driver `gateway` at an Umbrella console."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from providers.console.contract import PsaIntegration, UmbrellaHealth
from providers.console.drivers import Destination
from providers.console.gateway import Gateway
from providers.core.errors import RemoteError
from providers.core.run_cache import RunCache
from providers.http.transport import Transport


class UmbrellaGateway(Gateway):
    """`SinkDriver` and `Readiness` of an Umbrella console."""

    def __init__(self, transport: Transport, cache: RunCache, console: str, console_id: str) -> None:
        super().__init__(transport, "umbrella")
        self._cache = cache
        self._console = (console, console_id)
        self._wrote = False

    def get_health(self) -> UmbrellaHealth:
        """Asked once a run."""
        return self._cache.get_or_fetch(("umbrella", "health"), lambda: self.ask(UmbrellaHealth, "GET", "/health"))

    def refuse_unless_ready(self) -> None:
        """Refuse a gateway of another console, or one that can't act now (see `Readiness`)."""
        health = self.get_health()
        if (console := (health.console, health.consoleId)) != self._console:
            raise self.make_wrong_target_error(
                f"the console {'/'.join(console)}", f"the console {'/'.join(self._console)}"
            )
        if not health.ready:
            raise self.make_not_ready_error(health.reason)

    def list_prefetches(self) -> tuple[Callable[[], object], ...]:
        """Have its health and the integration asked at once."""
        return self.get_health, self.get_integration

    def get_integration(self) -> PsaIntegration:
        """Ask what the console holds, once a run until something writes."""
        return self._cache.get_or_fetch(("sink",), lambda: self.ask(PsaIntegration, "GET", "/psaIntegration"))

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        """Tell whether the console holds that key now."""
        if refresh or not self._wrote:
            self._cache.invalidate("sink")
        return self.get_public_key() == public_key

    def get_public_key(self) -> str:
        """Return the public key that the console holds, empty for none.

        Raises:
            RemoteError: a pair is there and its public half is not shown, so nothing is known.
        """
        integration = self.get_integration()
        if integration.privateKeySet and not integration.publicKey:
            raise RemoteError(
                "the gateway of umbrella:gatewayUrl shows a key pair without its public half, so which key Umbrella "
                "holds is not known, and the answer was ignored",
                next_step="look at the console, and at the gateway",
                setting="umbrella:gatewayUrl",
            )
        return integration.publicKey or ""

    def write(
        self, public_key: str, private_key: SecretStr, over: str | None = None, to: Destination | None = None
    ) -> PsaIntegration:
        """Enter the pair in place of `over`, and remember what the gateway read back."""
        body = {
            "kind": "ConnectWise",
            "enabled": True,
            "publicKey": public_key,
            "privateKey": private_key.get_secret_value(),
        }
        with self._cache.invalidating("sink"):
            condition = None if over is None else {"If-Match": f'"{over}"'}
            answer = self.ask(PsaIntegration, "PUT", "/psaIntegration", body, more=condition)
        self._wrote = True
        return self._cache.get_or_fetch(("sink",), lambda: answer)

    def clear(self, to: Destination | None = None) -> None:
        """Remove the integration."""
        with self._cache.invalidating("sink"):
            self.ask(type(None), "DELETE", "/psaIntegration")
