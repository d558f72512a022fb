"""How a resource declares its fields: pydantic models with a few markers.

`Args` is what may be asked for. `State` adds what the site answers. A field of `State` that is also in `Args`
holds the *live* value, so comparing the two is the whole diff. The markers say what an engine must know beyond
the type; another engine than Pulumi can be served from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.fields import FieldInfo


class Replaces:
    """A change of this field makes a new object."""


class NotCompared:
    """How to go about it, not what it is: a change of this field alone is no change of the object."""


@dataclass(frozen=True)
class ComparedBy:
    """Values that differ only in what `key` leaves out are the same: spelling is never drift."""

    key: Callable[[Any], Any]


@dataclass(frozen=True)
class Follows:
    """A value that comes with its parent's id: while that id is known and unchanged, not knowing this is no change."""

    parent: str


class Model(BaseModel):
    """Strict about names, tolerant about numbers (the engine turns integers into floats)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    def properties(self) -> dict[str, Any]:
        """The fields that are worth keeping in a state; values are turned into plain ones by `values.plain`."""
        return dict(self)


class Owned(Model):
    """Every object knows its tenant: the stack's name, and so its file."""

    tenant: str = Field(default="", description="the stack's name, and so its file's")


class ConnectWiseOwned(Owned):
    """`company` says whose object this is: `<companyId>@<site's host>`."""

    company: str = Field(description="whose object this is: `<companyId>@<site's host>`")


class ConsoleOwned(Owned):
    """`console` says whose object this is: `msp/<consoleId>` or `mssp/<consoleId>`."""

    console: str = Field(description="whose object this is: `msp/<consoleId>` or `mssp/<consoleId>`")


@dataclass(frozen=True)
class FieldRow:
    """One row of a resource's schema, for documents, tests and other engines."""

    name: str
    type: str
    required: bool
    computed: bool
    sensitive: bool
    replaces: bool
    description: str


def marked(info: FieldInfo, marker: type) -> Any | None:
    """The field's marker of this kind (instance, or True for a bare class), or None."""
    for item in info.metadata:
        if item is marker:
            return True
        if isinstance(item, marker):
            return item
    return None


def is_sensitive(info: FieldInfo) -> bool:
    """Secrets have a type of their own; nothing else makes a field sensitive."""
    return info.annotation is SecretStr or SecretStr in getattr(info.annotation, "__args__", ())


def sensitive_fields(model: type[BaseModel]) -> list[str]:
    """Names of the fields that must be secret in any state."""
    return [name for name, info in model.model_fields.items() if is_sensitive(info)]


def describe(args: type[Model], state: type[Model]) -> list[FieldRow]:
    """Every field of a resource, arguments first, as an engine or a document needs it."""
    rows = []
    for name, info in {**args.model_fields, **state.model_fields}.items():
        info = args.model_fields.get(name, info)
        kind = info.annotation
        rows.append(
            FieldRow(
                name=name,
                type=getattr(kind, "__name__", str(kind)) if not getattr(kind, "__args__", ()) else str(kind),
                required=name in args.model_fields and info.is_required(),
                computed=name not in args.model_fields,
                sensitive=is_sensitive(info),
                replaces=marked(info, Replaces) is not None,
                description=info.description or "",
            )
        )
    return rows
