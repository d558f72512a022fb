"""The idempotency rules of the gateway contract.

A key is bound to token, method, path and body. It acts once: a repeat gets the same answer, a repeat while the first
is under way a retryable 409, another body a 409 for good. Answers are forgotten after ten minutes; an answer with a
private key is forgotten at once when that key is patched or deleted, and stays known as forgotten, so that a late
repeat can never mint a second key.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.clock import Clock
from simulator.gateway.errors import GatewayError

KEPT: Final = timedelta(minutes=10)
# 128 bits are 32 hexadecimal digits, with or without hyphens, or 22 letters of base64url.
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f-]+")
_ENOUGH: Final = re.compile(r"[A-Za-z0-9_-]{22,255}={0,2}")


@dataclass
class Record:
    binding: str
    since: datetime
    done: bool = False
    forgotten: bool = False
    status: int = 0
    answer: Any = field(default=None, repr=False)
    holds_key: tuple[str, str] | None = None  # the company and key id whose private half the answer holds


@dataclass
class IdempotencyStore:
    clock: Clock
    _records: dict[tuple[str, str], Record] = field(default_factory=dict, repr=False)

    def claim(self, token: str, key: str | None, method: str, path: str, raw: bytes) -> Record:
        """Give the record of this operation: a new one to be carried out, or a done one to be answered again."""
        if not key:
            raise GatewayError(400, "idempotency_key_required", "Every write but DELETE needs an Idempotency-Key.")
        if not _long_enough(key):
            message = "The Idempotency-Key must hold 128 random bits, as hexadecimal digits or base64url."
            raise GatewayError(400, "idempotency_key_invalid", message)
        self._expire()
        binding = hashlib.sha256(b"\0".join([method.encode(), path.encode(), raw])).hexdigest()
        record = self._records.get((token, key))
        if record is None:
            record = self._records[(token, key)] = Record(binding, self.clock.now())
            return record
        if record.binding != binding:
            message = "This Idempotency-Key was used for another request."
            raise GatewayError(409, "idempotency_key_reused", message)
        if record.forgotten:
            message = "This operation made a key that was changed or deleted since; its answer is no longer kept."
            raise GatewayError(409, "idempotency_answer_forgotten", message)
        if not record.done:
            raise GatewayError(409, "idempotency_in_flight", "This operation is still under way.", retryable=True)
        return record

    def settle(self, record: Record, status: int, answer: Any, holds_key: tuple[str, str] | None = None) -> None:
        record.status, record.answer, record.holds_key, record.done = status, answer, holds_key, True

    def release(self, record: Record) -> None:
        """Forget an operation that was not carried out, so that its repeat may try again."""
        self._records = {place: one for place, one in self._records.items() if one is not record}

    def forget_key(self, company: str, key_id: str) -> None:
        for record in self._records.values():
            if record.holds_key == (company, key_id):
                record.answer, record.forgotten = None, True

    def _expire(self) -> None:
        oldest = self.clock.now() - KEPT
        gone = [place for place, record in self._records.items() if record.since <= oldest and record.done]
        for place in gone:
            del self._records[place]


def _long_enough(key: str) -> bool:
    if _HEXADECIMAL.fullmatch(key) and len(key.replace("-", "")) < 32:
        return False
    return _ENOUGH.fullmatch(key) is not None
