"""The simulator as one ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp

from simulator.control import admin_api, companies, consoles, faults, screens
from simulator.faults.middleware import FaultMiddleware
from simulator.index_page import show_index
from simulator.routing import find_service, render_refusal
from simulator.services.connectwise import entry
from simulator.services.connectwise.errors import ConnectWiseError
from simulator.services.connectwise.roles import ConsoleRefusal
from simulator.services.console import routes as console
from simulator.services.gateway import connectwise, umbrella
from simulator.services.gateway.errors import GatewayError
from simulator.services.umbrella import api
from simulator.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def build_app(world: World) -> ASGIApp:
    app = FastAPI(
        title="PSA simulator: control plane",
        openapi_url="/_sim/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.world = world

    def add_route(path: str, handler: Callable[[World, Request], Awaitable[Response]], *methods: str) -> None:
        async def endpoint(request: Request) -> Response:
            request.scope["sim"].route = f"{request.method} {path}"  # the REST API names its own routes later
            return await handler(world, request)

        app.add_route(path, endpoint, methods=list(methods))

    add_route("/", show_index, "GET")
    add_route("/login/companyinfo/{company}", entry.show_company_info, "GET")
    add_route("/{codebase}/apis/3.0/{rest:path}", entry.handle_request, *METHODS)
    add_route("/auth/v2/token", api.issue_token, "POST")
    add_route("/reports/v2/providers/consoles", api.show_console, "GET")
    for module in (faults, companies, admin_api, screens, consoles, connectwise, umbrella, console):
        app.include_router(module.routes)
    for refusal in (GatewayError, ConnectWiseError, ConsoleRefusal):
        app.add_exception_handler(refusal, _handle_refusal)
    app.add_exception_handler(HTTPException, _handle_http_error)
    app.add_exception_handler(RequestValidationError, _handle_invalid_request)
    return FaultMiddleware(app, world)


async def _handle_refusal(request: Request, problem: Exception) -> Response:
    """Render a refusal: a gateway's as the contract says, one of the control plane as FastAPI does."""
    if isinstance(problem, GatewayError):
        return JSONResponse(problem.body, problem.status)
    if isinstance(problem, ConnectWiseError):
        return JSONResponse({"detail": problem.body}, problem.status)
    return JSONResponse({"detail": str(problem)}, 422)


async def _handle_http_error(request: Request, problem: Exception) -> Response:
    status, detail, headers = 404, str(problem), dict[str, str]()
    if isinstance(problem, HTTPException):
        status, detail, headers = problem.status_code, problem.detail, dict(problem.headers or {})
    path = request.url.path
    service = find_service(path)
    if service == "control":
        return JSONResponse({"detail": detail}, status, headers)
    if service in ("gateway", "umbrella"):
        code = "not_found" if status == 404 else "method_not_allowed"
        return JSONResponse(render_refusal(path, status, code, detail), status, headers)
    return HTMLResponse(f"<html><body><h1>{status}</h1></body></html>", status, headers)


async def _handle_invalid_request(request: Request, problem: Exception) -> Response:
    if find_service(request.url.path) == "gateway":
        # The only thing that FastAPI checks of a gateway's request is that an id in the path is a number.
        return JSONResponse(render_refusal(request.url.path, 404, "not_found", "There is no such object."), 404)
    if not isinstance(problem, RequestValidationError):
        raise problem
    return await request_validation_exception_handler(request, problem)
