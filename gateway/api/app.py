"""The gateway as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from gateway.api import connectwise, umbrella
from gateway.api.gate import OPENAPI_PATH, Gate, note_outcome
from gateway.consoles.registry import Consoles
from gateway.errors import GatewayError, OutcomeUnknownError


def create_app(consoles: Consoles) -> ASGIApp:
    """Build the application of these consoles, behind the check of their tokens."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """Close the browser when the server stops."""
        yield
        await consoles.close()

    app = FastAPI(
        title="Console gateway",
        version="1",
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.consoles = consoles
    app.include_router(connectwise.router)
    app.include_router(umbrella.router)
    app.add_exception_handler(GatewayError, _render_gateway_error)
    app.add_exception_handler(HTTPException, _render_http_error)
    app.add_exception_handler(RequestValidationError, _render_invalid_path)
    app.add_exception_handler(Exception, _render_defect)
    _describe_security(app)
    return Gate(app, consoles)


async def _render_gateway_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, GatewayError):
        raise error
    note_outcome(request.scope, error)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    return JSONResponse(error.body, error.status, headers)


async def _render_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    body = {"code": code, "message": error.detail, "retryable": False}
    return JSONResponse(body, error.status_code, error.headers)


async def _render_invalid_path(request: Request, error: Exception) -> Response:
    """Answer 404: FastAPI reads only ids and names from the address; one that is no number is not there."""
    return JSONResponse({"code": "not_found", "message": "There is no such object.", "retryable": False}, 404)


async def _render_defect(request: Request, error: Exception) -> Response:
    """Answer for a mistake of ours, or a message that nobody foresaw: what was carried out is not known."""
    unknown = OutcomeUnknownError()
    return JSONResponse(unknown.body, unknown.status)


def _describe_security(app: FastAPI) -> None:
    """Describe that every route needs the bearer token."""
    schema = app.openapi()
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"token": []}]
    app.openapi_schema = schema
