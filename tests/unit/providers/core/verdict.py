"""What a preview would say: the fields that differ, whether they replace, and the handler's words for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from providers.core.changes import describe_changes, find_changes
from providers.core.handler import Handler
from providers.core.schema import Model


@dataclass(frozen=True)
class Verdict:
    fields: list[str]
    replaces: list[str]
    words: list[str]


def compare(handler: Handler[Any, Any], state: Model, args: Model, unknown: Collection[str] = ()) -> Verdict:
    """Live against wanted, as the adapter compares them."""
    wanted = {name: getattr(args, name) for name in type(args).model_fields if name not in unknown}
    found = find_changes(state, wanted, handler.args, unknown, handler.observed)
    return Verdict(
        fields=[change.field for change in found],
        replaces=[change.field for change in found if change.replaces],
        words=describe_changes(handler, found, state),
    )
