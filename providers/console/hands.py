"""Who carries out a step that has no public API. A handler never knows which hand it got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import SecretStr

from providers.console.contract import Key, MintedKey, PsaIntegration, RoleSetting


class RoleHand(Protocol):
    """Permission levels and table access."""

    def set_levels(self, role_id: int, settings: Sequence[RoleSetting]) -> list[RoleSetting]:
        """Set the rows named, leave the others; the rows as they are now."""

    def tables(self, role_id: int) -> list[str]:
        """The setup tables that the role may use, by label."""

    def set_tables(self, role_id: int, allow: Sequence[str]) -> list[str]:
        """Replace that list; the list as it is now."""


class KeyHand(Protocol):
    """API keys of a member."""

    def keys(self, member_id: int) -> list[Key]:
        """All keys of the member, active or not. Asked once a run until something writes."""

    def mint(self, member_id: int, description: str) -> MintedKey:
        """Make a key. Its private half is shown here and never again."""

    def set_inactive(self, member_id: int, key_id: str, inactive: bool) -> None:
        """Switch a key off or on."""

    def revoke(self, member_id: int, key_id: str) -> None:
        """Delete a key; one that is gone already is a success."""


class SinkHand(Protocol):
    """Umbrella's PSA Integration Details."""

    def integration(self) -> PsaIntegration:
        """What the console holds. Asked once a run until something writes."""

    def write(self, public_key: str, private_key: SecretStr) -> PsaIntegration:
        """Enable the ConnectWise integration with this pair."""

    def clear(self) -> None:
        """Remove the integration."""


class Readiness(Protocol):
    """Whether a hand could act now, without acting."""

    def refuse_unless_ready(self) -> None:
        """Raise a `Problem` when the next write could not be carried out, or would go to another company or console."""
