"""Values as an engine sends them: MessagePack, in which what is not known yet has an extension type of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import msgpack

from providers.engines.terraform.protocol import tfplugin6_pb2 as pb


class Unknown:
    """A value that the engine learns later."""

    def __repr__(self) -> str:
        """Show it as a plan does."""
        return "(known after apply)"


UNKNOWN: Final = Unknown()
_PLAIN_UNKNOWN = msgpack.ExtType(0, b"\0")

Row = dict[str, Any]
"""A resource's attributes by name; None for null."""


def decode(value: pb.DynamicValue) -> Row | None:
    """Read an object; None for null and for none at all."""
    if value.json:
        return _as_row(json.loads(value.json))
    if not value.msgpack:
        return None
    # Whatever is known beforehand of an unknown (a refinement has another code) does not matter here.
    return _as_row(msgpack.unpackb(value.msgpack, ext_hook=lambda code, data: UNKNOWN, strict_map_key=False))


def _as_row(value: Any) -> Row | None:
    return value if isinstance(value, dict) else None


def encode(row: Mapping[str, Any] | None) -> pb.DynamicValue:
    """Write an object or null."""
    return pb.DynamicValue(msgpack=msgpack.packb(row, default=_encode_unknown))


def _encode_unknown(value: Any) -> Any:
    if value is UNKNOWN:
        return _PLAIN_UNKNOWN
    raise TypeError(type(value).__name__)


def contains_unknown(value: Any) -> bool:
    """Tell whether anything inside is not known yet."""
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(contains_unknown(item) for item in value.values())
    return isinstance(value, list) and any(contains_unknown(item) for item in value)


def split_unknown(row: Mapping[str, Any]) -> tuple[Row, frozenset[str]]:
    """Split a row into the attributes that have a value and the names of those whose value is not known."""
    unknown = frozenset(name for name, value in row.items() if contains_unknown(value))
    return {name: value for name, value in row.items() if value is not None and name not in unknown}, unknown


def clean(value: Any) -> Any:
    """Leave out what is null inside: a model's own default stands for it."""
    if isinstance(value, dict):
        return {name: clean(item) for name, item in value.items() if item is not None}
    return value
