"""The hand `assisted`: a person with a browser. What it can't do it orders, and what it can't see it says.

It proves what was done by the public API alone: nothing here speaks to a console or a gateway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from pydantic import SecretStr

from providers.console import orders
from providers.console.contract import Key, MintedKey, PsaIntegration, RoleSetting
from providers.core.notices import say
from providers.core.problems import NotThere, Unseen, WorkOrder
from providers.core.terms import terms


class Named(Protocol):
    """A role."""

    @property
    def name(self) -> str: ...


class Person(Protocol):
    """A member; people find it on the screen by both names."""

    @property
    def identifier(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def inactiveFlag(self) -> bool | None: ...


class Caller(Protocol):
    """A key that has signed in."""

    def myself(self) -> str: ...


class PublicSite(Protocol):
    """The reads that prove a person's work."""

    public_key: str

    def role(self, role_id: int) -> Named | None: ...
    def member(self, member_id: int) -> Person | None: ...
    def works(self, public_key: str, private_key: SecretStr) -> bool: ...
    def signed_in_as(self, public_key: str, private_key: SecretStr) -> Caller: ...


class AssistedConnectWise:
    """`RoleHand`, `KeyHand` and `Readiness` of a ConnectWise console that a person sits at."""

    def __init__(self, site: PublicSite, company: str, address: str, pair: tuple[str, SecretStr] | None) -> None:
        """`pair`: what a person made and handed in."""
        self._site = site
        self._where = (address, company)
        self._pair = pair

    def refuse_unless_ready(self) -> None:
        """A person is always ready."""

    def questions(self) -> tuple[Callable[[], object], ...]:
        return ()

    # -- the role ------------------------------------------------------------------------------------------------

    def set_levels(
        self, role_id: int, settings: Sequence[RoleSetting], tables: Sequence[str] = ()
    ) -> list[RoleSetting]:
        raise orders.set_permissions(*self._where, self._role(role_id), settings, tables)

    def tables(self, role_id: int) -> list[str]:
        raise Unseen(
            f"Which setup tables the security role {self._role(role_id)} may use can't be seen without a gateway, "
            "until a key of the role signs in and shows it"
        )

    def set_tables(self, role_id: int, allow: Sequence[str]) -> list[str]:
        return self.tables(role_id)

    def correct(self, role_id: int, public_key: str, found: Sequence[str], tables: Sequence[str]) -> WorkOrder:
        """The order for what a key showed when it signed in as itself."""
        return orders.correct_rights(*self._where, self._role(role_id), public_key, found, tables)

    # -- its keys ------------------------------------------------------------------------------------------------

    def keys(self, member_id: int) -> list[Key]:
        raise Unseen(
            f"Which API keys the API member {self._member(member_id)} has can't be seen without a gateway, so "
            "whether one is left over is not known",
            next_step="System > Members > API Members > API Keys shows it",
        )

    def find(self, member_id: int, key_id: str, public_key: str, private_key: SecretStr) -> Key | None:
        """Gone when the site refuses it while the provisioning key signs in."""
        if not self._site.works(public_key, private_key):
            member = self._site.member(member_id)
            if member is None or member.inactiveFlag:
                raise Unseen(
                    f"Whether the API key {public_key} still exists can't be known while its member is not active"
                )
            say(f"The site refuses the API key {public_key}: deleted or made inactive, only a screen shows which.")
            return None
        return Key(id=key_id, description="", publicKey=public_key, inactive=False)

    def mint(self, member_id: int, description: str, spent: str = "") -> MintedKey:
        """The pair that a person handed in, once it has signed in as this member's."""
        member = self._member(member_id)
        because = self._wrong(member_id, spent) if self._pair else ""
        if because or not self._pair:
            raise orders.make_key(*self._where, member, description, because)
        public_key, private_key = self._pair
        # The site's number of a key is on its screens only; the tag in the description is as good a name.
        name = description.rpartition("[")[2].rstrip("]")
        return MintedKey(id=name, description=description, publicKey=public_key, privateKey=private_key)

    def set_inactive(self, member_id: int, key_id: str, inactive: bool) -> None:
        raise orders.activate_key(*self._where, self._member(member_id), key_id)

    def revoke(self, member_id: int, key_id: str, public_key: str = "") -> None:
        raise orders.delete_key(*self._where, self._member(member_id), public_key or key_id, f"[{key_id}]")

    def _wrong(self, member_id: int, spent: str) -> str:
        """Why the pair that was handed in is not the key that is waited for; empty when it is."""
        if not self._pair:
            return ""
        public_key, private_key = self._pair
        named = f"connectwise:assistedPublicKey names {public_key}"
        if public_key == self._site.public_key:
            return f"{named}, which is the provisioning key; Umbrella gets a key of its own."
        if public_key == spent:
            return f"{named}, which is the key to be replaced; hand in a new one."
        if not self._site.works(public_key, private_key):
            return (
                f"{named}, and the site refuses to sign that pair in; check that both halves are whole and belong "
                "together, and that the key is active, else make another."
            )
        whose, member = self._site.signed_in_as(public_key, private_key).myself(), self._site.member(member_id)
        if not whose:
            say(f"Whose key {public_key} is can't be known: the site does not say who signed in.")
        elif member and whose.casefold() != member.identifier.casefold():
            return f"{named}, which is a key of the member {whose}, not of {member.identifier}; make one there."
        return ""

    def _role(self, role_id: int) -> str:
        role = self._site.role(role_id)
        return role.name if role else f"number {role_id}"

    def _member(self, member_id: int) -> orders.Member:
        member = self._site.member(member_id)
        if member is None:
            raise NotThere(
                f"the API member {member_id} is gone from the site",
                next_step=f"run `{terms().apply}` on the whole stack",
            )
        return orders.Member(member.identifier, member.name or "")


NONE = "none"


class AssistedUmbrella:
    """`SinkHand` and `Readiness` of an Umbrella console that a person sits at. Their word is all there is."""

    def __init__(self, console: str, applied_key: str, escrowed_at: str) -> None:
        """`applied_key`: umbrella:appliedKey; `escrowed_at`: where the vault keeps the private half, if it does."""
        self._console = console
        self._applied = applied_key
        self._escrowed_at = escrowed_at

    def refuse_unless_ready(self) -> None:
        """A person is always ready."""

    def questions(self) -> tuple[Callable[[], object], ...]:
        return ()

    def integration(self) -> PsaIntegration:
        if self._applied == NONE:
            return PsaIntegration(kind=None, enabled=False)
        raise Unseen(
            f"What the Umbrella console {self._console} holds can't be seen without a gateway; "
            + (
                f"by your word (umbrella:appliedKey) it holds {self._applied}"
                if self._applied
                else "by the settings that were read, nobody has said (umbrella:appliedKey)"
            ),
            setting="umbrella:appliedKey",
        )

    def holds(self, public_key: str, *, anew: bool = False) -> bool:
        if not self._applied:
            raise Unseen(
                f"whether the Umbrella console {self._console} holds the key {public_key} can't be seen without a "
                "gateway, so nothing is revoked",
                next_step="set umbrella:appliedKey to the public key that it holds, or to none",
                setting="umbrella:appliedKey",
            )
        return self._applied == public_key

    def named(self) -> str:
        return "" if self._applied == NONE else self._applied

    def write(self, public_key: str, private_key: SecretStr, over: str | None = None) -> PsaIntegration:
        if self._applied != public_key:
            because = f"umbrella:appliedKey names {self._applied}, not this key." if self._applied else ""
            raise orders.enter_key(self._console, public_key, self._escrowed_at, because)
        return PsaIntegration(kind="ConnectWise", enabled=True, publicKey=public_key, privateKeySet=True)

    def clear(self) -> None:
        if self._applied != NONE:
            raise orders.remove_integration(self._console)
