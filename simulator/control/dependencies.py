"""FastAPI dependencies of the control plane: who acts, on which company, at which address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from simulator.company_factory import ADMIN
from simulator.services.connectwise.models import Actor, PsaCompany
from simulator.world import TheWorld


class RequestBody(BaseModel):
    """A body of the control plane; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


async def _get_company(world: TheWorld, company_id: str) -> PsaCompany:
    company = world.companies.get(company_id)
    if company is None:
        raise HTTPException(404, f"There is no company '{company_id}'.")
    return company


async def _get_admin(world: TheWorld, request: Request) -> Actor:
    return world.make_actor(ADMIN, request.scope["sim"])


async def _get_site(request: Request) -> str:
    return str(request.base_url).rstrip("/")


TheCompany = Annotated[PsaCompany, Depends(_get_company)]
# The person in whose name the control plane makes every change.
TheAdmin = Annotated[Actor, Depends(_get_admin)]
TheSite = Annotated[str, Depends(_get_site)]
