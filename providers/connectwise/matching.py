"""Names that must be unique at a site, and whose objects these are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from providers.core.notices import say
from providers.core.problems import Refusal, RemoteProblem, Unseen

if TYPE_CHECKING:
    from providers.connectwise.records import Stamped
    from providers.console.contract import Key
    from providers.console.hands import KeyHand

T = TypeVar("T")


def only(rows: Sequence[T], what: str) -> T | None:
    """The single match, None without one; two of a name that must be unique are a mistake of somebody's."""
    if len(rows) > 1:
        raise RemoteProblem(f"the site has {len(rows)} objects for {what}", next_step="remove or rename the others")
    return rows[0] if rows else None


def listed(hand: KeyHand, member_id: int) -> list[Key] | None:
    """The member's keys; None, and a sentence, where no hand can see them."""
    try:
        return hand.keys(member_id)
    except Unseen as unseen:
        say(str(unseen))
        return None


def not_taken(summary: str, next_step: str) -> Refusal:
    """For what is somebody's and may not be taken over, or not as it is."""
    return Refusal(summary, next_step=next_step, lift="adopt", page="docs/runbooks/taking-over.md")


def touched_by(record: Stamped, member: str) -> bool:
    """True when that member changed the object last. An object or a key that does not say who is nobody's."""
    return bool(member) and record.info.updatedBy.casefold() == member.casefold()
