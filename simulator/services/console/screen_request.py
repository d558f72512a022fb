"""One request to a screen: which console, whose company, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from simulator.services.connectwise.models import Actor, PsaCompany
from simulator.services.console import widgets
from simulator.services.console.markup import Markup
from simulator.services.console.sessions import ScreenModes, ScreenSession
from simulator.services.console.widgets import Labels
from simulator.services.umbrella.models import UmbrellaConsole
from simulator.world import World

ASSETS = "/console-assets"
COOKIE = "console"


class ScreenRefusal(Exception):
    """A screen refuses what was entered; the message is its own."""


@dataclass(frozen=True)
class ScreenRequest:
    world: World
    request: Request
    base: str  # the console's own path
    company: PsaCompany
    console: UmbrellaConsole | None  # None: the ConnectWise client
    session: ScreenSession | None

    @property
    def modes(self) -> ScreenModes:
        return self.world.screens.get(self.company).modes

    @property
    def labels(self) -> Labels:
        return Labels(self.modes.labels)

    def field(self, label: str, name: str, value: str = "", **attributes: str | bool) -> Markup:
        """Build a line whose value is no secret, as this company's screens show it."""
        if value and self.modes.placeholders:
            attributes, value = {**attributes, "placeholder": value}, ""
        return widgets.field(self.labels(label), name, value, **attributes)

    @property
    def title(self) -> str:
        if self.console is None:
            return "ConnectWise PSA"
        return f"Cisco Umbrella for {'MSPs' if self.console.kind == 'msp' else 'MSSPs'}"

    @property
    def actor(self) -> Actor:
        """Name the signed-in person, who makes every change."""
        assert self.session is not None  # noqa: S101 - views and actions need a session
        return self.world.make_actor(self.session.user, self.request.scope["sim"])

    @property
    def is_signed_in(self) -> bool:
        return self.session is not None and self.session.verified

    def redirect_to(self, path: str = "") -> Response:
        return RedirectResponse(self.base + path, 303)

    def reject(self) -> Response:
        """Send the client's script to the sign-in page."""
        return JSONResponse({"signIn": f"{self.base}/sign-in?expired=1"}, 401)

    async def apply_delay(self) -> None:
        if self.modes.slow_ms > 0:
            await self.world.sleep(self.modes.slow_ms / 1000)


def open_screen(world: World, request: Request) -> ScreenRequest | None:
    """Read the address and the cookie; return None when there is no such console."""
    parts = request.url.path.split("/")[2:]  # '', 'console', …
    company: PsaCompany | None = None
    console: UmbrellaConsole | None = None
    if parts[0] == "connectwise":
        company, base = world.companies.get(parts[1]), f"/console/connectwise/{parts[1]}"
    else:
        console = world.consoles.get((parts[1], parts[2]))
        company = world.companies.get(console.company_id) if console else None
        base = f"/console/umbrella/{parts[1]}/{parts[2]}"
    if company is None:
        return None
    session = world.screens.find_session(company, base, request.cookies.get(COOKIE))
    return ScreenRequest(world, request, base, company, console, session)


async def read_json_body(request: Request) -> dict[str, Any]:
    """Read the JSON that the client's script sends."""
    body = await request.json()
    if not isinstance(body, dict):
        raise ScreenRefusal("Something went wrong.")
    return body
