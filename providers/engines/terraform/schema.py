"""What a kind of resource looks like to an engine, from the models that describe it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr

from providers.core.schema import FieldRow, describe_fields, get_marker
from providers.core.schema import NotCompared as NotComparedMarker
from providers.engines.terraform.traits import COMMON_FROM_PROVIDER, TRAITS, Traits
from providers.kinds import MODULES, load_handler

PREFIX = "umbrellapsa"

CtyType = Any
"""A type as the protocol spells it in JSON: "string", ["list", "string"]."""


@dataclass(frozen=True)
class Attribute:
    """One attribute. Of `required`, `optional` and `computed` at least one is so."""

    name: str
    type: CtyType
    description: str
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of resource: its attributes, and the fields that they come from."""

    name: str
    version: int
    description: str
    attributes: Mapping[str, Attribute]
    fields: Mapping[str, FieldRow]
    not_compared: frozenset[str]
    traits: Traits

    @property
    def type_name(self) -> str:
        """The resource's type, as a configuration names it."""
        return name_type(self.name)

    def list_fields(self, *kinds: str) -> list[str]:
        """List the fields of these kinds: asked, link, observed, recorded."""
        return [name for name, row in self.fields.items() if row.kind in kinds]

    @property
    def write_only(self) -> list[str]:
        """The attributes that no state and no plan holds."""
        return [name for name, attribute in self.attributes.items() if attribute.write_only]


def name_type(kind: str) -> str:
    """Name a kind as a configuration does: `umbrellapsa_api_key`."""
    return f"{PREFIX}_{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', kind).lower()}"


KINDS_BY_TYPE = {name_type(kind): kind for kind in MODULES}

ID = Attribute("id", "string", "the object's id", computed=True)
LOST = Attribute(
    "lost",
    "string",
    "what is lost of the object, so that the next apply makes it anew in place: `object`, `private half` or `vault "
    "entry`; empty when nothing is",
    computed=True,
)


@cache
def describe_kind(kind: str) -> Kind:
    """Describe a kind; imports its module."""
    handler, traits = load_handler(kind), TRAITS[kind]
    rows = {row.name: row for row in describe_fields(handler.args, handler.observed, handler.state)}
    made = {name: _make_attribute(row, traits) for name, row in rows.items()}
    summary = (handler.args.__doc__ or "").split("\n\n")[0]
    return Kind(
        name=kind,
        version=handler.version,
        description=" ".join(summary.split()),
        attributes={ID.name: ID, **made, LOST.name: LOST},
        fields=rows,
        not_compared=frozenset(
            name for name, info in handler.args.model_fields.items() if get_marker(info, NotComparedMarker)
        ),
        traits=traits,
    )


def _make_attribute(row: FieldRow, traits: Traits) -> Attribute:
    base = {"name": row.name, "type": to_cty_type(row.type), "description": _describe(row)}
    given = row.kind in ("asked", "link")
    if not given or row.computed or row.name in COMMON_FROM_PROVIDER | traits.from_provider:
        return Attribute(**base, computed=True, sensitive=row.sensitive)
    if row.sensitive or is_object(row.type):
        # What nobody should find in a state, and what would only repeat other resources there.
        return Attribute(**base, optional=True, sensitive=row.sensitive, write_only=True)
    return Attribute(**base, required=row.required, optional=not row.required, computed=not row.required)


def _describe(row: FieldRow) -> str:
    words = [row.description]
    if row.optional and row.default not in (None, "", [], {}):
        words.append(f"default `{row.default}`")
    return "; ".join(word for word in words if word)


def is_object(annotation: Any) -> bool:
    """Tell whether a field holds a model with fields of several types."""
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in _unwrap(annotation))


def to_cty_type(annotation: Any) -> CtyType:
    """Spell a field's type as the protocol does. A map's models are maps of texts: levels by verb."""
    [kind] = _unwrap(annotation)
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (str, SecretStr) or origin is Literal:
        return "string"
    if kind is bool:
        return "bool"
    if kind is int:
        return "number"
    if origin is list:
        return ["list", to_cty_type(arguments[0])]
    if origin is dict:
        inner = arguments[1]
        return ["map", ["map", "string"] if is_object(inner) else to_cty_type(inner)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return ["object", {name: to_cty_type(info.annotation) for name, info in kind.model_fields.items()}]
    raise TypeError(f"no attribute type for {annotation!r}")


def _unwrap(annotation: Any) -> list[Any]:
    """Take the type itself, without None beside it and without what pydantic notes about it."""
    if hasattr(annotation, "__metadata__"):
        return _unwrap(annotation.__origin__)
    if get_origin(annotation) in (Literal, list, dict) or isinstance(annotation, type):
        return [annotation]
    return [inner for kind in get_args(annotation) if kind is not type(None) for inner in _unwrap(kind)]


def to_json(cty_type: CtyType) -> bytes:
    """Write a type for the protocol."""
    return json.dumps(cty_type, separators=(",", ":")).encode()
