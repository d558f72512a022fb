"""What one vendor's resources must ask of another's. Answered beside `providers/composition.py`, which knows all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class ChecksMint(Protocol):
    """May a key be minted now?"""

    def refuse_unless_ready(self, member_id: str, owner: str, tenant: str) -> None:
        """Raise a `ProviderError` when a later step (rights, vault, sink) could already be known to fail."""

    def get_key_on_record(self) -> str:
        """Give the public half of the key that this run's state shows: a key that is made beside it takes its place."""

    def get_escrow_place(self) -> str:
        """Return the vault's place that is to hold the key, empty without a vault."""


class ChecksSink(Protocol):
    """Is what the key is for ready, and free for us?"""

    def refuse_unless_ready(self) -> None:
        """Raise a `ProviderError` when the sink could not be written, or is somebody else's."""

    def refuse_somebodys(self, is_ours: Callable[[str], bool]) -> None:
        """Raise when it holds a key that is not ours, unless a setting allows it."""


class KeyUsage(Protocol):
    """Does anyone depend on this key?"""

    @property
    def sink_name(self) -> str:
        """What sentences call the sink."""

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        """Tell whether the sink holds that public key. Raises when it can't be known: not knowing is not "no".

        What this run wrote itself is believed, unless the sink is to be asked again (`refresh`): another run may be
        under way.
        """

    def get_held_key(self) -> str:
        """Return the public key that the sink holds, as far as anybody can say; empty for none."""

    def is_current(self, public_key: str) -> bool:
        """Tell whether a state of this run names it as the current key, whether the sink holds it or not."""

    def find_member_of(self, public_key: str) -> str:
        """Find the id of the API member that a state of this run names for the key; empty when none does."""

    def is_provisioning_key(self, public_key: str) -> bool:
        """Tell whether this is the provisioning key: the one that this run itself signs in with."""


class KnowsKeys(Protocol):
    """Which keys are this stack's?"""

    def record_key(self, public_key: str, member_id: str = "") -> None:
        """Note that this run made the key, or is about to write it, and that it is that member's."""

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        """Tell whether a state of this run names the key, or the member has it with our tag."""

    def has_written(self, console: str) -> bool:
        """Tell whether a state of this run holds that console's sink: whatever it shows now is drift of ours."""
