"""`/console/…`: where the screens are. One page per console, whose script asks for views and sends acts.

`/console/connectwise/{companyId}` and `/console/umbrella/{msp|mssp}/{consoleId}`; the route within a console stands
behind the `#`, as Umbrella's own address does (`dashboard.umbrella.com/msp/{id}#customermanagement/customers`).
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from simulator.connectwise.errors import ConnectWiseError
from simulator.connectwise.roles import ConsoleRefusal
from simulator.console import client, door, psa, umbrella
from simulator.console.visit import ASSETS, ScreenRefusal, Visit, posted, visit
from simulator.world import TheWorld

_FILES: Final = Path(__file__).with_name("assets")
_PLACES: Final = ("/console/connectwise/{company_id}", "/console/umbrella/{kind}/{console_id}")

routes = APIRouter(include_in_schema=False)


@routes.get(f"{ASSETS}/{{name}}")
async def asset(name: str) -> Response:
    file = _FILES / name
    if file.parent != _FILES or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, headers={"Cache-Control": "max-age=300"})


async def shell(at: Visit) -> Response:
    if at.session is None:
        return at.to("/sign-in")
    return HTMLResponse(client.shell(at)) if at.inside else at.to("/second-factor")


async def view(at: Visit) -> Response:
    if not at.inside:
        return at.turned_away()
    try:
        shown = psa.view(at, _below(at, "view")) if at.console is None else umbrella.view(at, _below(at, "view"))
    except ValueError:  # an id in the address that is no number
        shown = None
    return HTMLResponse(shown) if shown is not None else HTMLResponse(client.nowhere(), 404)


async def act(at: Visit) -> Response:
    """Answer `{"goto"?, "html"?, "message"?}`, or the console's refusal in its words."""
    if not at.inside:
        return at.turned_away()
    try:
        body = await posted(at.request)
        done = psa.act(at, _below(at, "do"), body) if at.console is None else umbrella.act(at, _below(at, "do"), body)
    except (ScreenRefusal, ConsoleRefusal) as refusal:
        return JSONResponse({"refused": str(refusal)}, 422)
    except (ConnectWiseError, KeyError, TypeError, ValueError):
        return JSONResponse({"refused": "This record could not be saved."}, 422)
    return JSONResponse(done)


def _below(at: Visit, part: str) -> list[str]:
    return at.request.url.path.removeprefix(f"{at.base}/{part}").strip("/").split("/")


def _add(path: str, answer: Callable[[Visit], Awaitable[Response]], *methods: str) -> None:
    async def endpoint(world: TheWorld, request: Request) -> Response:
        request.scope["sim"].route = f"{request.method} console"
        at = visit(world, request)
        if at is None:
            raise HTTPException(404)
        await at.slow()
        return await answer(at)

    for place in _PLACES:
        routes.add_api_route(place + path, endpoint, methods=list(methods))


_add("", shell, "GET")
_add("/sign-in", door.sign_in, "GET", "POST")
_add("/sign-on", door.sign_on, "GET", "POST")
_add("/second-factor", door.second_factor, "GET", "POST")
_add("/sign-out", door.sign_out, "POST")
_add("/view/{route:path}", view, "GET")
_add("/do/{route:path}", act, "POST")
