"""`/console/…`: the screens. One page per console, whose script asks for views and sends actions.

`/console/connectwise/{companyId}` and `/console/umbrella/{msp|mssp}/{consoleId}`; the route within a console follows
the `#`, as in Umbrella's own address (`dashboard.umbrella.com/msp/{id}#customermanagement/customers`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from simulator.services.connectwise.errors import ConnectWiseError
from simulator.services.connectwise.roles import ConsoleRefusal
from simulator.services.console import authentication, connectwise, frame, umbrella
from simulator.services.console.screen_request import ASSETS, ScreenRefusal, ScreenRequest, open_screen, read_json_body
from simulator.world import TheWorld

_FILES: Final = Path(__file__).with_name("assets")
_CONSOLE_PATHS: Final = ("/console/connectwise/{company_id}", "/console/umbrella/{kind}/{console_id}")

routes = APIRouter(include_in_schema=False)


@routes.get(f"{ASSETS}/{{name}}")
async def send_asset(name: str) -> Response:
    file = _FILES / name
    if file.parent != _FILES or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, headers={"Cache-Control": "max-age=300"})


async def show_frame(screen: ScreenRequest) -> Response:
    if screen.session is None:
        return screen.redirect_to("/sign-in")
    return HTMLResponse(frame.render_frame(screen)) if screen.is_signed_in else screen.redirect_to("/second-factor")


async def show_view(screen: ScreenRequest) -> Response:
    if not screen.is_signed_in:
        return screen.reject()
    try:
        html = _choose_console(screen).render_view(screen, _split_route(screen, "view"))
    except ValueError:  # an id in the address that is no number
        html = None
    return HTMLResponse(html) if html is not None else HTMLResponse(frame.render_not_found(), 404)


async def perform_action(screen: ScreenRequest) -> Response:
    """Answer `{"goto"?, "html"?, "message"?}`, or the console's refusal in its words."""
    if not screen.is_signed_in:
        return screen.reject()
    try:
        body = await read_json_body(screen.request)
        result = _choose_console(screen).perform_action(screen, _split_route(screen, "do"), body)
    except (ScreenRefusal, ConsoleRefusal) as refusal:
        return JSONResponse({"refused": str(refusal)}, 422)
    except (ConnectWiseError, KeyError, TypeError, ValueError):
        return JSONResponse({"refused": "This record could not be saved."}, 422)
    return JSONResponse(result)


def _choose_console(screen: ScreenRequest) -> ModuleType:
    return connectwise if screen.console is None else umbrella


def _split_route(screen: ScreenRequest, part: str) -> list[str]:
    return screen.request.url.path.removeprefix(f"{screen.base}/{part}").strip("/").split("/")


def _add_route(path: str, answer: Callable[[ScreenRequest], Awaitable[Response]], *methods: str) -> None:
    async def endpoint(world: TheWorld, request: Request) -> Response:
        request.scope["sim"].route = f"{request.method} console"
        screen = open_screen(world, request)
        if screen is None:
            raise HTTPException(404)
        await screen.apply_delay()
        return await answer(screen)

    for console_path in _CONSOLE_PATHS:
        routes.add_api_route(console_path + path, endpoint, methods=list(methods))


_add_route("", show_frame, "GET")
_add_route("/sign-in", authentication.sign_in, "GET", "POST")
_add_route("/sign-on", authentication.sign_on, "GET", "POST")
_add_route("/second-factor", authentication.verify_second_factor, "GET", "POST")
_add_route("/sign-out", authentication.sign_out, "POST")
_add_route("/view/{route:path}", show_view, "GET")
_add_route("/do/{route:path}", perform_action, "POST")
