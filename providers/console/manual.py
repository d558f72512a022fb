"""The driver `manual`: a person with a browser. What it can't do it orders, and what it can't see it says.

It proves what was done by the public API alone: nothing here speaks to a console or a gateway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from pydantic import SecretStr

from providers.console import work_orders
from providers.console.contract import Key, MintedKey, RoleSetting
from providers.console.customize import name_items
from providers.core.errors import NotFound, NotObservable, WorkOrder
from providers.core.notices import print_once
from providers.core.terms import terms


class NamedRole(Protocol):
    """A role."""

    @property
    def name(self) -> str:
        """The name on the screen (Role ID)."""


class NamedMember(Protocol):
    """A member; people find it on the screen by both names."""

    @property
    def identifier(self) -> str:
        """The Member ID."""

    @property
    def name(self) -> str | None:
        """The Member Name, where there is one."""

    @property
    def inactiveFlag(self) -> bool | None:
        """Whether the member is switched off, so that none of its keys signs in."""


class SignedInKey(Protocol):
    """A key that has signed in."""

    def get_own_identifier(self) -> str:
        """Return the Member ID that the key belongs to; empty where the site does not say."""


class VerifyingSite(Protocol):
    """The reads that prove a person's work."""

    public_key: str

    def get_role(self, role_id: int) -> NamedRole | None:
        """Return the role, None when there is none of this id."""

    def get_member(self, member_id: int) -> NamedMember | None:
        """Return the API member, None when there is none of this id."""

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Tell whether the site takes this pair."""

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> SignedInKey:
        """Sign in with this pair."""


class ManualConnectWise:
    """`RoleDriver`, `KeyDriver` and `Readiness` of a ConnectWise console that a person sits at."""

    def __init__(
        self,
        site: VerifyingSite,
        company: str,
        address: str,
        pair: tuple[str, SecretStr] | None,
        sink_name: str = "Umbrella",
    ) -> None:
        """`pair`: what a person made and handed in."""
        self._site = site
        self._location = (address, company)
        self._pair = pair
        self._sink_name = sink_name

    def refuse_unless_ready(self) -> None:
        """Refuse nothing: a person is always ready."""

    def list_prefetches(self) -> tuple[Callable[[], object], ...]:
        """List nothing: nobody is asked anything in advance."""
        return ()

    # -- the role ------------------------------------------------------------------------------------------------

    def set_levels(
        self, role_id: int, settings: Sequence[RoleSetting], lists: Mapping[str, Sequence[str]]
    ) -> list[RoleSetting]:
        """Order the levels, and the lists on the same screen."""
        raise work_orders.order_permissions(*self._location, self._get_role_name(role_id), settings, lists)

    def get_allowed(self, role_id: int, function: str) -> list[str]:
        """Say that nobody can look at the list."""
        raise NotObservable(
            f"Which {name_items(function)} the security role {self._get_role_name(role_id)} may use can't be seen "
            "without a gateway, until a key of the role signs in and shows it"
        )

    def set_allowed(self, role_id: int, function: str, allow: Sequence[str]) -> list[str]:
        """Say that nobody can look at the list: it was ordered with the levels."""
        return self.get_allowed(role_id, function)

    def order_correction(
        self, role_id: int, public_key: str, found: Sequence[str], lists: Mapping[str, Sequence[str]]
    ) -> WorkOrder:
        """Make the order for what a key showed when it signed in as itself."""
        return work_orders.order_correction(*self._location, self._get_role_name(role_id), public_key, found, lists)

    # -- its keys ------------------------------------------------------------------------------------------------

    def list_keys(self, member_id: int) -> list[Key]:
        """Say that nobody can look at the list of keys."""
        raise NotObservable(
            f"Which API keys the API member {self._get_member(member_id)} has can't be seen without a gateway, so "
            "whether one is left over is not known",
            next_step="System > Members > API Members > API Keys shows it",
        )

    def find_key(self, member_id: int, key_id: str, public_key: str, private_key: SecretStr) -> Key | None:
        """Find it gone when the site refuses it while the provisioning key signs in."""
        if not self._site.can_sign_in(public_key, private_key):
            member = self._site.get_member(member_id)
            if member is None or member.inactiveFlag:
                raise NotObservable(
                    f"Whether the API key {public_key} still exists can't be known while its member is not active"
                )
            print_once(
                f"The site refuses the API key {public_key}: deleted or made inactive, only a screen shows which."
            )
            return None
        return Key(id=key_id, description="", publicKey=public_key, inactive=False)

    def mint(self, member_id: int, description: str, replaced_public_key: str = "") -> MintedKey:
        """Take the pair that a person handed in, once it has signed in as this member's."""
        member = self._get_member(member_id)
        because = self._find_flaw(*self._pair, member_id, replaced_public_key) if self._pair else ""
        if because or not self._pair:
            raise work_orders.order_key(*self._location, member, description, because)
        public_key, private_key = self._pair
        # The site's number of a key is on its screens only; the tag in the description is as good a name.
        name = description.rpartition("[")[2].rstrip("]")
        return MintedKey(id=name, description=description, publicKey=public_key, privateKey=private_key)

    def set_inactive(self, member_id: int, key_id: str, inactive: bool) -> None:
        """Order that the key is made active again: nothing else is ever asked for."""
        raise work_orders.order_key_activation(*self._location, self._get_member(member_id), key_id)

    def revoke(self, member_id: int, key_id: str, public_key: str = "") -> None:
        """Order that the key is deleted."""
        raise work_orders.order_key_deletion(
            *self._location, self._get_member(member_id), public_key or key_id, f"[{key_id}]"
        )

    def _find_flaw(self, public_key: str, private_key: SecretStr, member_id: int, replaced_public_key: str) -> str:
        """Why the pair that was handed in is not the key that is waited for; empty when it is."""
        named = f"connectwise:manualPublicKey names {public_key}"
        if public_key == self._site.public_key:
            return f"{named}, which is the provisioning key; {self._sink_name} gets a key of its own."
        if public_key == replaced_public_key:
            return f"{named}, which is the key to be replaced; hand in a new one."
        if not self._site.can_sign_in(public_key, private_key):
            return (
                f"{named}, and the site refuses to sign that pair in; check that both halves are whole and belong "
                "together, and that the key is active, else make another."
            )
        whose = self._site.sign_in_as(public_key, private_key).get_own_identifier()
        member = self._site.get_member(member_id)
        if not whose:
            print_once(f"Whose key {public_key} is can't be known: the site does not say who signed in.")
        elif member and whose.casefold() != member.identifier.casefold():
            return f"{named}, which is a key of the member {whose}, not of {member.identifier}; make one there."
        return ""

    def _get_role_name(self, role_id: int) -> str:
        role = self._site.get_role(role_id)
        return role.name if role else f"number {role_id}"

    def _get_member(self, member_id: int) -> work_orders.OrderedMember:
        member = self._site.get_member(member_id)
        if member is None:
            raise NotFound(
                f"the API member {member_id} is gone from the site",
                next_step=f"run `{terms().apply}` on the whole stack",
            )
        return work_orders.OrderedMember(member.identifier, member.name or "")
