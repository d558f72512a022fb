"""What differs between what is and what should be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from providers.core.schema import ComparedBy, Follows, Model, NotCompared, Observed, Replaces, get_marker

if TYPE_CHECKING:
    from providers.core.handler import Handler


@dataclass(frozen=True)
class Change:
    """One field that is not as wanted. `unknown`: the wanted value is not known before the run."""

    field: str
    live: Any
    wanted: Any
    replaces: bool = False
    unknown: bool = False


def find_changes(
    state: Model,
    wanted: Mapping[str, Any],
    args: type[Model],
    unknown: Collection[str] = (),
    observed: type[Observed] = Observed,
) -> list[Change]:
    """Compare field by field, in the order of declaration.

    `wanted` holds the known, validated fields of `args`; what is `observed` has its wanted value in the class. An
    unknown never replaces: in a preview every output of an updated parent is unknown, and a key must not look replaced
    because its member is renamed.
    """
    changes = []
    for name, follows, compared_by, replaces in _list_compared(args):
        live = getattr(state, name)
        if name in unknown:
            if follows and follows.parent not in unknown and getattr(state, follows.parent) == wanted[follows.parent]:
                continue
            changes.append(Change(name, live, None, unknown=True))
        elif not _is_equal(live, wanted[name], compared_by):
            changes.append(Change(name, live, wanted[name], replaces=replaces))
    for name, should in observed():
        if (live := getattr(state, name)) != should:
            changes.append(Change(name, live, should))
    return changes


@cache
def _list_compared(args: type[Model]) -> Sequence[tuple[str, Follows | None, ComparedBy | None, bool]]:
    """List the fields that are compared, each with its markers."""
    return [
        (name, get_marker(info, Follows), get_marker(info, ComparedBy), get_marker(info, Replaces) is not None)
        for name, info in args.model_fields.items()
        if not get_marker(info, NotCompared)
    ]


def _is_equal(live: Any, wanted: Any, by: ComparedBy | None) -> bool:
    return bool(by.key(live) == by.key(wanted) if by else live == wanted)


def describe_changes(handler: Handler[Any, Any], changes: Sequence[Change], state: Model) -> list[str]:
    """Say what a person should know about these changes."""
    fields = {change.field for change in changes}
    sentences = []
    for change in changes:
        # A value that came with its parent's id has no story of its own when the parent changes.
        info = handler.args.model_fields.get(change.field)
        follows = get_marker(info, Follows) if info else None
        if not (change.unknown or (follows and follows.parent in fields)):
            sentences += handler.describe_change(change, state, fields)
    return sentences
