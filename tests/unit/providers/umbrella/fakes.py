"""An Umbrella console in memory: one integration, and every write that was made."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from providers.console.contract import PsaIntegration
from providers.console.drivers import Destination
from providers.core.errors import Conflict, OutcomeUnknown

NOTHING = PsaIntegration(kind=None, enabled=False)


class Site:
    """Which keys sign in: all, but for those that are dead."""

    def __init__(self, *dead: str) -> None:
        self.dead = dead

    def has_signed_in(self, public_key: str, private_key: SecretStr) -> bool:
        return public_key not in self.dead


class Sink:
    """The driver. `forgets`: what the console does not keep of a write; `lose`: the next write's answer never comes."""

    def __init__(self, held: PsaIntegration = NOTHING) -> None:
        self.held = held
        self.private = ""
        self.forgets: dict[str, Any] = {}
        self.lose = False
        self.writes: list[str] = []

    def get_integration(self) -> PsaIntegration:
        return self.held

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        return self.held.publicKey == public_key

    def write(
        self, public_key: str, private_key: SecretStr, over: str | None = None, to: Destination | None = None
    ) -> PsaIntegration:
        if over is not None and (self.held.publicKey or "") not in (over, public_key):
            raise Conflict("the console holds another key", status=409)
        self.writes.append(f"write {public_key}")
        self.private = private_key.get_secret_value()
        made = PsaIntegration(kind="ConnectWise", enabled=True, publicKey=public_key, privateKeySet=True)
        self.held = made.model_copy(update=self.forgets)
        if self.lose:
            self.lose = False
            raise OutcomeUnknown("the connection broke", sent=True)
        return self.held

    def get_public_key(self) -> str:
        return self.held.publicKey or ""

    def clear(self, to: Destination | None = None) -> None:
        self.writes.append("clear")
        self.held, self.private = NOTHING, ""


class KnowsKeys:
    """Asked of ConnectWise: which public keys carry our tag?"""

    def __init__(self, *ours: str, console: str = "") -> None:
        self.ours = set(ours)
        self.console = console
        self.asked: list[tuple[str, str, str]] = []

    def record_key(self, public_key: str, member_id: str = "") -> None:
        self.ours.add(public_key)

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        self.asked.append((member_id, owner, public_key))
        return public_key in self.ours

    def has_written(self, console: str) -> bool:
        return console == self.console
