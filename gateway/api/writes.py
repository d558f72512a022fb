"""A write under its Idempotency-Key: carried out once, answered alike when it is repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gateway.errors import GatewayError, InvalidRequestError, OutcomeUnknownError
from gateway.idempotency import IdempotencyRecord, IdempotencyStore
from gateway.validation import describe_first_error

B = TypeVar("B", bound="RequestBody")
_BODY_SECONDS = 30


class RequestBody(BaseModel):
    """A request's body. What the contract does not name is refused, and no message repeats a value."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, frozen=True, hide_input_in_errors=True
    )


@dataclass(frozen=True)
class WriteResult:
    """A write's answer; `key_id` names the API key whose private half it shows."""

    answer: Any
    status: int = 200
    key_id: str | None = None


def parse_body(content: bytes, model: type[B]) -> B:
    """Read a request's body.

    Raises:
        InvalidRequestError: it is malformed; the message names the place, never a value.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise InvalidRequestError(describe_first_error(error, model)) from None


async def _read_body(request: Request) -> bytes:
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.body()
    except TimeoutError:
        raise InvalidRequestError(f"The body did not come within {_BODY_SECONDS} s.") from None
    except ClientDisconnect:
        raise InvalidRequestError("The client left before its body was whole.") from None


async def run_write(
    records: IdempotencyStore,
    request: Request,
    model: type[B],
    act: Callable[[B, IdempotencyRecord], Awaitable[WriteResult]],
) -> Response:
    """Carry a write out once under its Idempotency-Key, and answer alike when it is repeated."""
    content = await _read_body(request)
    body = parse_body(content, model)
    key = request.headers.get("idempotency-key")
    record = records.claim(key, request.method, request.url.path, content)
    if record.done:
        return JSONResponse(record.answer, record.status)
    try:
        result = await act(body, record)
        records.settle(record, result.status, result.answer, result.key_id)
        return JSONResponse(result.answer, result.status)
    except GatewayError as error:
        answer = OutcomeUnknownError(error) if record.irreversible and error.retryable else error
        if record.irreversible or error.is_final:
            records.settle(record, answer.status, answer.body)
        raise answer from None
    finally:
        if not record.done:
            # A write that may have acted is never carried out again under this key.
            if record.irreversible:
                unknown = OutcomeUnknownError()
                records.settle(record, unknown.status, unknown.body)
            else:
                records.release(record)
