"""The idempotency rules of the gateway contract.

A key is bound to token, method, path and body. It acts once: a repeat gets the same answer, a repeat while the first
is under way a retryable 409, another body a 409 for good. Answers are forgotten after ten minutes; an answer with a
private key is forgotten at once when that key is patched or deleted, and stays known as forgotten, so that a late
repeat can never mint a second key.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.clock import Clock
from simulator.services.gateway.errors import GatewayError

RETENTION: Final = timedelta(minutes=10)
# 128 bits are 32 hexadecimal digits, with or without hyphens, or 22 letters of base64url.
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f-]+")
_LONG_ENOUGH: Final = re.compile(r"[A-Za-z0-9_-]{22,255}={0,2}")


@dataclass
class KeyedOperation:
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
    _operations: dict[tuple[str, str], KeyedOperation] = field(default_factory=dict, repr=False)

    def claim(self, token: str, key: str | None, method: str, path: str, raw: bytes) -> KeyedOperation:
        """Claim an operation: return a new one to carry out, or a done one whose answer to repeat."""
        if not key:
            raise GatewayError(400, "idempotency_key_required", "Every write but DELETE needs an Idempotency-Key.")
        if not _is_long_enough(key):
            message = "The Idempotency-Key must hold 128 random bits, as hexadecimal digits or base64url."
            raise GatewayError(400, "idempotency_key_invalid", message)
        self._expire()
        binding = hashlib.sha256(b"\0".join([method.encode(), path.encode(), raw])).hexdigest()
        operation = self._operations.get((token, key))
        if operation is None:
            operation = self._operations[(token, key)] = KeyedOperation(binding, self.clock.now())
            return operation
        if operation.binding != binding:
            message = "This Idempotency-Key was used for another request."
            raise GatewayError(409, "idempotency_key_reused", message)
        if operation.forgotten:
            message = "This operation made a key that was changed or deleted since; its answer is no longer kept."
            raise GatewayError(409, "idempotency_answer_forgotten", message)
        if not operation.done:
            raise GatewayError(409, "idempotency_in_flight", "This operation is still under way.", retryable=True)
        return operation

    def settle(
        self, operation: KeyedOperation, status: int, answer: Any, holds_key: tuple[str, str] | None = None
    ) -> None:
        operation.status, operation.answer, operation.holds_key, operation.done = status, answer, holds_key, True

    def release(self, operation: KeyedOperation) -> None:
        """Forget an operation that was not carried out, so that its repeat may try again."""
        self._operations = {slot: kept for slot, kept in self._operations.items() if kept is not operation}

    def forget_key(self, company: str, key_id: str) -> None:
        for operation in self._operations.values():
            if operation.holds_key == (company, key_id):
                operation.answer, operation.forgotten = None, True

    def _expire(self) -> None:
        oldest = self.clock.now() - RETENTION
        expired = [slot for slot, operation in self._operations.items() if operation.since <= oldest and operation.done]
        for slot in expired:
            del self._operations[slot]


def _is_long_enough(key: str) -> bool:
    if _HEXADECIMAL.fullmatch(key) and len(key.replace("-", "")) < 32:
        return False
    return _LONG_ENOUGH.fullmatch(key) is not None
