"""Who depends on a member's keys: an inactive member's are dead, all of them, and a revoked one is dead for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from providers.connectwise.matching import listed
from providers.core.guards import Guards
from providers.core.problems import NotThere, Refusal, RemoteProblem
from providers.core.tags import belongs_to
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord
    from providers.console.contract import Key
    from providers.console.hands import KeyHand
    from providers.core.questions import KeyHolder


def refuse_own_key(guards: Guards, holder: KeyHolder, public_key: str) -> None:
    """Refuse to revoke the key that this run signs in with: it would end in the middle of itself."""
    if holder.signs_us_in(public_key):
        guards.refuse(
            "own-key",
            f"the key {public_key} is the one that we are signed in with, so it is not revoked",
            "set connectwise:publicKey and connectwise:privateKey to another key",
        )


def shown(hand: KeyHand, member: MemberRecord) -> list[Key] | None:
    """The member's keys, None where no hand can see them. The site has it, so a console without it shows too little."""
    try:
        return listed(hand, member.id)
    except NotThere:
        raise RemoteProblem(
            f"the console does not show the API member {member.identifier}, which the site has, so its keys are not "
            "known and nothing was changed",
            next_step="look at the list of members in the console, and at the gateway",
        ) from None


def refuse_while_depended_on(
    member: MemberRecord, keys: Sequence[Key] | None, owner: str, guards: Guards, holder: KeyHolder
) -> None:
    """Refuse to make the member inactive while the sink (a run of some targets only) or somebody else uses its keys."""
    identifier = member.identifier
    if keys is None:
        _refuse_unseen(member, guards, holder)
        return
    if any(holder.holds(key.publicKey, anew=True) for key in keys):
        raise _held(identifier)
    if foreign := [key.publicKey for key in keys if not belongs_to(key.description, owner)]:
        guards.refuse(
            "foreign-keys",
            f"the API member {identifier} owns keys that are not ours ({', '.join(foreign)}), and making it "
            "inactive would kill them",
            "delete them at the site",
        )


def _refuse_unseen(member: MemberRecord, guards: Guards, holder: KeyHolder) -> None:
    """The same where no hand can list the member's keys: what the sink holds has to be known as another member's."""
    held = holder.held_key()
    whose = holder.member_of(held)
    if held and whose == str(member.id):
        raise _held(member.identifier)
    if held and not whose:
        guards.refuse(
            "foreign-keys",
            f"Umbrella holds the key {held}, and whether it is the API member {member.identifier}'s can't be seen, so "
            "that is not made inactive",
            _run_the_whole(),
        )


def _held(identifier: str) -> Refusal:
    return Refusal(
        f"the API member {identifier} owns the key that Umbrella holds, so it is not made inactive",
        next_step=_run_the_whole(),
    )


def _run_the_whole() -> str:
    return f"run `{terms().apply}` or `{terms().destroy}` on the whole stack"


def revoke_unused(
    hand: KeyHand, member_id: int, keys: Sequence[Key], owner: str, guards: Guards, holder: KeyHolder
) -> None:
    """Revoke keys of ours that outlive what they were made for: a run that ended right after it minted left them."""
    for key in keys:
        if belongs_to(key.description, owner) and not holder.holds(key.publicKey, anew=True):
            refuse_own_key(guards, holder, key.publicKey)
            hand.revoke(member_id, key.id, key.publicKey)
