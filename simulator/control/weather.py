"""`/_sim/…`: the request log, latency, limits and faults."""

import asyncio
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from simulator.faults import Armed, Expression, Fault
from simulator.weather import Latency, Limit
from simulator.world import TheWorld


class LatencyWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ms: float = Field(ge=0)
    company: str | None = None
    path: Expression | None = None


class LimitWanted(BaseModel):
    """`requests` in any `seconds` for each company; 0 requests takes the limit away."""

    model_config = ConfigDict(extra="forbid")
    requests: int = Field(ge=0)
    seconds: float = Field(60, gt=0)
    company: str | None = None
    path: Expression | None = None


async def _fault(world: TheWorld, fault_id: str) -> Armed:
    found = world.faults.get(fault_id)
    if found is None:
        raise HTTPException(404, f"There is no fault '{fault_id}'.")
    return found


TheFault = Annotated[Armed, Depends(_fault)]

routes = APIRouter(prefix="/_sim", tags=["log and weather"])


@routes.get("/health")
async def health(world: TheWorld) -> dict[str, bool]:
    return {"ok": True}


@routes.get("/requests")
async def requests(world: TheWorld, company: str | None = None, since: int = 0) -> list[dict[str, Any]]:
    return world.log.shown(company, since)


@routes.delete("/requests", status_code=204)
async def forget(world: TheWorld, company: str | None = None) -> Response:
    world.log.clear(company)
    return Response(status_code=204)


@routes.put("/latency")
async def latency(world: TheWorld, wanted: LatencyWanted) -> dict[str, Any]:
    world.weather.set_latency(Latency(wanted.ms, wanted.company, wanted.path))
    return wanted.model_dump()


@routes.put("/limits")
async def limit(world: TheWorld, wanted: LimitWanted) -> dict[str, Any]:
    world.weather.set_limit(Limit(wanted.requests, wanted.seconds, wanted.company, wanted.path))
    return wanted.model_dump()


@routes.post("/faults", status_code=201)
async def arm(world: TheWorld, fault: Fault) -> dict[str, str]:
    return {"id": world.faults.add(fault).id}


@routes.get("/faults")
async def armed(world: TheWorld) -> list[dict[str, Any]]:
    return [one.shown() for one in world.faults.armed]


@routes.get("/faults/{fault_id}")
async def look(armed: TheFault, wait: Annotated[float, Query(ge=0, le=60)] = 0) -> dict[str, Any]:
    """A fault as it stands; of a `hold`, `wait` that many seconds for the first request that it stops."""
    if wait:
        with suppress(TimeoutError):
            await asyncio.wait_for(armed.reached.wait(), wait)
    return armed.shown()


@routes.post("/faults/{fault_id}/release", status_code=204)
async def release(armed: TheFault) -> Response:
    """Let go on what a `hold` has stopped, and stop nothing more."""
    armed.fault.times = armed.hits
    armed.released.set()
    return Response(status_code=204)


@routes.delete("/faults", status_code=204)
async def disarm(world: TheWorld, company: str | None = None) -> Response:
    world.faults.clear(company)
    return Response(status_code=204)
