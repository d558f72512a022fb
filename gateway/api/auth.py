"""Every route but the description needs the bearer token of its console."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.consoles.registry import Consoles
from gateway.errors import UnauthorizedError

OPENAPI_PATH = "/openapi.json"
_MAX_BYTES = 1_000_000  # of a request; the largest that makes sense has a tenth


class AuthMiddleware:
    """Answers without the console's token are all alike: nobody else learns which consoles there are."""

    def __init__(self, app: ASGIApp, consoles: Consoles) -> None:
        self._app = app
        self._consoles = consoles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 or 413 before anything of the request is read, else pass it on."""
        if scope["type"] == "http" and scope["path"] != OPENAPI_PATH:
            headers = Headers(scope=scope)
            refusal: JSONResponse | None = None
            if not self._consoles.authorize(scope["path"], headers.get("authorization", "")):
                error = UnauthorizedError("The bearer token is missing or wrong.")
                refusal = JSONResponse(error.body, error.status, {"WWW-Authenticate": "Bearer"})
            elif _read_length(headers) > _MAX_BYTES:
                body = {"code": "too_large", "message": "The request is too large.", "retryable": False}
                refusal = JSONResponse(body, 413)
            if refusal is not None:
                return await refusal(scope, receive, send)
        return await self._app(scope, receive, send)


def _read_length(headers: Headers) -> int:
    """Return the body's length; one that is not announced counts as too large."""
    length = headers.get("content-length")
    if length is None:
        return _MAX_BYTES + 1 if "transfer-encoding" in headers else 0
    return int(length) if length.isdecimal() else _MAX_BYTES + 1
