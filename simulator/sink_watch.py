"""A check after every change that no Umbrella console holds a dead key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.clock import format_precise_timestamp
from simulator.services.connectwise.models import Actor, PsaCompany
from simulator.services.umbrella.models import UmbrellaConsole


@dataclass
class SinkWatch:
    """Each moment from which an enabled integration held a key of this company that nobody can sign in with."""

    company: PsaCompany
    consoles: list[UmbrellaConsole] = field(default_factory=list)
    moments: list[dict[str, Any]] = field(default_factory=list)
    _open: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def check(self, actor: Actor) -> None:
        for console in self.consoles:
            key, held = console.key, console.integration
            reason = None
            if held.enabled and held.public_key is not None and held.public_key in self.company.minted:
                reason = self.company.explain_unusable_key(held.public_key)
            known = self._open.get(key)
            if known is not None and (known["publicKey"], known["reason"]) == (held.public_key, reason):
                continue
            at = format_precise_timestamp(actor.moment)
            if known is not None:
                known |= {"until": at, "untilN": actor.n}
                del self._open[key]
            if reason is not None:
                moment = {"at": at, "n": actor.n, "kind": console.kind, "consoleId": console.id}
                moment |= {"publicKey": held.public_key, "reason": reason, "until": None, "untilN": None}
                self._open[key] = moment
                self.moments.append(moment)
