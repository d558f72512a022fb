"""Writes that act once (docs/gateway-contract.md).

A key is bound to token, method, path and body. A repeat gets the same answer, a repeat while the first is under way a
retryable 409, another body a 409 for good. Everything is forgotten after ten minutes, by a timer and not only when
somebody asks; an answer with a private key is forgotten at once when that key is patched or deleted, and is known as
forgotten until then, so that a late repeat never mints a second key.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.problems import GatewayProblem, invalid

KEPT = 600.0  # seconds
SOON = 3  # seconds after which an operation that was under way may be over; asked sooner, it would be asked in vain
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f-]+")
_ENOUGH = re.compile(r"[A-Za-z0-9_-]{22,255}={0,2}")  # 128 bits are 22 letters of base64url, or 32 digits


@dataclass
class Record:
    """One write. `acting` is set when it can't be undone or repeated any more, whatever becomes of it."""

    binding: bytes
    acting: bool = False
    done: bool = False
    forgotten: bool = False
    status: int = 0
    answer: Any = field(default=None, repr=False)
    holds: str | None = None  # the id of the key whose private half the answer holds


class IdempotencyStore:
    """The writes of one console. `later` calls a function after some seconds: the event loop's, or a test's."""

    def __init__(self, later: Callable[[float, Callable[[], None]], object] | None = None) -> None:
        self._later = later or (lambda seconds, act: asyncio.get_running_loop().call_later(seconds, act))
        self._records: dict[bytes, Record] = {}

    def claim(self, key: str | None, method: str, path: str, body: bytes) -> Record:
        """The record of this write: a new one, to be carried out, or one that is done, to be answered again."""
        if not key:
            raise invalid("Every write but DELETE needs an Idempotency-Key.")
        if not _long_enough(key):
            raise invalid("The Idempotency-Key must hold 128 random bits, as hexadecimal digits or base64url.")
        place = hashlib.sha256(key.encode()).digest()
        binding = hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).digest()
        record = self._records.get(place)
        if record is None:
            record = self._records[place] = Record(binding)
            return record
        if record.binding != binding:
            raise _conflict("idempotency_key_reused", "This Idempotency-Key was used for another request.")
        if record.forgotten:
            message = "This operation made a key that was changed or deleted since; its answer is no longer kept."
            raise _conflict("idempotency_answer_forgotten", message)
        if not record.done:
            raise _conflict("idempotency_in_flight", "This operation is still under way.", retry_after=SOON)
        return record

    def settle(self, record: Record, status: int, answer: Any, holds: str | None = None) -> None:
        record.status, record.answer, record.holds, record.done = status, answer, holds, True
        self._later(KEPT, lambda: self.release(record))

    def release(self, record: Record) -> None:
        """Forget a write: one that was not carried out, so that its repeat may act, or one whose time is over."""
        record.answer = None
        self._records = {place: one for place, one in self._records.items() if one is not record}

    def forget_key(self, key_id: str) -> None:
        for record in self._records.values():
            if record.holds == key_id:
                record.answer, record.forgotten = None, True


def _conflict(code: str, message: str, *, retry_after: int | None = None) -> GatewayProblem:
    return GatewayProblem(409, code, message, retryable=retry_after is not None, retry_after=retry_after)


def _long_enough(key: str) -> bool:
    if _HEXADECIMAL.fullmatch(key) and len(key.replace("-", "")) < 32:
        return False
    return _ENOUGH.fullmatch(key) is not None
