"""Names that must be unique at a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from providers.core.problems import RemoteProblem

T = TypeVar("T")


def only(rows: Sequence[T], what: str) -> T | None:
    """The single match, None without one; two of a name that must be unique are a mistake of somebody's."""
    if len(rows) > 1:
        raise RemoteProblem(f"the site has {len(rows)} objects for {what}; remove or rename the others.")
    return rows[0] if rows else None
