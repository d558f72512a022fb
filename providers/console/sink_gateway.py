"""The hand `gateway` at an Umbrella console."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from providers.console.contract import PsaIntegration, UmbrellaHealth
from providers.console.gateway import Gateway
from providers.core.memory import Memory
from providers.core.problems import RemoteProblem
from providers.http.transport import Transport


class UmbrellaGateway(Gateway):
    """`SinkHand` and `Readiness` of an Umbrella console."""

    def __init__(self, transport: Transport, memory: Memory, console: str, console_id: str) -> None:
        super().__init__(transport, "umbrella")
        self._memory = memory
        self._console = (console, console_id)
        self._wrote = False

    def health(self) -> UmbrellaHealth:
        """Asked once a run."""
        return self._memory.recall(("umbrella", "health"), lambda: self.ask(UmbrellaHealth, "GET", "/health"))

    def refuse_unless_ready(self) -> None:
        health = self.health()
        if (theirs := (health.console, health.consoleId)) != self._console:
            raise self.stands_elsewhere(f"the console {'/'.join(theirs)}", f"the console {'/'.join(self._console)}")
        if not health.ready:
            raise self.not_ready(health.reason)

    def questions(self) -> tuple[Callable[[], object], ...]:
        return self.health, self.integration

    def integration(self) -> PsaIntegration:
        return self._memory.recall(("sink",), lambda: self.ask(PsaIntegration, "GET", "/psaIntegration"))

    def holds(self, public_key: str, *, anew: bool = False) -> bool:
        if anew or not self._wrote:
            self._memory.forget("sink")
        return self.named() == public_key

    def named(self) -> str:
        now = self.integration()
        if now.privateKeySet and not now.publicKey:
            raise RemoteProblem(
                "the gateway of umbrella:gatewayUrl shows a key pair without its public half, so which key Umbrella "
                "holds is not known, and nothing was concluded",
                next_step="look at the console, and at the gateway",
                setting="umbrella:gatewayUrl",
            )
        return now.publicKey or ""

    def write(self, public_key: str, private_key: SecretStr, over: str | None = None) -> PsaIntegration:
        body = {
            "kind": "ConnectWise",
            "enabled": True,
            "publicKey": public_key,
            "privateKey": private_key.get_secret_value(),
        }
        with self._memory.writing("sink"):
            condition = None if over is None else {"If-Match": f'"{over}"'}
            answer = self.ask(PsaIntegration, "PUT", "/psaIntegration", body, more=condition)
        self._wrote = True
        return self._memory.recall(("sink",), lambda: answer)

    def clear(self) -> None:
        with self._memory.writing("sink"):
            self.ask(type(None), "DELETE", "/psaIntegration")
