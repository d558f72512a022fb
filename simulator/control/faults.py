"""`/_sim/…`: the request log, latency, limits and faults."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import Response

from simulator.faults.fault import ArmedFault, Fault
from simulator.faults.latency_limits import Latency, Limit
from simulator.world import TheWorld


async def _get_fault(world: TheWorld, fault_id: str) -> ArmedFault:
    fault = world.faults.get(fault_id)
    if fault is None:
        raise HTTPException(404, f"There is no fault '{fault_id}'.")
    return fault


TheFault = Annotated[ArmedFault, Depends(_get_fault)]

routes = APIRouter(prefix="/_sim", tags=["request log, latency, limits and faults"])


@routes.get("/health")
async def get_health() -> dict[str, bool]:
    return {"ok": True}


@routes.get("/requests")
async def list_requests(world: TheWorld, company: str | None = None, since: int = 0) -> list[dict[str, Any]]:
    return world.log.list_entries(company, since)


@routes.delete("/requests", status_code=204)
async def clear_requests(world: TheWorld, company: str | None = None) -> Response:
    world.log.clear(company)
    return Response(status_code=204)


@routes.put("/latency")
async def set_latency(world: TheWorld, latency: Latency) -> Latency:
    world.traffic.set_latency(latency)
    return latency


@routes.put("/limits")
async def set_limit(world: TheWorld, limit: Limit) -> Limit:
    world.traffic.set_limit(limit)
    return limit


@routes.post("/faults", status_code=201)
async def add_fault(world: TheWorld, fault: Fault) -> dict[str, str]:
    return {"id": world.faults.add(fault).id}


@routes.get("/faults")
async def list_faults(world: TheWorld) -> list[dict[str, Any]]:
    return [armed.to_dict() for armed in world.faults.armed]


@routes.get("/faults/{fault_id}")
async def get_fault(armed: TheFault, wait: Annotated[float, Query(ge=0, le=60)] = 0) -> dict[str, Any]:
    """Show a fault; of a `hold`, `wait` at most that many seconds for the first request that it holds."""
    if wait:
        with suppress(TimeoutError):
            await asyncio.wait_for(armed.reached.wait(), wait)
    return armed.to_dict()


@routes.post("/faults/{fault_id}/release", status_code=204)
async def release_fault(armed: TheFault) -> Response:
    """Release the request that a `hold` holds, and hold no other."""
    armed.fault.times = armed.hits
    armed.released.set()
    return Response(status_code=204)


@routes.delete("/faults", status_code=204)
async def clear_faults(world: TheWorld, company: str | None = None) -> Response:
    world.faults.clear(company)
    return Response(status_code=204)
