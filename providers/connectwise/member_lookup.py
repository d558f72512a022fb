"""Who an API member is to this stack: found by its identifier, known by its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from providers.connectwise.matching import get_only, list_observable_keys, was_touched_by
from providers.core.tags import belongs_to

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord
    from providers.console.drivers import KeyDriver


class FindsMembers(Protocol):
    """What this module needs of the site."""

    def find_members(self, identifier: str) -> list[MemberRecord]:
        """Find the members of that identifier, active or not."""

    def get_own_identifier(self) -> str:
        """Tell which member we are signed in as; empty where that is not known."""


class MemberLookup:
    """Looks members up, and decides by the tags of their keys whether they are ours. Changes nothing."""

    def __init__(self, members: FindsMembers, keys: KeyDriver) -> None:
        self._members = members
        self._keys = keys

    def existing(self, identifier: str) -> MemberRecord | None:
        """Find the member of that identifier, active or not; the site keeps identifiers forever."""
        return get_only(self._members.find_members(identifier), f"the member id {identifier!r}")

    def is_known(self, identifier: str, owner: str) -> bool:
        """Tell whether that is a member that this stack is seen to use, now or under an earlier memberId."""
        member = self.existing(identifier)
        return member is not None and self.is_in_use(member, owner)

    def is_in_use(self, member: MemberRecord, owner: str) -> bool:
        """Tell whether this stack is seen to use the member already: it has a key with our tag."""
        return any(belongs_to(key.description, owner) for key in list_observable_keys(self._keys, member.id) or [])

    def is_left_by_us(self, member: MemberRecord, owner: str, role_id: str, *, sent: bool = False) -> bool:
        """Tell whether a destroy or an interrupted run of ours left it: touched last by our own sign-in, and bare.

        Args:
            role_id: Our role; empty while it is not made.
            sent: The member was not there until this very run asked for it.
        """
        known = self._members.get_own_identifier()
        if not known and not role_id:
            # At a site that does not tell who we are, a destroy leaves this. It is judged once we have made the role.
            return bool(member.inactiveFlag) and list_observable_keys(self._keys, member.id) == []
        if not was_touched_by(member, known):
            return False
        has_our_role = bool(role_id) and get_role_id(member) == role_id
        keys = list_observable_keys(self._keys, member.id)
        if keys:
            return has_our_role and all(belongs_to(key.description, owner) for key in keys)
        # Where keys are out of sight it may be another stack's of this company, unless it was not there before.
        return bool(member.inactiveFlag) or (has_our_role and (sent or keys is not None))

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        """Tell whether the public key is seen to belong to the member and to carry our tag."""
        keys = list_observable_keys(self._keys, int(member_id)) or []
        return any(key.publicKey == public_key and belongs_to(key.description, owner) for key in keys)


class ListsMembers(FindsMembers, Protocol):
    """What finding a key's member among all of them needs of the site."""

    def list_members(self) -> list[MemberRecord]:
        """List all API members, active or not."""


def find_holder(site: ListsMembers, lookup: MemberLookup, public_key: str, owner: str) -> str:
    """Find whose key it is, of the members that we touched last, if it carries our tag; else an empty text."""
    own = site.get_own_identifier()
    ids = (str(member.id) for member in site.list_members() if was_touched_by(member, own))
    return next((member_id for member_id in ids if lookup.is_ours(member_id, owner, public_key)), "")


def get_role_id(member: MemberRecord) -> str:
    """Give the id of the member's role, empty without one."""
    has = member.securityRole
    return str(has.id) if has and has.id else ""


def id_of_role_named(member: MemberRecord, role: str) -> str:
    """Return the id of the member's role when it has that name, else an empty text."""
    has = member.securityRole
    return get_role_id(member) if has and (has.name or "").casefold() == role.casefold() else ""
