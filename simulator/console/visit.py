"""One request to a screen: which console, whose company, who is signed in."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from simulator.connectwise.models import Actor, Company
from simulator.console.modes import Modes, Session
from simulator.console.parts import Words
from simulator.umbrella.models import Console
from simulator.world import World

ASSETS = "/console-assets"
COOKIE = "console"


class ScreenRefusal(Exception):
    """What a screen would not take, in its words."""


@dataclass(frozen=True)
class Visit:
    world: World
    request: Request
    base: str  # the console's own path
    company: Company
    console: Console | None  # None: the ConnectWise client
    session: Session | None

    @property
    def modes(self) -> Modes:
        return self.world.screens.of(self.company).modes

    @property
    def words(self) -> Words:
        return Words(self.modes.labels)

    @property
    def title(self) -> str:
        if self.console is None:
            return "ConnectWise PSA"
        return f"Cisco Umbrella for {'MSPs' if self.console.kind == 'msp' else 'MSSPs'}"

    @property
    def actor(self) -> Actor:
        """The signed-in person, in whose name every change is made."""
        assert self.session is not None  # noqa: S101 - `acts` and `views` are entered with a session only
        return self.world.actor(self.session.user, self.request.scope["sim"])

    @property
    def inside(self) -> bool:
        return self.session is not None and self.session.verified

    def to(self, where: str = "") -> Response:
        return RedirectResponse(self.base + where, 303)

    def turned_away(self) -> Response:
        """The client's script leaves for the sign-in page."""
        return JSONResponse({"signIn": f"{self.base}/sign-in?expired=1"}, 401)

    async def slow(self) -> None:
        if self.modes.slow_ms > 0:
            await self.world.sleep(self.modes.slow_ms / 1000)


def visit(world: World, request: Request) -> Visit | None:
    """Read the address and the cookie; None when there is no such console."""
    parts = request.url.path.split("/")[2:]  # '', 'console', …
    company: Company | None = None
    console: Console | None = None
    if parts[0] == "connectwise":
        company, base = world.companies.get(parts[1]), f"/console/connectwise/{parts[1]}"
    else:
        console = world.consoles.get((parts[1], parts[2]))
        company = world.companies.get(console.company_id) if console else None
        base = f"/console/umbrella/{parts[1]}/{parts[2]}"
    if company is None:
        return None
    session = world.screens.session(company, base, request.cookies.get(COOKIE))
    return Visit(world, request, base, company, console, session)


async def posted(request: Request) -> dict[str, Any]:
    """The JSON that the client's script sends."""
    body = await request.json()
    if not isinstance(body, dict):
        raise ScreenRefusal("Something went wrong.")
    return body
