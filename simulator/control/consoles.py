"""`/_sim/companies/{id}/…`: a company's consoles, the state of its gateways, its codebase, its site's modes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from simulator.company_factory import CODEBASE
from simulator.control.dependencies import RequestBody, TheAdmin, TheCompany
from simulator.services.connectwise.site_modes import SiteModes
from simulator.services.umbrella import sink
from simulator.services.umbrella.models import StoredIntegration, UmbrellaConsole
from simulator.world import TheWorld


class IntegrationUpdate(RequestBody):
    kind: Literal["ConnectWise", "Autotask"] | None = "ConnectWise"
    enabled: bool = True
    publicKey: str | None = None
    privateKey: str | None = None


class CodebaseUpdate(RequestBody):
    codebase: str


class ReadinessUpdate(RequestBody):
    """The state of a gateway; only what is named is changed."""

    ready: bool = True
    reason: str | None = None
    person: str | None = None


class GatewayUpdate(ReadinessUpdate):
    allowRoles: list[int] | None = None
    allowMembers: list[int] | None = None


class ConsoleGatewayUpdate(ReadinessUpdate):
    scopes: list[str] | None = None


routes = APIRouter(prefix="/_sim/companies/{company_id}", tags=["consoles and gateways"])


async def _get_console(world: TheWorld, company: TheCompany, kind: str, console_id: str) -> UmbrellaConsole:
    console = world.consoles.get((kind, console_id))
    if console is None or console.company_id != company.id:
        raise HTTPException(404, f"{company.id} has no {kind} console '{console_id}'.")
    return console


TheConsole = Annotated[UmbrellaConsole, Depends(_get_console)]


@routes.put("/consoles/{kind}/{console_id}/psaIntegration")
async def set_integration(
    company: TheCompany, console: TheConsole, actor: TheAdmin, update: IntegrationUpdate
) -> dict[str, Any]:
    """Set the integration; a private key that is left out stays as it was."""
    private = update.privateKey if "privateKey" in update.model_fields_set else console.integration.private_key
    integration = StoredIntegration(update.kind, update.enabled, update.publicKey, private, actor.at)
    sink.write(console, company, actor, integration)
    return console.integration.to_dict()


@routes.delete("/consoles/{kind}/{console_id}/psaIntegration", status_code=204)
async def delete_integration(company: TheCompany, console: TheConsole, actor: TheAdmin) -> Response:
    sink.delete(console, company, actor)
    return Response(status_code=204)


@routes.put("/consoles/{kind}/{console_id}/gateway")
async def set_console_gateway(console: TheConsole, update: ConsoleGatewayUpdate) -> dict[str, Any]:
    for name in update.model_fields_set & {"ready", "reason", "person"}:
        setattr(console, name, getattr(update, name))
    if update.scopes is not None:
        console.scopes = set(update.scopes)
    return {"ready": console.ready, "reason": console.reason, "person": console.person}


@routes.put("/gateway")
async def set_gateway(company: TheCompany, update: GatewayUpdate) -> dict[str, Any]:
    status = company.gateway
    for name in update.model_fields_set:
        setattr(status, {"allowRoles": "roles", "allowMembers": "members"}.get(name, name), getattr(update, name))
    return {"ready": status.ready, "reason": status.reason, "person": status.person}


@routes.put("/codebase")
async def set_codebase(company: TheCompany, update: CodebaseUpdate) -> dict[str, str]:
    """Upgrade the hosted company: from now on the old codebase is wrong."""
    if not CODEBASE.fullmatch(update.codebase):
        raise HTTPException(422, 'codebase: like "v2025_2/"')
    company.codebase = update.codebase
    return {"codebase": company.codebase}


@routes.get("/site")
async def get_site_modes(company: TheCompany) -> SiteModes:
    return company.modes


@routes.put("/site")
async def set_site_modes(company: TheCompany, update: SiteModes) -> SiteModes:
    """Set the modes that are named."""
    for name in update.model_fields_set:
        setattr(company.modes, name, getattr(update, name))
    return company.modes
