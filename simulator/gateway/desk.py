"""What both gateways share: the bearer token, a strict body, and writes that act once."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.gateway import errors
from simulator.gateway.errors import GatewayError
from simulator.identify import bearer
from simulator.world import World


class Body(BaseModel):
    """A request body; what the contract does not name is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


Wanted = TypeVar("Wanted", bound=Body)


@dataclass(frozen=True)
class Done:
    """The outcome of an act; `holds_key` names the key whose private half the answer shows."""

    answer: Any
    status: int = 200
    holds_key: tuple[str, str] | None = None


def check_token(request: Request, expected: str) -> str:
    sent = bearer(request.headers.get("authorization")) or ""
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise errors.unauthorized()
    return sent


def parsed(raw: bytes, model: type[Wanted]) -> Wanted:
    """Read a body; the message names the field and the problem, never the value, which may be a secret."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"]) or "body"
        raise errors.invalid(f"{where}: {first['msg']}") from None


async def once(world: World, request: Request, token: str, act: Callable[[bytes], Done]) -> Response:
    """Carry a write out under its Idempotency-Key, or answer again what it answered then."""
    raw = await request.body()
    key = request.headers.get("idempotency-key")
    record = world.idempotency.claim(token, key, request.method, request.url.path, raw)
    if record.done:
        return JSONResponse(record.answer, record.status)
    settled = False
    try:
        await world.pause(request.scope["sim"])
        done = act(raw)
        world.idempotency.settle(record, done.status, done.answer, done.holds_key)
        settled = True
        return JSONResponse(done.answer, done.status)
    except GatewayError as refusal:
        if refusal.settles:
            world.idempotency.settle(record, refusal.status, refusal.body)
            settled = True
        raise
    finally:
        if not settled:
            world.idempotency.release(record)
