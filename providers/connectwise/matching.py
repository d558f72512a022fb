"""Names that must be unique at a site, and whose objects these are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from providers.core.errors import Conflict, GuardViolation, NotObservable, OutcomeUnknown, RemoteError
from providers.core.notices import print_once

if TYPE_CHECKING:
    from providers.connectwise.records import Stamped
    from providers.console.contract import Key
    from providers.console.drivers import KeyDriver

T = TypeVar("T")


def get_only(rows: Sequence[T], name: str) -> T | None:
    """Return the single match, None without one; two of a name that must be unique are a mistake of somebody's."""
    if len(rows) > 1:
        ids = " and ".join(str(row.id) for row in rows if hasattr(row, "id"))
        raise RemoteError(
            f"the site has {len(rows)} objects for {name}",
            next_step="remove or rename the others",
            detail=f"Their ids are {ids}." if ids else "",
        )
    return rows[0] if rows else None


def look_again(error: OutcomeUnknown | Conflict, find: Callable[[], T | None]) -> T:
    """Look before giving up on a create that failed: its reply was lost, or a lost request arrived after all."""
    existing = find() if isinstance(error, Conflict) or error.sent else None
    if existing is None:
        raise error
    return existing


def list_observable_keys(driver: KeyDriver, member_id: int) -> list[Key] | None:
    """List the member's keys; None, and a sentence, where no driver can see them."""
    try:
        return driver.list_keys(member_id)
    except NotObservable as error:
        print_once(str(error))
        return None


def not_taken(summary: str, next_step: str) -> GuardViolation:
    """Make the refusal of what is somebody's and may not be taken over, or not as it is."""
    return GuardViolation(summary, next_step=next_step, lift="adopt", page="docs/runbooks/taking-over.md")


def was_touched_by(record: Stamped, member: str) -> bool:
    """Tell whether that member changed the object last. An object or a key that does not say who is nobody's."""
    return bool(member) and record.info.updatedBy.casefold() == member.casefold()
