"""Who carries out a step that has no public API. A handler never knows which driver it got.

A driver that can't look raises `NotObservable`, and one whose step is a person's raises the `WorkOrder`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from providers.console.contract import Key, MintedKey, PsaIntegration, RoleSetting


class RoleDriver(Protocol):
    """Permission levels and customize lists."""

    def set_levels(
        self, role_id: int, settings: Sequence[RoleSetting], lists: Mapping[str, Sequence[str]]
    ) -> list[RoleSetting]:
        """Set the rows named and leave the others.

        Args:
            role_id: The role, by its id in the public API.
            settings: Rows with their levels as the contract spells them; a level that is None is left alone.
            lists: The lists that `set_allowed` will be asked for next, by function: a person is not sent to the same
                screen twice.

        Returns:
            These rows as they are now.
        """

    def get_allowed(self, role_id: int, function: str) -> list[str]:
        """Read what the role may use of a function that has a customize list (console/customize.py), by label."""

    def set_allowed(self, role_id: int, function: str, allow: Sequence[str]) -> list[str]:
        """Replace that list; return the list as it is now."""


class KeyDriver(Protocol):
    """API keys of a member."""

    def list_keys(self, member_id: int) -> list[Key]:
        """List the member's keys, active or not. Asked once a run until something writes."""

    def find_key(self, member_id: int, key_id: str, public_key: str, private_key: SecretStr) -> Key | None:
        """Find one key as it is now; None when it is certainly gone.

        By its number or its public half: of a key that a person handed in the number is not known.
        """

    def mint(self, member_id: int, description: str, replaced_public_key: str = "") -> MintedKey:
        """Make a key. Its private half is shown here and never again.

        Args:
            member_id: The API member, by its id in the public API.
            description: At most 100 characters, our tag at their end.
            replaced_public_key: The public half of the key that this one replaces, which is no new key, whoever hands
                it in.

        Returns:
            The pair, with the description that the console keeps: it may be another than was asked for.
        """

    def set_inactive(self, member_id: int, key_id: str, inactive: bool) -> None:
        """Switch a key off or on."""

    def revoke(self, member_id: int, key_id: str, public_key: str = "") -> None:
        """Delete a key; one that is gone already is a success. `public_key` is how a person finds it."""


@dataclass(frozen=True)
class Destination:
    """What a person is told of where a pair goes; who writes by a gateway needs none of it."""

    product: str
    screen: str = ""
    """Where in the product the pair is entered, as its vendor's pages say; empty where they don't."""


class SinkDriver(Protocol):
    """What holds the pair: Umbrella's PSA Integration Details, or whatever stands in their place."""

    def get_integration(self) -> PsaIntegration:
        """Read what the console holds. Asked once a run until something writes."""

    def write(
        self, public_key: str, private_key: SecretStr, over: str | None = None, to: Destination | None = None
    ) -> PsaIntegration:
        """Enable the ConnectWise integration with this pair.

        Args:
            public_key: The public half.
            private_key: The private half; only the console gets it.
            over: The public key that it takes the place of, empty for none; None for any.
            to: For people: where that is, if not in Umbrella.

        Returns:
            The integration as it is now.

        Raises:
            Conflict: The console holds another key by now, and nothing was written; not every driver can tell.
        """

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        """Tell whether the console holds that key now; asked again unless this run wrote it, or always (`refresh`)."""

    def get_public_key(self) -> str:
        """Tell which public key the console holds, as far as can be seen or somebody said; empty for none."""

    def clear(self, to: Destination | None = None) -> None:
        """Remove the integration. `to`: for people, as in `write`."""


class Readiness(Protocol):
    """Whether a driver could act now, without acting."""

    def refuse_unless_ready(self) -> None:
        """Raise a `ProviderError` when the next write could not be carried out, or would go to somebody else."""

    def list_prefetches(self) -> tuple[Callable[[], object], ...]:
        """List what a first `up` will ask of the driver, to be asked at once."""
