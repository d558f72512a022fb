"""A tenant's state as import blocks: what another engine must be told of objects that it did not make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

from providers.core.schema import Model, Owned, is_sensitive
from stacks.state import Row, TenantState

# A configuration's provider block says these.
_FROM_PROVIDER = frozenset(
    {"tenant", "company", "console", "owner", "company_id", "site", "url", "on_destroy", "supplied_public_key"}
)


def format_imports(state: TenantState, module: str) -> str:
    """Write a block for each object that is in use."""
    return "\n".join(_format_block(row, module) for row in state.rows if not row.awaits_deletion)


def _format_block(row: Row[Owned], module: str) -> str:
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", row.kind).lower()
    # A vault is a tenant's choice, so that resource has a number.
    address = f"{module}.umbrellapsa_{kind}.this{'[0]' if kind == 'vault_secret' else ''}"
    told = dict(_list_told(row.kind, row.outputs))
    shown = f"{row.id}?{urlencode(told)}" if told else row.id
    return f"import {{\n  to = {address}\n  id = {json.dumps(shown)}\n}}\n"


def _list_told(kind: str, state: Model) -> Iterator[tuple[str, str]]:
    """List the single values that are no secrets, that no look would bring, and that are not as they are by default."""
    for name, info in type(state).model_fields.items():
        value = getattr(state, name)
        if (
            is_sensitive(info)
            or name in _FROM_PROVIDER
            or (kind == "PsaIntegration" and name in ("adopt", "sink"))
            or not isinstance(value, str | bool | int)
        ):
            continue
        if value == info.default and name != "adopted":
            continue
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
