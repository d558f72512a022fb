"""What the control plane's rooms share: who acts, on which company, at which address."""

from typing import Annotated

from fastapi import Depends, HTTPException
from starlette.requests import Request

from simulator.connectwise.models import Actor, Company
from simulator.founding import PERSON
from simulator.world import TheWorld


async def _company(world: TheWorld, company_id: str) -> Company:
    found = world.companies.get(company_id)
    if found is None:
        raise HTTPException(404, f"There is no company '{company_id}'.")
    return found


async def _person(world: TheWorld, request: Request) -> Actor:
    return world.actor(PERSON, request.scope["sim"])


async def _site(request: Request) -> str:
    return str(request.base_url).rstrip("/")


TheCompany = Annotated[Company, Depends(_company)]
# The person at the screen, in whose name every change of the control plane is made.
ThePerson = Annotated[Actor, Depends(_person)]
TheSite = Annotated[str, Depends(_site)]
