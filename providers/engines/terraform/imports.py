"""Rows for objects that are there already: an id, and what else somebody knows of them, as in a URL's query.

    import { to = umbrellapsa_security_role.this, id = "4522" }
    import { to = umbrellapsa_security_role.this, id = "4522?adopted=false" }
    import { to = umbrellapsa_security_role.this, identity = { id = "4522" } }

What is not given is looked at, or is taken for somebody else's: an object that is imported by its bare id is kept on
destroy. Another engine's record (`umbrella-psa terraform import-blocks`) says which are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from providers.core.errors import ProviderError
from providers.core.nearest import suggest_nearest
from providers.engines.terraform.identity import find_owner
from providers.engines.terraform.schema import ID, LOST, Attribute, Kind
from providers.engines.terraform.session import Session
from providers.engines.terraform.traits import COMMON_FROM_PROVIDER
from providers.engines.terraform.wire import Row
from providers.kinds import load_handler

IMPORTED = b"imported"
"""In a row's private part until somebody has looked: what is not there then was never there."""

_UNTOLD = "untold"
"""Stands for a text that has to be one, until the object has been looked at."""

_SCALARS = ("string", "bool", "number")


def import_id(session: Session, kind: Kind, given: str) -> Row:
    """Make a row of an import's id. Raises `ProviderError`."""
    object_id, _, query = given.partition("?")
    told = dict(parse_qsl(query, keep_blank_values=True))
    known = list_importable(kind)
    if wrong := [name for name in told if name not in known]:
        raise ProviderError(
            f"the id {given!r} of {kind.type_name} names {wrong[0]!r}, which is none of its attributes",
            detail=suggest_nearest(wrong[0], known),
            page="docs/terraform.md",
        )
    return _make_row(session, kind, object_id, told)


def import_identity(session: Session, kind: Kind, identity: Row) -> Row:
    """Make a row of an identity. Raises `ProviderError` for an object of somebody else's."""
    row = _make_row(session, kind, identity[ID.name], {})
    owner = find_owner(row)
    named = identity.get(owner)
    if named is not None and named != row[owner]:
        raise ProviderError(
            f"the identity of {kind.type_name} names the {owner} {named}, but the provider works for {row[owner]}",
            next_step=f"leave {owner} out, or import it with the provider of that {owner}",
        )
    return row


def _make_row(session: Session, kind: Kind, object_id: str, told: Mapping[str, str]) -> Row:
    row: Row = {name: _leave_untold(kind, attribute) for name, attribute in kind.attributes.items()}
    if "adopted" in kind.attributes:
        row["adopted"] = True
    row |= {name: _read(kind.attributes[name], text) for name, text in told.items()}
    filled = session.tenant.fill(kind.name)
    row |= {name: value for name, value in filled.items() if name in kind.attributes}
    if kind.name == "PermissionSet":
        row["role_id"] = object_id
    if "table_access" in kind.attributes:
        row["table_access"] = []  # nothing on record would mean that they are left alone, and not looked at
    return row | {ID.name: object_id, LOST.name: ""}


def list_importable(kind: Kind) -> list[str]:
    """List what an import's id may tell: single values that are no secrets and don't come from the provider's block."""
    filled = COMMON_FROM_PROVIDER | kind.traits.from_provider
    return [
        name
        for name, attribute in kind.attributes.items()
        if name in kind.fields and name not in filled and attribute.type in _SCALARS and not attribute.sensitive
    ]


def _leave_untold(kind: Kind, attribute: Attribute) -> Any:
    row = kind.fields.get(attribute.name)
    if row is None or attribute.write_only or attribute.sensitive or not _must_be_there(kind, attribute.name):
        return None
    if isinstance(attribute.type, list):
        return [] if attribute.type[0] == "list" else {}
    return _UNTOLD


def _must_be_there(kind: Kind, name: str) -> bool:
    return load_handler(kind.name).state.model_fields[name].is_required()


def _read(attribute: Attribute, text: str) -> Any:
    if attribute.type == "bool":
        return text == "true"
    return int(text) if attribute.type == "number" else text
