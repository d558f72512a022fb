"""One connection: what it may send before anybody knows who it is."""

from __future__ import annotations

import asyncio
import json
import logging

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0
MAX_CONNECTIONS = 256
_log = logging.getLogger("gateway")


class LimitedConnection(H11Protocol):
    """Closes a connection whose request's head does not come in time, and one that is one too many."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection, or answer that there are too many."""
        super().connection_made(transport)
        self._start_timer()
        if len(self.connections) > MAX_CONNECTIONS:
            _log.warning("429 too many connections (%d)", MAX_CONNECTIONS)
            self._answer("429 Too Many Requests", "console_busy", "There are too many connections.", retryable=True)

    def data_received(self, data: bytes) -> None:
        """Read on; neither a head nor the rest of a request that was refused may come for ever, in whatever pieces."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE and self.conn.our_state is not h11.DONE:
            self._end_timer()
        elif self._timer is None:
            self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._end_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or too long a head, in the contract's shape; amid another answer only close."""
        if self.conn.our_state is h11.SEND_BODY:
            return self.transport.close()
        self._answer("400 Bad Request", "invalid_request", "That is no HTTP request, or its head is too large.")

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _answer(self, status: str, code: str, message: str, retryable: bool = False) -> None:
        body = json.dumps({"code": code, "message": message, "retryable": retryable})
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        more = "Retry-After: 5\r\n" if retryable else ""
        self.transport.write(f"{head}{more}Connection: close\r\n\r\n{body}".encode())
        self.transport.close()
