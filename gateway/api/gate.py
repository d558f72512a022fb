"""What stands before every route but the description: the console's token, limits, and a line in the log."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.consoles.registry import Consoles
from gateway.errors import GatewayError, OutcomeUnknownError, UnauthorizedError
from providers.console.contract import clean_text

OPENAPI_PATH = "/openapi.json"
MAX_HEAD_BYTES = 16_384
_MAX_BODY_BYTES = 1_000_000  # the largest that makes sense has a tenth
_log = logging.getLogger("gateway")


class Gate:
    """Lets a request through, and logs its outcome: never its headers, its body or its answer.

    Answers without the console's token are all alike: nobody else learns which consoles there are.
    """

    def __init__(self, app: ASGIApp, consoles: Consoles) -> None:
        self._app = app
        self._consoles = consoles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401, 413 or 431 before anything of the body is read, else pass the request on."""
        if scope["type"] != "http" or scope["path"] == OPENAPI_PATH:
            return await self._app(scope, receive, send)
        started, status = time.monotonic(), 0

        async def note_status(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await (self._refuse(scope) or self._app)(scope, receive, note_status)
        except (Exception, asyncio.CancelledError) as error:
            # A defect, or the gateway's end. What the error says may quote what was typed, so only its kind is told.
            scope["outcome"] = f"{OutcomeUnknownError.code} ({type(error).__name__})"
            if not status:
                unknown = OutcomeUnknownError()
                await JSONResponse(unknown.body, unknown.status)(scope, receive, note_status)
        operation = f"{scope['endpoint'].__name__}, " if "endpoint" in scope else ""
        outcome = scope.get("outcome") or ("done" if status < 400 else "refused")
        request = clean_text(f"{scope['method']} {scope['path']}")
        _log.info("%s: %s%d %s in %.1f s", request, operation, status, outcome, time.monotonic() - started)

    def _refuse(self, scope: Scope) -> JSONResponse | None:
        """Refuse what must not reach a route, if this is such a request."""
        headers = Headers(scope=scope)
        if not self._consoles.authorize(scope["path"], headers.get("authorization", "")):
            error = UnauthorizedError("The bearer token is missing or wrong.")
            scope["outcome"] = f"the token was refused, from {(scope.get('client') or ['?'])[0]}"
            return JSONResponse(error.body, error.status, {"WWW-Authenticate": "Bearer"})
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEAD_BYTES:
            return _refuse_size("The request's head is too large.", 431)
        if _read_length(headers) > _MAX_BODY_BYTES:
            return _refuse_size("The request is too large.", 413)
        return None


def note_outcome(scope: Scope, error: GatewayError) -> None:
    """Have the log tell an error: in our own words, for the console's may quote what was typed."""
    scope["outcome"] = clean_text(f"{error.code}: {error}" if error.is_in_own_words else error.code)


def _refuse_size(message: str, status: int) -> JSONResponse:
    return JSONResponse({"code": "too_large", "message": message, "retryable": False}, status)


def _read_length(headers: Headers) -> int:
    """Return the body's length; one that is not announced, or in two ways, counts as too large."""
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdecimal():
        return _MAX_BODY_BYTES + 1
    return int(length)
