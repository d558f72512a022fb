"""What one vendor's resources must ask of another's. Answered in `providers/wiring.py`, the one room that knows all."""

from __future__ import annotations

from typing import Protocol


class MintGate(Protocol):
    """May a key be minted now?"""

    def refuse_unless_ready(self) -> None:
        """Raise a `Problem` when a later step (rights, vault, sink) could already be known to fail."""


class KeyHolder(Protocol):
    """Does anyone depend on this key?"""

    def holds(self, public_key: str) -> bool:
        """True when the sink holds that public key. Raises when it can't be known: not knowing is not "no"."""
