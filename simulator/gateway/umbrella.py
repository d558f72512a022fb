"""The Umbrella side of the console gateway: Settings, PSA Integration Details."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.connectwise.keys import LENGTH
from simulator.connectwise.models import Actor, Company
from simulator.gateway import errors
from simulator.gateway.connectwise import OPERATOR
from simulator.gateway.desk import Body, Done, check_token, once, parsed
from simulator.umbrella import sink
from simulator.umbrella.models import Console
from simulator.world import TheWorld, World

# The form of a half is what Cisco's page shows; whether the console checks it is unknown.
_HALF: Final = re.compile(rf"[A-Za-z0-9]{{{LENGTH}}}")


class Integration(Body):
    kind: Literal["ConnectWise"]
    enabled: bool
    publicKey: str
    privateKey: str


routes = APIRouter(prefix="/gateway/umbrella/{kind}/{console_id}", include_in_schema=False)


@dataclass(frozen=True)
class Visit:
    """One request that came in with the right token."""

    world: World
    request: Request
    console: Console
    token: str

    @property
    def actor(self) -> Actor:
        return self.world.actor(OPERATOR, self.request.scope["sim"])

    @property
    def company(self) -> Company:
        return self.world.companies[self.console.company_id]


async def _enter(world: TheWorld, request: Request, kind: str, console_id: str) -> Visit:
    console = world.consoles.get((kind, console_id))
    if console is None:
        raise errors.unauthorized()
    request.scope["sim"].route = f"{request.method} gateway/{request.url.path.rpartition('/')[2]}"
    return Visit(world, request, console, check_token(request, console.gateway_token))


Entered = Annotated[Visit, Depends(_enter)]


@routes.get("/health")
async def health(visit: Entered) -> Response:
    console = visit.console
    ready = console.ready and console.person is None
    reason = None if ready else console.person or console.reason
    return JSONResponse({"console": console.kind, "consoleId": console.id, "ready": ready, "reason": reason})


@routes.get("/psaIntegration")
async def read(visit: Entered) -> Response:
    _check_open(visit.console)
    return JSONResponse(visit.console.integration.shown())


@routes.put("/psaIntegration")
async def write(visit: Entered) -> Response:
    def act(raw: bytes) -> Done:
        wanted = parsed(raw, Integration)
        _check_open(visit.console)
        _check_held(visit, wanted)
        _check_pair(visit.console, wanted)
        sink.write(
            visit.console,
            visit.company,
            visit.actor,
            kind=wanted.kind,
            enabled=wanted.enabled,
            public_key=wanted.publicKey,
            private_key=wanted.privateKey,
        )
        return Done(visit.console.integration.shown())

    return await once(visit.world, visit.request, visit.token, act)


@routes.delete("/psaIntegration")
async def remove(visit: Entered) -> Response:
    _check_open(visit.console)
    sink.remove(visit.console, visit.company, visit.actor)
    return Response(status_code=204)


def _check_held(visit: Visit, wanted: Integration) -> None:
    """`If-Match: "<public key>"` (empty for none): only that one may be replaced."""
    named = visit.request.headers.get("if-match")
    held = visit.console.integration.public_key or ""
    if named is not None and held not in (named.strip('"'), wanted.publicKey):
        raise errors.changed()


def _check_pair(console: Console, wanted: Integration) -> None:
    held = console.integration
    if held.enabled and held.kind not in (None, wanted.kind):
        # KB 231356068: only one PSA integration at a time; the other one must be deleted first.
        raise errors.refused(f"The {held.kind} integration is enabled and must be deleted first.")
    for name in ("publicKey", "privateKey"):
        if not _HALF.fullmatch(getattr(wanted, name)):
            raise errors.refused(f"{name} must be {LENGTH} letters and digits.")


def _check_open(console: Console) -> None:
    if console.person is not None:
        raise errors.person_needed(console.person)
    if not console.ready:
        raise errors.unreachable(console.reason)
