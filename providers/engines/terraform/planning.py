"""What an apply will bring, attribute by attribute: an engine refuses an answer that differs from what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from providers.core.values import to_plain
from providers.engines.terraform.schema import ID, LOST, Kind
from providers.engines.terraform.wire import UNKNOWN, Row, contains_unknown


@dataclass
class Wish:
    """What a configuration asks of a resource, as far as it is known."""

    config: Row
    checked: Mapping[str, object]
    """The service's inputs: validated, with defaults and what the provider fills in."""
    unknown: frozenset[str]
    changed: frozenset[str] = frozenset()
    """The fields in which it differs from what is live."""


@dataclass(frozen=True)
class Planned:
    """A row to come, and the attributes that make another object of it."""

    row: Row
    replaces: list[str] = field(default_factory=list)


def plan_creation(kind: Kind, wish: Wish) -> Row:
    """Plan an object that is to be made."""
    row: Row = dict.fromkeys(kind.attributes)
    row |= {name: _ask(kind, wish, name, None) for name in kind.list_fields("asked", "link")}
    row |= _expect_wanted(kind, None)
    row |= dict.fromkeys([*kind.list_fields("recorded"), ID.name], UNKNOWN)
    return row | {LOST.name: ""} | dict.fromkeys(kind.write_only)


def plan_change(kind: Kind, prior: Row, wish: Wish) -> Planned:
    """Plan what becomes of an object that is there, or of a row whose object is lost."""
    row = dict(prior)
    row |= {name: _ask(kind, wish, name, prior) for name in kind.list_fields("asked", "link")}
    row |= dict.fromkeys(kind.write_only)
    replaces = list_replacing(kind, wish)
    lost = bool(prior.get(LOST.name))
    renewed = lost or bool(replaces and kind.traits.renews)
    if not (wish.changed or lost):
        return Planned(row)
    waiting = bool(prior.get("pending"))
    row |= _expect_wanted(kind, None if renewed else prior)
    for name in kind.list_fields("recorded"):
        if name in kind.traits.mirrors:
            row[name] = row[kind.traits.mirrors[name]]
        elif renewed or waiting or name not in kind.traits.stable:
            row[name] = UNKNOWN
    row[LOST.name] = ""
    if renewed:
        row[ID.name] = UNKNOWN
    return Planned(row, [] if renewed else replaces)


def list_replacing(kind: Kind, wish: Wish) -> list[str]:
    """List the changes that make another object. What is not known is another: an id stays known unless its object
    is another one."""
    return [name for name in sorted(wish.changed) if kind.fields[name].replaces]


def _ask(kind: Kind, wish: Wish, name: str, prior: Row | None) -> object:
    """Plan an argument: to the letter as it is asked for, unless the row says the same in another spelling."""
    if name in kind.write_only:
        return None
    attribute, asked = kind.attributes[name], wish.config.get(name)
    if name in wish.unknown:
        return asked if contains_unknown(asked) else UNKNOWN
    stays = prior is not None and name not in wish.changed and name not in kind.not_compared
    if stays and prior is not None and prior.get(name) is not None:
        return prior[name]
    if attribute.required or (attribute.optional and asked is not None):
        return asked
    return to_plain(wish.checked.get(name))


def _expect_wanted(kind: Kind, prior: Row | None) -> Row:
    """Expect what is live to be as wanted; whether a person must finish a new object, only its making tells."""
    wanted: Row = {name: to_plain(kind.fields[name].default) for name in kind.list_fields("observed")}
    if "pending" in wanted and (prior is None or prior.get("pending")):
        wanted["pending"] = UNKNOWN
    return wanted
