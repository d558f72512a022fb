"""The proof that a sink never held a dead key: looked at after every change, not now and then."""

from dataclasses import dataclass, field
from typing import Any

from simulator.clock import fine_stamp
from simulator.connectwise.models import Actor, Company
from simulator.umbrella.models import Console


@dataclass
class SinkWatch:
    """Each moment from which an enabled integration held a key of this company that nobody can sign in with."""

    company: Company
    consoles: list[Console] = field(default_factory=list)
    moments: list[dict[str, Any]] = field(default_factory=list)
    _open: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def look(self, actor: Actor) -> None:
        for console in self.consoles:
            where, held = (console.kind, console.id), console.integration
            reason = None
            if held.enabled and held.public_key is not None and held.public_key in self.company.minted:
                reason = self.company.why_unusable(held.public_key)
            known = self._open.get(where)
            if known is not None and (known["publicKey"], known["reason"]) == (held.public_key, reason):
                continue
            at = fine_stamp(actor.moment)
            if known is not None:
                known |= {"until": at, "untilN": actor.n}
                del self._open[where]
            if reason is not None:
                moment = {"at": at, "n": actor.n, "kind": console.kind, "consoleId": console.id}
                moment |= {"publicKey": held.public_key, "reason": reason, "until": None, "untilN": None}
                self._open[where] = moment
                self.moments.append(moment)
