"""From what the service answers to a row of the state."""

from __future__ import annotations

from typing import Any

from providers.core.schema import ComparedBy, Model, get_marker
from providers.core.values import parse_loosely, to_plain
from providers.engines.terraform.schema import ID, LOST, Kind
from providers.engines.terraform.wire import UNKNOWN, Row
from providers.kinds import load_handler


def make_row(kind: Kind, object_id: str, state: Model) -> Row:
    """Make a row of an object's state; what is write-only is in none."""
    plain = to_plain(state)
    row: Row = {name: plain.get(name) for name in kind.attributes}
    # A private half that is not here is none, and no blank one.
    row |= {name: row[name] or None for name, attribute in kind.attributes.items() if attribute.sensitive}
    return row | dict.fromkeys(kind.write_only) | {ID.name: object_id, LOST.name: ""}


def keep_spelling(kind: Kind, live: Row, recorded: Row) -> Row:
    """Keep the recorded spelling of what means the same: a state is rewritten for news only."""
    state = load_handler(kind.name).state
    withheld = {name: "" for name in kind.write_only if kind.fields[name].sensitive}
    old, new = (parse_loosely(state, _drop_null(row) | withheld) for row in (recorded, live))
    same = {
        name
        for name, info in state.model_fields.items()
        if recorded.get(name) is not None
        and _means_the_same(getattr(old, name, None), getattr(new, name, None), get_marker(info, ComparedBy))
    }
    return {name: recorded[name] if name in same else value for name, value in live.items()}


def keep_promises(live: Row, planned: Row) -> Row:
    """Return what was planned to the letter; where that is not what is live, the next refresh says so."""
    return {name: value if planned.get(name, UNKNOWN) is UNKNOWN else planned[name] for name, value in live.items()}


def _means_the_same(one: Any, other: Any, by: ComparedBy | None) -> bool:
    return bool(by.key(one) == by.key(other) if by else one == other)


def _drop_null(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}
