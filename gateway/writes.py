"""A write under its Idempotency-Key: carried out once, answered alike when it is repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.configuration import first_of
from gateway.idempotency import Record
from gateway.problems import GatewayProblem, invalid, outcome_unknown
from gateway.seat import Seat

# What would pass by itself, if the write had not begun to act.
_PASSING = (423, 429, 503)
Wanted = TypeVar("Wanted", bound="Body")


class Body(BaseModel):
    """A request's body. What the contract does not name is refused, and no message repeats a value."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True)
class Done:
    """A write's answer; `holds` is the id of the key whose private half it shows."""

    answer: Any
    status: int = 200
    holds: str | None = None


def parsed(raw: bytes, model: type[Wanted]) -> Wanted:
    try:
        return model.model_validate_json(raw)
    except ValidationError as problem:
        raise invalid(first_of(problem)) from None


async def once(
    seat: Seat, request: Request, model: type[Wanted], act: Callable[[Wanted, Record], Awaitable[Done]]
) -> Response:
    raw = await request.body()
    key, path = request.headers.get("idempotency-key"), request.url.path
    wanted = parsed(raw, model)
    record = seat.records.claim(key, request.method, path, raw)
    if record.done:
        return JSONResponse(record.answer, record.status)
    try:
        done = await act(wanted, record)
        seat.records.settle(record, done.status, done.answer, done.holds)
        return JSONResponse(done.answer, done.status)
    except GatewayProblem as problem:
        told = outcome_unknown(problem) if record.acting and problem.status in _PASSING else problem
        if record.acting or problem.decides:
            seat.records.settle(record, told.status, told.body)
        raise told from None
    finally:
        if not record.done:
            # A write that may have acted is never carried out again under this key.
            if record.acting:
                unknown = outcome_unknown()
                seat.records.settle(record, unknown.status, unknown.body)
            else:
                seat.records.release(record)
