"""Writes that act once (docs/gateway-contract.md).

An Idempotency-Key is bound to token, method, path and body. A repeat gets the same answer, a repeat while the first is
in flight a retryable 409, another body a final 409. Everything is forgotten after ten minutes, by a timer and not only
when somebody asks; an answer with a private key is forgotten at once when that key is patched or deleted, and is known
as forgotten until then, so that a late repeat never mints a second key.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import AnswerForgottenError, IdempotencyKeyReusedError, InFlightError, InvalidRequestError

RETENTION = 600.0  # seconds
_RETRY_AFTER = 3  # seconds after which an operation that was in flight may be over
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f-]+")
_ACCEPTED = re.compile(r"[A-Za-z0-9_-]{22,255}={0,2}")  # 128 bits are 22 letters of base64url, or 32 digits


@dataclass
class IdempotencyRecord:
    """One write. `irreversible` is set when it can't be undone or repeated any more, whatever its outcome."""

    binding: bytes
    irreversible: bool = False
    done: bool = False
    forgotten: bool = False
    status: int = 0
    answer: Any = field(default=None, repr=False)
    key_id: str | None = None  # the API key whose private half the answer holds


class IdempotencyStore:
    """The writes of one console.

    Args:
        call_later: calls a function after some seconds; the event loop's by default, a test has its own.
    """

    def __init__(self, call_later: Callable[[float, Callable[[], None]], object] | None = None) -> None:
        self._call_later = call_later or (lambda seconds, act: asyncio.get_running_loop().call_later(seconds, act))
        self._records: dict[bytes, IdempotencyRecord] = {}

    def claim(self, key: str | None, method: str, path: str, body: bytes) -> IdempotencyRecord:
        """Return this write's record: a new one, to be carried out, or a finished one, to be answered again."""
        if not key:
            raise InvalidRequestError("Every write but DELETE needs an Idempotency-Key.")
        if not _has_128_bits(key):
            raise InvalidRequestError(
                "The Idempotency-Key must hold 128 random bits, as hexadecimal digits or base64url."
            )
        digest = hashlib.sha256(key.encode()).digest()
        binding = hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).digest()
        record = self._records.get(digest)
        if record is None:
            record = self._records[digest] = IdempotencyRecord(binding)
            return record
        if record.binding != binding:
            raise IdempotencyKeyReusedError("This Idempotency-Key was used for another request.")
        if record.forgotten:
            raise AnswerForgottenError(
                "This operation made a key that was changed or deleted since; its answer is no longer kept."
            )
        if not record.done:
            raise InFlightError("This operation is still under way.", retry_after=_RETRY_AFTER)
        return record

    def settle(self, record: IdempotencyRecord, status: int, answer: Any, key_id: str | None = None) -> None:
        """Keep a write's answer for its repeats; `key_id` names the API key whose private half it shows."""
        record.status, record.answer, record.key_id, record.done = status, answer, key_id, True
        self._call_later(RETENTION, lambda: self.release(record))

    def release(self, record: IdempotencyRecord) -> None:
        """Forget a write: one that was not carried out, so that its repeat may act, or one whose time is over."""
        record.answer = None
        self._records = {digest: held for digest, held in self._records.items() if held is not record}

    def forget_key(self, key_id: str) -> None:
        """Forget the private half of a key that is changed or deleted, and know that it was forgotten."""
        for record in self._records.values():
            if record.key_id == key_id:
                record.answer, record.forgotten = None, True


def _has_128_bits(key: str) -> bool:
    if _HEXADECIMAL.fullmatch(key) and len(key.replace("-", "")) < 32:
        return False
    return _ACCEPTED.fullmatch(key) is not None
