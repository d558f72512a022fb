"""What both gateways share: the token, readiness, a strict body, and writes that act once."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.callers import parse_bearer
from simulator.services.connectwise.models import Actor
from simulator.services.connectwise.roles import ConsoleRefusal
from simulator.services.gateway import errors
from simulator.services.gateway.errors import GatewayError
from simulator.world import World

OPERATOR: Final = "GatewayUser"  # the person's account with which the gateway is signed in to the console


class ContractBody(BaseModel):
    """A request body; what the contract does not name is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


BodyT = TypeVar("BodyT", bound=ContractBody)


@dataclass(frozen=True)
class WriteResult:
    """The outcome of a write; `holds_key` names the key whose private half the answer shows."""

    answer: Any
    status: int = 200
    holds_key: tuple[str, str] | None = None


class GatewayReadiness(Protocol):
    """The state of a gateway, whichever console it is for."""

    ready: bool
    reason: str | None
    person: str | None


@dataclass(frozen=True)
class GatewayRequest:
    """A request that came with the right token."""

    world: World
    http: Request
    token: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        return self.world.make_actor(OPERATOR, self.http.scope["sim"])

    async def write_once(self, model: type[BodyT], act: Callable[[BodyT], WriteResult]) -> Response:
        """Carry a write out under its Idempotency-Key, or repeat its earlier answer."""
        raw = await self.http.body()
        key = self.http.headers.get("idempotency-key")
        store = self.world.idempotency
        operation = store.claim(self.token, key, self.http.method, self.http.url.path, raw)
        if operation.done:
            return JSONResponse(operation.answer, operation.status)
        try:
            await self.world.pause(self.http.scope["sim"])
            result = _perform(act, _parse_body(raw, model))
            store.settle(operation, result.status, result.answer, result.holds_key)
            return JSONResponse(result.answer, result.status)
        except GatewayError as refusal:
            if refusal.settles:
                store.settle(operation, refusal.status, refusal.body)
            raise
        finally:
            if not operation.done:
                store.release(operation)


def _perform(act: Callable[[BodyT], WriteResult], body: BodyT) -> WriteResult:
    try:
        return act(body)
    except ConsoleRefusal as refusal:
        raise errors.refused(str(refusal)) from None


def check_token(request: Request, expected: str) -> str:
    token = parse_bearer(request.headers.get("authorization")) or ""
    if not hmac.compare_digest(token.encode(), expected.encode()):
        raise errors.unauthorized()
    return token


def check_ready(gateway: GatewayReadiness) -> None:
    if gateway.person is not None:
        raise errors.person_needed(gateway.person)
    if not gateway.ready:
        raise errors.unreachable(gateway.reason)


def render_health(gateway: GatewayReadiness, **identity: str) -> Response:
    ready = gateway.ready and gateway.person is None
    reason = None if ready else gateway.person or gateway.reason
    return JSONResponse({**identity, "ready": ready, "reason": reason})


def _parse_body(raw: bytes, model: type[BodyT]) -> BodyT:
    """Parse a body; the message names the field and the problem, never the value, which may be a secret."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        field_path = "/".join(str(part) for part in first["loc"]) or "body"
        raise errors.invalid(f"{field_path}: {first['msg']}") from None
