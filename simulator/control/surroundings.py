"""`/_sim/companies/{id}/…`: what is around a company: its consoles, its gateways' state, its codebase."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from simulator import founding
from simulator.control.desk import TheCompany, ThePerson
from simulator.umbrella import sink
from simulator.umbrella.models import Console
from simulator.world import TheWorld


class Integration(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["ConnectWise", "Autotask"] | None = "ConnectWise"
    enabled: bool = True
    publicKey: str | None = None
    privateKey: str | None = None


class Codebase(BaseModel):
    model_config = ConfigDict(extra="forbid")
    codebase: str


class Door(BaseModel):
    """How a gateway stands; only what is named is changed."""

    model_config = ConfigDict(extra="forbid")
    ready: bool = True
    reason: str | None = None
    person: str | None = None
    allowRoles: list[int] | None = None
    allowMembers: list[int] | None = None


class ConsoleDoor(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ready: bool = True
    reason: str | None = None
    person: str | None = None
    scopes: list[str] | None = None


routes = APIRouter(prefix="/_sim/companies/{company_id}", tags=["surroundings"])


async def _console(world: TheWorld, company: TheCompany, kind: str, console_id: str) -> Console:
    console = world.consoles.get((kind, console_id))
    if console is None or console.company_id != company.id:
        raise HTTPException(404, f"{company.id} has no {kind} console '{console_id}'.")
    return console


TheConsole = Annotated[Console, Depends(_console)]


@routes.put("/consoles/{kind}/{console_id}/psaIntegration")
async def write(company: TheCompany, console: TheConsole, actor: ThePerson, wanted: Integration) -> dict[str, Any]:
    """Set the integration; a private key that is left out stays as it was."""
    private = wanted.privateKey if "privateKey" in wanted.model_fields_set else console.integration.private_key
    sink.write(
        console,
        company,
        actor,
        kind=wanted.kind,
        enabled=wanted.enabled,
        public_key=wanted.publicKey,
        private_key=private,
    )
    return console.integration.shown()


@routes.delete("/consoles/{kind}/{console_id}/psaIntegration", status_code=204)
async def remove(company: TheCompany, console: TheConsole, actor: ThePerson) -> Response:
    sink.remove(console, company, actor)
    return Response(status_code=204)


@routes.put("/consoles/{kind}/{console_id}/gateway")
async def console_door(console: TheConsole, wanted: ConsoleDoor) -> dict[str, Any]:
    for name in wanted.model_fields_set & {"ready", "reason", "person"}:
        setattr(console, name, getattr(wanted, name))
    if wanted.scopes is not None:
        console.scopes = set(wanted.scopes)
    return {"ready": console.ready, "reason": console.reason, "person": console.person}


@routes.put("/gateway")
async def door(company: TheCompany, wanted: Door) -> dict[str, Any]:
    standing = company.door
    for name in wanted.model_fields_set:
        setattr(standing, {"allowRoles": "roles", "allowMembers": "members"}.get(name, name), getattr(wanted, name))
    return {"ready": standing.ready, "reason": standing.reason, "person": standing.person}


@routes.put("/codebase")
async def upgrade(company: TheCompany, wanted: Codebase) -> dict[str, str]:
    """A hosted upgrade: from now on the old codebase answers 404."""
    if not founding.CODEBASE.fullmatch(wanted.codebase):
        raise HTTPException(422, 'codebase: like "v2025_2/"')
    company.codebase = wanted.codebase
    return {"codebase": company.codebase}
