"""What the routes tell of themselves in the OpenAPI description."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from starlette.requests import Request

from gateway.house import House
from providers.console.contract import ErrorBody

_SAID = {
    400: "malformed request",
    401: "bad token, or no such console",
    403: "outside the gateway's allow-list",
    404: "not on the screen",
    409: "conflict of an Idempotency-Key, or another key is there than `If-Match` names",
    422: "refused by the console, in its words",
    423: "a person must act first",
    429: "busy",
    500: "a write whose end is not known",
    501: "a screen that does not look as expected",
    503: "console or browser unreachable",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": words} for status, words in _SAID.items()
}


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """A request's body for the description; the bytes themselves are bound to the Idempotency-Key."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inline(schema, parts)}}
    return {"requestBody": {"required": True, "content": content}}


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _inline(schema: Any, parts: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inline(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {key: _inline(value, parts) for key, value in schema.items()}
