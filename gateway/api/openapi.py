"""What the routes add to the OpenAPI description."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from providers.console.contract import ErrorBody

_DESCRIPTIONS = {
    400: "malformed request",
    401: "bad token, or no such console",
    403: "outside the gateway's allow-list",
    404: "not on the screen",
    409: "conflict of an Idempotency-Key, or another key is there than `If-Match` names",
    422: "refused by the console, in its words",
    423: "a person must act first",
    429: "busy",
    500: "a write whose outcome is not known",
    501: "a screen that does not look as expected",
    503: "console or browser unreachable",
}
ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": description} for status, description in _DESCRIPTIONS.items()
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "128 random bits, fresh for each operation",
    "schema": {"type": "string"},
}


def describe_write(model: type[BaseModel]) -> dict[str, Any]:
    """Describe what a route reads itself: the Idempotency-Key, and the body whose bytes are bound to it."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inline(schema, definitions)}}
    return {"parameters": [_IDEMPOTENCY_KEY], "requestBody": {"required": True, "content": content}}


def _inline(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inline(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {key: _inline(value, definitions) for key, value in schema.items()}
