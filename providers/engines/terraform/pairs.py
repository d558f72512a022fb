"""The private halves that this process has seen, and where it may look for one: nothing of it is written anywhere."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from providers.composition import Composition
from providers.core.errors import ProviderError
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.vault.escrow import Escrow


class Pairs:
    """Key pairs by their public halves, for the length of one process."""

    def __init__(self, composition: Composition) -> None:
        self._composition = composition
        self._lock = Lock()
        self._known: dict[str, str] = {}

    def remember(self, public_key: str, private_key: str) -> None:
        """Note a pair that a state shows, or that was just minted."""
        if public_key and private_key:
            self._composition.redactor.add(private_key)
            with self._lock:
                self._known[public_key] = private_key

    def find(self, public_key: str) -> str:
        """Give the private half if this process has seen it; else an empty text."""
        return self._known.get(public_key, "")

    def get(self, key_id: str, public_key: str) -> str:
        """Give the private half, from the vault if need be. Raises `ProviderError`."""
        return self.find(public_key) or self._read(key_id, public_key)

    def find_in_vault(self, public_key: str) -> str:
        """Give the private half if the vault has it; else, and without a vault, an empty text."""
        self.look_up()
        return self.find(public_key)

    def look_up(self) -> Escrow | None:
        """Read what the vault holds, once in a run; None when it is not one of ours. Raises `ProviderError`."""
        vault = self._composition.vault
        escrow = vault.read() if vault else None
        if escrow:
            self.remember(escrow.public_key, escrow.private_key.get_secret_value())
        return escrow

    def _read(self, key_id: str, public_key: str) -> str:
        escrow = self.look_up()
        if escrow is None or (escrow.key_id, escrow.public_key) != (key_id, public_key):
            vault = self._composition.vault
            raise ProviderError(
                f"{vault.place if vault else 'the state'} does not hold the pair of the API key {public_key}",
                next_step=f"run `{terms().apply}` on the whole: it puts a new key in its place, without a gap",
            )
        return escrow.private_key.get_secret_value()
