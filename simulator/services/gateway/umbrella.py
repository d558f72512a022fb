"""The Umbrella side of the console gateway: Settings, PSA Integration Details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.services.connectwise.api_keys import KEY_LENGTH, is_half
from simulator.services.connectwise.models import PsaCompany
from simulator.services.gateway import errors
from simulator.services.gateway.dependencies import (
    ContractBody,
    GatewayRequest,
    WriteResult,
    check_ready,
    check_token,
    render_health,
)
from simulator.services.umbrella import sink
from simulator.services.umbrella.models import StoredIntegration, UmbrellaConsole
from simulator.world import TheWorld


class IntegrationBody(ContractBody):
    kind: Literal["ConnectWise"]
    enabled: bool
    publicKey: str
    privateKey: str


routes = APIRouter(prefix="/gateway/umbrella/{kind}/{console_id}", include_in_schema=False)


@dataclass(frozen=True)
class ConsoleRequest(GatewayRequest):
    console: UmbrellaConsole

    @property
    def company(self) -> PsaCompany:
        return self.world.companies[self.console.company_id]


async def _authenticate(world: TheWorld, request: Request, kind: str, console_id: str) -> ConsoleRequest:
    console = world.consoles.get((kind, console_id))
    if console is None:
        raise errors.unauthorized()
    request.scope["sim"].route = f"{request.method} gateway/{request.url.path.rpartition('/')[2]}"
    return ConsoleRequest(world, request, check_token(request, console.gateway_token), console)


Authenticated = Annotated[ConsoleRequest, Depends(_authenticate)]


@routes.get("/health")
async def get_health(request: Authenticated) -> Response:
    console = request.console
    return render_health(console, console=console.kind, consoleId=console.id)


@routes.get("/psaIntegration")
async def get_integration(request: Authenticated) -> Response:
    check_ready(request.console)
    return JSONResponse(request.console.integration.to_dict())


@routes.put("/psaIntegration")
async def set_integration(request: Authenticated) -> Response:
    def act(wanted: IntegrationBody) -> WriteResult:
        check_ready(request.console)
        _check_precondition(request, wanted)
        _check_pair(request.console, wanted)
        pair, actor = (wanted.publicKey, wanted.privateKey), request.actor
        integration = StoredIntegration(wanted.kind, wanted.enabled, *pair, actor.at)
        sink.write(request.console, request.company, actor, integration)
        return WriteResult(request.console.integration.to_dict())

    return await request.write_once(IntegrationBody, act)


@routes.delete("/psaIntegration")
async def delete(request: Authenticated) -> Response:
    check_ready(request.console)
    sink.delete(request.console, request.company, request.actor)
    return Response(status_code=204)


def _check_precondition(request: ConsoleRequest, wanted: IntegrationBody) -> None:
    """Check `If-Match: "<public key>"` (empty for none): only that one may be replaced."""
    condition = request.http.headers.get("if-match")
    held = request.console.integration.public_key or ""
    if condition is not None and held not in (condition.strip('"'), wanted.publicKey):
        raise errors.key_changed()


def _check_pair(console: UmbrellaConsole, wanted: IntegrationBody) -> None:
    conflict = sink.explain_conflict(console, wanted.kind)
    if conflict is not None:
        raise errors.refused(conflict)
    for name in ("publicKey", "privateKey"):
        if not is_half(getattr(wanted, name)):
            raise errors.refused(f"{name} must be {KEY_LENGTH} letters and digits.")
