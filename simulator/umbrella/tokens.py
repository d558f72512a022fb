"""Access tokens of the Umbrella API: an hour each, no refresh token (token document 2.0.0)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from simulator.clock import Clock
from simulator.connectwise.keys import word

LIFETIME: Final = 3600


@dataclass
class TokenStore:
    clock: Clock
    random: Random
    _tokens: dict[str, tuple[tuple[str, str], datetime]] = field(default_factory=dict, repr=False)

    def issue(self, console: tuple[str, str]) -> str:
        token = "".join(word(self.random) for _ in range(3))
        self._tokens[token] = (console, self.clock.now() + timedelta(seconds=LIFETIME))
        return token

    def console(self, token: str) -> tuple[str, str] | None:
        found = self._tokens.get(token)
        return found[0] if found and found[1] > self.clock.now() else None

    def given(self, console: tuple[str, str]) -> list[str]:
        """All that were ever issued for it, expired ones too."""
        return [token for token, (whose, _) in self._tokens.items() if whose == console]
