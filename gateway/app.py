"""The gateway as one ASGI application around one house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from gateway import connectwise, umbrella
from gateway.house import House
from gateway.problems import GatewayProblem, unauthorized

Message = MutableMapping[str, Any]
OPENAPI = "/openapi.json"
LIMIT = 1_000_000  # bytes of a request; the largest that makes sense has a tenth


def build(house: House) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await house.close()

    app = FastAPI(
        title="Console gateway",
        version="1",
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.house = house
    app.include_router(connectwise.routes)
    app.include_router(umbrella.routes)
    app.add_exception_handler(GatewayProblem, _refused)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _invalid)
    _describe(app)
    return Door(app, house)


class Door:
    """Nothing behind it is reached without the console's token; nobody else learns which consoles there are."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app = app
        self._house = house

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "http" and scope["path"] != OPENAPI:
            headers = Headers(scope=scope)
            refusal: JSONResponse | None = None
            if not self._house.admits(scope["path"], headers.get("authorization", "")):
                refusal = JSONResponse(unauthorized().body, 401, {"WWW-Authenticate": "Bearer"})
            elif _length(headers) > LIMIT:
                body = {"code": "too_large", "message": "The request is too large.", "retryable": False}
                refusal = JSONResponse(body, 413)
            if refusal is not None:
                return await refusal(scope, receive, send)
        return await self._app(scope, receive, send)


def _length(headers: Headers) -> int:
    """A body that does not tell its length is not read at all."""
    given = headers.get("content-length")
    if given is None:
        return LIMIT + 1 if "transfer-encoding" in headers else 0
    return int(given) if given.isdecimal() else LIMIT + 1


async def _refused(request: Request, problem: Exception) -> Response:
    if not isinstance(problem, GatewayProblem):
        raise problem
    after = problem.retry_after
    return JSONResponse(problem.body, problem.status, {"Retry-After": str(after)} if after is not None else None)


async def _no_such_page(request: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    code = {404: "not_found", 405: "method_not_allowed"}.get(problem.status_code, "refused")
    body = {"code": code, "message": problem.detail, "retryable": False}
    return JSONResponse(body, problem.status_code, problem.headers)


async def _invalid(request: Request, problem: Exception) -> Response:
    """FastAPI reads only ids and names from the address; one that is no number is not there."""
    return JSONResponse({"code": "not_found", "message": "There is no such object.", "retryable": False}, 404)


def _describe(app: FastAPI) -> None:
    """Every route needs the bearer token; the validation that FastAPI describes by itself answers 404 here."""
    described = app.openapi()
    described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    described["security"] = [{"token": []}]
    app.openapi_schema = described
