"""ConnectWise's REST API as one OpenAPI document, from the extract in tests/data, for tools that read such documents.

Stricter than the vendor's: a field that a schema does not know is a violation, so that the simulator invents none.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
CODEBASE = "/v2025_1/apis/3.0"

# What no schema of the extract describes.
_UNDESCRIBED: dict[str, Any] = {
    "Board": {"type": "object", "required": ["id", "name"]},
    "PatchOperation": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {"op": {"enum": ["add", "replace", "remove"]}, "path": {"type": "string"}, "value": {}},
    },
}
# The extract's operations tell what success looks like; that refusals are of this schema is the specification's too.
_REFUSAL = {
    "description": "a refusal",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponseMessage"}}},
}
# In no specification; all clients ask it first (DJANGO in docs/coverage.md).
_COMPANY_INFO = {
    "parameters": [{"name": "company", "in": "path", "required": True, "schema": {"type": "string"}}],
    "responses": {
        "200": {
            "description": "where the company's API answers",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "nullable": True,
                        "required": ["Codebase"],
                        "properties": {"Codebase": {"type": "string", "pattern": "/$"}},
                    }
                }
            },
        }
    },
    "security": [],
}


def build_document() -> dict[str, Any]:
    """Build the document, with paths from the server's root, as a proxy sees them."""
    schemas = json.loads((DATA / "connectwise-openapi.json").read_text(encoding="utf-8"))["schemas"]
    paths = json.loads((DATA / "connectwise-openapi-paths.json").read_text(encoding="utf-8"))["paths"]
    # Clients treat `"errors": null` as possible; the specification does not say that it may be (docs/coverage.md).
    schemas["ErrorResponseMessage"]["properties"]["errors"]["nullable"] = True
    # An API member has no last name in the list of all members (pyconnectwise issue 26; docs/coverage.md).
    for required in ("required", "x-required-2025.1"):
        schemas["Member"][required].remove("lastName")
    for item in paths.values():
        for operation in item.values():
            operation["responses"]["default"] = _REFUSAL
    return {
        "openapi": "3.0.1",
        "info": {"title": "ConnectWise PSA, as far as it is simulated", "version": "2025.1"},
        "paths": {
            "/login/companyinfo/{company}": {"get": _COMPANY_INFO},
            **{CODEBASE + path: item for path, item in paths.items()},
        },
        "components": {
            "schemas": {name: _tighten(schema) for name, schema in schemas.items()} | _UNDESCRIBED,
            "securitySchemes": {"key": {"type": "http", "scheme": "basic"}},
        },
        "security": [{"key": []}],
    }


def _tighten(schema: dict[str, Any]) -> dict[str, Any]:
    """Require what 2025.1 requires, and allow no fields beside those described."""
    strict = deepcopy(schema)
    strict["required"] = strict.pop("x-required-2025.1", strict.get("required", []))
    if not strict["required"]:
        del strict["required"]  # OpenAPI 3.0 wants none rather than an empty list
    if strict.get("type") == "object" and "properties" in strict:
        strict.setdefault("additionalProperties", False)
    return strict
