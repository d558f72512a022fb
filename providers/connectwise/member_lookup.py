"""Who an API member is to this stack: found by its identifier, known by its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from providers.connectwise.matching import get_only, list_observable_keys
from providers.core.tags import belongs_to

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord
    from providers.console.drivers import KeyDriver


class FindsMembers(Protocol):
    """What this module needs of the site."""

    def find_members(self, identifier: str) -> list[MemberRecord]:
        """List the API members of that identifier."""


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

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        """Tell whether the public key is seen to belong to the member and to carry our tag."""
        keys = list_observable_keys(self._keys, int(member_id)) or []
        return any(key.publicKey == public_key and belongs_to(key.description, owner) for key in keys)


def id_of_role_named(member: MemberRecord, role: str) -> str:
    """Return the id of the member's role when it has that name, else an empty text."""
    has = member.securityRole
    return str(has.id) if has and has.id and (has.name or "").casefold() == role.casefold() else ""
