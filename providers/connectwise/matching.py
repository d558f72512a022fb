"""Names that must be unique at a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from providers.core.problems import RemoteProblem

if TYPE_CHECKING:
    from providers.connectwise.records import Stamped

T = TypeVar("T")


def only(rows: Sequence[T], what: str) -> T | None:
    """The single match, None without one; two of a name that must be unique are a mistake of somebody's."""
    if len(rows) > 1:
        raise RemoteProblem(f"the site has {len(rows)} objects for {what}; remove or rename the others.")
    return rows[0] if rows else None


def touched_by(record: Stamped, member: str) -> bool:
    """True when that member changed the object last. An object or a key that does not say who is nobody's."""
    return bool(member) and record.info.updatedBy.casefold() == member.casefold()
