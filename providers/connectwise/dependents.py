"""Who depends on a member's keys: an inactive member's are dead, all of them, and a revoked one is dead forever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from providers.connectwise.matching import list_observable_keys
from providers.core.errors import GuardViolation, NotFound, RemoteError
from providers.core.guards import Guards
from providers.core.tags import belongs_to
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord
    from providers.console.contract import Key
    from providers.console.drivers import KeyDriver
    from providers.core.ports import KeyUsage


class KnowsMembers(Protocol):
    """What this module needs of the site."""

    def get_member(self, member_id: int) -> MemberRecord | None:
        """Give the member; None only when it is certainly gone."""


def refuse_own_key(guards: Guards, key_usage: KeyUsage, public_key: str) -> None:
    """Refuse to revoke the key that this run signs in with: it would end in the middle of itself."""
    if key_usage.is_provisioning_key(public_key):
        guards.refuse(
            "own-key",
            f"the key {public_key} is the one that we are signed in with, so it is not revoked",
            "set connectwise:publicKey and connectwise:privateKey to another key",
        )


def list_visible_keys(driver: KeyDriver, member: MemberRecord) -> list[Key] | None:
    """List the member's keys, None where no driver can see them.

    Raises:
        RemoteError: The console does not show the member. The site has it, so that says nothing of its keys.
    """
    try:
        return list_observable_keys(driver, member.id)
    except NotFound:
        raise _make_hidden_error(member) from None


def refuse_hidden_member(site: KnowsMembers, member_id: str) -> None:
    """Raise where a console that does not find a member hides one that is active; an inactive one's keys are dead."""
    member = site.get_member(int(member_id))
    if member and not member.inactiveFlag:
        raise _make_hidden_error(member)


def _make_hidden_error(member: MemberRecord) -> RemoteError:
    return RemoteError(
        f"the console does not show the API member {member.identifier}, which the site has, so its keys are not "
        "known and nothing was changed",
        next_step="look at the list of members in the console, and at the gateway",
    )


def refuse_while_depended_on(
    member: MemberRecord, keys: Sequence[Key] | None, owner: str, guards: Guards, key_usage: KeyUsage
) -> None:
    """Refuse to make the member inactive while the sink (a run of some targets only) or somebody else uses its keys."""
    identifier = member.identifier
    if keys is None:
        _refuse_unless_observable(member, guards, key_usage)
        return
    if any(key_usage.holds(key.publicKey, refresh=True) for key in keys):
        raise _held(identifier, key_usage)
    if foreign := [key.publicKey for key in keys if not belongs_to(key.description, owner)]:
        guards.refuse(
            "foreign-keys",
            f"the API member {identifier} owns keys that are not ours ({', '.join(foreign)}), and making it "
            "inactive would kill them",
            "delete them at the site",
        )


def _refuse_unless_observable(member: MemberRecord, guards: Guards, key_usage: KeyUsage) -> None:
    """Refuse, where no driver can list the member's keys, while the sink holds one not known as another member's."""
    held = key_usage.get_held_key()
    owner = key_usage.find_member_of(held)
    if held and owner == str(member.id):
        raise _held(member.identifier, key_usage)
    if held and not owner:
        guards.refuse(
            "foreign-keys",
            f"{key_usage.sink_name} holds the key {held}, and whether it is the API member {member.identifier}'s can't "
            "be seen, so that is not made inactive",
            _run_the_whole(),
        )


def _held(identifier: str, key_usage: KeyUsage) -> GuardViolation:
    return GuardViolation(
        f"the API member {identifier} owns the key that {key_usage.sink_name} holds, so it is not made inactive",
        next_step=_run_the_whole(),
    )


def _run_the_whole() -> str:
    return f"run `{terms().apply}` or `{terms().destroy}` on the whole stack"


def revoke_unused(
    driver: KeyDriver, member_id: int, keys: Sequence[Key], owner: str, guards: Guards, key_usage: KeyUsage
) -> None:
    """Revoke keys of ours that outlive what they were made for: a run that ended right after it minted left them."""
    for key in keys:
        if belongs_to(key.description, owner) and not key_usage.holds(key.publicKey, refresh=True):
            refuse_own_key(guards, key_usage, key.publicKey)
            driver.revoke(member_id, key.id, key.publicKey)
