"""`/umbrella/{console}/…`: the PSA integration of an Umbrella console."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.answers import REFUSALS, body_of, house_of
from gateway.consoles.integration import IntegrationScreen
from gateway.evidence import Picture
from gateway.idempotency import Record
from gateway.problems import GatewayProblem, unauthorized
from gateway.screens.marks import UmbrellaScreens
from gateway.seat import Seat, Visit
from gateway.writes import Body, Done, once
from providers.console.contract import PsaIntegration, UmbrellaHealth


class Integration(Body):
    kind: Literal["ConnectWise"]
    enabled: bool
    publicKey: str
    privateKey: SecretStr


routes = APIRouter(prefix="/umbrella/{console}", tags=["Umbrella"], responses=REFUSALS)
Once = Annotated[str | None, Header(alias="Idempotency-Key", description="128 random bits, fresh for each operation")]
Over = Annotated[
    str | None,
    Header(alias="If-Match", description='the public key to be replaced, in quotes; `""` for none; 409 for another'),
]


async def _enter(request: Request, console: str) -> tuple[Seat, UmbrellaScreens]:
    found = house_of(request).umbrella.get(console)
    if found is None:
        raise unauthorized()
    return found


Entered = Annotated[tuple[Seat, UmbrellaScreens], Depends(_enter)]


@routes.get("/health", response_model=UmbrellaHealth)
async def health(at: Entered) -> Response:
    seat, _ = at
    reason = None
    try:
        await seat.run("health", lambda visit: _screen(visit, at).read())
    except GatewayProblem as problem:
        if problem.status == 429:
            raise
        reason = str(problem)
    told = {"console": seat.console.kind, "consoleId": seat.console.consoleId}
    return JSONResponse({**told, "ready": reason is None, "reason": reason})


@routes.get("/psaIntegration", response_model=PsaIntegration)
async def read(at: Entered) -> Response:
    return _shown(await at[0].run("get-integration", lambda visit: _screen(visit, at).read()))


@routes.put("/psaIntegration", response_model=PsaIntegration, openapi_extra=body_of(Integration))
async def write(at: Entered, request: Request, idempotency_key: Once = None, if_match: Over = None) -> Response:
    seat, _ = at
    over = None if if_match is None else if_match.strip('"')

    async def act(wanted: Integration, record: Record) -> Done:
        async def work(visit: Visit) -> PsaIntegration:
            return await _screen(visit, at).write(wanted.publicKey, wanted.privateKey, wanted.enabled, over)

        return Done((await seat.run("put-integration", work, record)).model_dump(mode="json"))

    return await once(seat, request, Integration, act)


@routes.delete("/psaIntegration", status_code=204)
async def remove(at: Entered) -> Response:
    await at[0].run("delete-integration", lambda visit: _screen(visit, at).delete())
    return Response(status_code=204)


@routes.get("/evidence")
async def evidence(at: Entered) -> list[Picture]:
    """The pictures that are kept, oldest first; the files are in the gateway's folder."""
    return at[0].evidence.pictures()


def _screen(visit: Visit, at: tuple[Seat, UmbrellaScreens]) -> IntegrationScreen:
    seat, screens = at
    settings = screens.settingsNames["msp" if seat.console.kind == "msp" else "mssp"]
    return IntegrationScreen(visit, screens, settings)


def _shown(held: PsaIntegration) -> Response:
    return JSONResponse(held.model_dump(mode="json"))
