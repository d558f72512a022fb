"""Access tokens of the Umbrella API: an hour each, no refresh token (token document 2.0.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from simulator.clock import Clock
from simulator.services.connectwise.api_keys import generate_token

LIFETIME: Final = 3600


@dataclass
class TokenStore:
    clock: Clock
    random: Random
    _tokens: dict[str, tuple[tuple[str, str], datetime]] = field(default_factory=dict, repr=False)

    def issue(self, console: tuple[str, str]) -> str:
        token = generate_token(self.random)
        self._tokens[token] = (console, self.clock.now() + timedelta(seconds=LIFETIME))
        return token

    def find_console(self, token: str) -> tuple[str, str] | None:
        console, expiry = self._tokens.get(token, (None, self.clock.now()))
        return console if expiry > self.clock.now() else None

    def list_issued(self, console: tuple[str, str]) -> list[str]:
        """List all that were ever issued for a console, expired ones too."""
        return [token for token, (owner, _) in self._tokens.items() if owner == console]
