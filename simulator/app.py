"""The simulator as one ASGI application around one world."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp

from simulator.connectwise import door
from simulator.connectwise.errors import ConnectWiseError
from simulator.connectwise.roles import ConsoleRefusal
from simulator.console import routes as console
from simulator.control import companies, person, screens, surroundings, weather
from simulator.front import Front
from simulator.gateway import connectwise, umbrella
from simulator.gateway.errors import GatewayError
from simulator.page import front_page
from simulator.services import refusal, service_of
from simulator.umbrella import api
from simulator.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def build(world: World) -> ASGIApp:
    app = FastAPI(
        title="PSA simulator: control plane",
        openapi_url="/_sim/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.world = world

    def add(path: str, handler: Callable[[World, Request], Awaitable[Response]], *methods: str) -> None:
        async def endpoint(request: Request) -> Response:
            request.scope["sim"].route = f"{request.method} {path}"  # the REST API's own routes are named further in
            return await handler(world, request)

        app.add_route(path, endpoint, methods=list(methods))

    add("/", front_page, "GET")
    add("/login/companyinfo/{company}", door.company_info, "GET")
    add("/{codebase}/apis/3.0/{rest:path}", door.enter, *METHODS)
    add("/auth/v2/token", api.token, "POST")
    add("/reports/v2/providers/consoles", api.consoles, "GET")
    for room in (weather, companies, person, screens, surroundings, connectwise, umbrella, console):
        app.include_router(room.routes)
    app.add_exception_handler(GatewayError, _refused)
    app.add_exception_handler(ConnectWiseError, _refused)
    app.add_exception_handler(ConsoleRefusal, _refused)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _invalid)
    return Front(app, world)


async def _refused(request: Request, problem: Exception) -> Response:
    """Tell a refusal: a gateway's in the contract's words, one of the control plane in FastAPI's."""
    if isinstance(problem, GatewayError):
        return JSONResponse(problem.body, problem.status)
    if isinstance(problem, ConnectWiseError):
        return JSONResponse({"detail": problem.body}, problem.status)
    return JSONResponse({"detail": str(problem)}, 422)


async def _no_such_page(request: Request, problem: Exception) -> Response:
    status, detail, headers = 404, str(problem), dict[str, str]()
    if isinstance(problem, HTTPException):
        status, detail, headers = problem.status_code, problem.detail, dict(problem.headers or {})
    path = request.url.path
    service = service_of(path)
    if service == "control":
        return JSONResponse({"detail": detail}, status, headers)
    if service in ("gateway", "umbrella"):
        code = "not_found" if status == 404 else "method_not_allowed"
        return JSONResponse(refusal(path, status, code, detail), status, headers)
    return HTMLResponse(f"<html><body><h1>{status}</h1></body></html>", status, headers)


async def _invalid(request: Request, problem: Exception) -> Response:
    if service_of(request.url.path) == "gateway":
        # The only thing that FastAPI checks of a gateway's request is that an id in the path is a number.
        return JSONResponse(refusal(request.url.path, 404, "not_found", "There is no such object."), 404)
    if not isinstance(problem, RequestValidationError):
        raise problem
    return await request_validation_exception_handler(request, problem)
