"""What the engine's property bags hold besides a resource's own values.

The engine adds `__provider`, and in previews puts `Unknown` objects anywhere in `check` and `diff` (reference:
pulumi#13830, #10040). What it does to numbers and to None, `providers/core/values.py` settles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown

PROVIDER_KEY = "__provider"


def split_unknown(bag: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Split a bag into the properties that are known and the names of the others."""
    given = drop_provider(bag)
    unknown = frozenset(name for name, value in given.items() if contains_unknown(value))
    return {name: value for name, value in given.items() if name not in unknown}, unknown


def drop_provider(bag: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that are the resource's own."""
    return {key: value for key, value in bag.items() if key != PROVIDER_KEY}


def contains_unknown(value: Any) -> bool:
    """Tell whether an `Unknown` stands anywhere inside."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Mapping):
        return any(contains_unknown(item) for item in value.values())
    return isinstance(value, list | tuple) and any(contains_unknown(item) for item in value)
