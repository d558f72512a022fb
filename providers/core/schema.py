"""How a resource declares its fields: pydantic models with a few markers.

`Args` is what may be asked for, with the links that the graph fills in; `Observed` is what is live beyond that, with
the wanted value in the class. `State` has both and adds what the site answers. A field of `State` that is also in
`Args` holds the *live* value, so comparing is the whole diff. The markers say what an engine must know beyond the type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.fields import FieldInfo


class Replaces:
    """A change of this field makes a new object."""


class NotCompared:
    """A change of this field alone is no change of the object: it says how to go about it."""


class Link:
    """Plumbing between the resources of a tenant: the graph fills it in, and nobody asks for it."""


class Computed:
    """`check` fills it in."""


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
        """Return the fields that are worth keeping in a state; `values.to_plain` turns their values into plain ones."""
        return dict(self)


class Observed(Model):
    """What is live of an object beyond what is asked for. Each field's default is the one wanted value."""


class Owned(Model):
    """Every object knows its tenant: the stack's name, and so its file."""

    tenant: Annotated[str, Link] = Field(default="", description="the stack's name, and so its file's")


class ConnectWiseOwned(Owned):
    """`company` says whose object this is: `<companyId>@<site's host>`."""

    company: Annotated[str, Link] = Field(description="whose object this is: `<companyId>@<site's host>`")


class ConsoleOwned(Owned):
    """`console` says whose object this is: `msp/<consoleId>` or `mssp/<consoleId>`."""

    console: Annotated[str, Link] = Field(description="whose object this is: `msp/<consoleId>` or `mssp/<consoleId>`")


Kind = Literal["asked", "link", "observed", "recorded"]
"""What a field is: asked for, plumbing that the graph fills in, live with one wanted value, or recorded besides."""


@dataclass(frozen=True)
class FieldRow:
    """One row of a resource's schema, for documents, tests and other engines."""

    name: str
    type: Any
    """The annotation, without its markers."""
    kind: Kind
    required: bool
    computed: bool
    """Whether the provider fills it in; with `kind` "asked" only where nobody gave it."""
    default: Any
    """None for required and recorded fields."""
    sensitive: bool
    replaces: bool
    description: str

    @property
    def optional(self) -> bool:
        """Whether it may be left out by whoever asks."""
        return self.kind in ("asked", "link") and not self.required


def get_marker(info: FieldInfo, marker: type) -> Any | None:
    """Return the field's marker of this kind (instance, or True for a bare class), or None."""
    for item in info.metadata:
        if isinstance(item, type) and issubclass(item, marker):
            return True
        if isinstance(item, marker):
            return item
    return None


def is_sensitive(info: FieldInfo) -> bool:
    """Secrets have a type of their own; nothing else makes a field sensitive."""
    return info.annotation is SecretStr or SecretStr in getattr(info.annotation, "__args__", ())


@cache
def sensitive_fields(model: type[BaseModel]) -> Sequence[str]:
    """Names of the fields that must be secret in any state."""
    return [name for name, info in model.model_fields.items() if is_sensitive(info)]


def describe_fields(args: type[Model], observed: type[Observed], state: type[Model]) -> list[FieldRow]:
    """Describe every field of a resource, arguments first, as an engine or a document needs it."""
    return [
        _describe_field(name, args.model_fields.get(name, info), args, observed)
        for name, info in {**args.model_fields, **observed.model_fields, **state.model_fields}.items()
    ]


def _describe_field(name: str, info: FieldInfo, args: type[Model], observed: type[Observed]) -> FieldRow:
    given = name in args.model_fields
    kind: Kind = "observed" if name in observed.model_fields else "recorded"
    if given:
        kind = "link" if get_marker(info, Link) else "asked"
    return FieldRow(
        name=name,
        type=info.annotation,
        kind=kind,
        required=given and info.is_required(),
        computed=not given or get_marker(info, Computed) is not None,
        default=None if kind == "recorded" or info.is_required() else info.get_default(call_default_factory=True),
        sensitive=is_sensitive(info),
        replaces=get_marker(info, Replaces) is not None,
        description=info.description or "",
    )
