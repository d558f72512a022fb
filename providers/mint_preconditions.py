"""What must be so before anything is made, and before a key is minted: answers the port `ChecksMint`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from providers.connectwise.rights import ProvisioningRights
from providers.console.drivers import Readiness
from providers.core.guards import Guards
from providers.core.ports import ChecksSink
from providers.key_registry import KeyRegistry

if TYPE_CHECKING:
    from providers.vault.vaults import VaultPreconditions


@dataclass(frozen=True)
class MintPreconditions:
    """Rights, console and sink, the vault, and whether vault and sink are free for us."""

    rights: ProvisioningRights
    keys: Readiness
    sink: ChecksSink
    vault: VaultPreconditions | None
    registry: KeyRegistry
    guards: Guards

    def refuse_unless_ready(self, member_id: str, owner: str, tenant: str) -> None:
        """`ChecksMint`."""
        if self.registry.names(self.registry.provisioning_key):
            # The new key's turn ends with the old one's, and that is the one that this run needs.
            self.guards.refuse(
                "own-key",
                f"the key to be replaced, {self.registry.provisioning_key}, is the one that we are signed in with",
                "set connectwise:publicKey and connectwise:privateKey to another key",
            )
        self.rights.refuse_missing()
        self.keys.refuse_unless_ready()
        if self.vault:
            self.vault.refuse_unless_ready(tenant)
        self._refuse_sink(partial(self.registry.is_ours, member_id, owner))

    def get_key_on_record(self) -> str:
        """`ChecksMint`."""
        return self.registry.key_on_record

    def get_escrow_place(self) -> str:
        """`ChecksMint`."""
        return self.vault.place if self.vault else ""

    def refuse_first_time(self, tenant: str) -> None:
        """Raise before a tenant's first object is made, unless both consoles, sink and vault are ours to use."""
        self.keys.refuse_unless_ready()
        if self.vault:
            self.vault.refuse_foreign(tenant)
        self._refuse_sink(self.registry.names)

    def _refuse_sink(self, is_ours: Callable[[str], bool]) -> None:
        self.sink.refuse_unless_ready()
        # A stack that has a key already is past its first time: what the console shows now is drift of ours, or is
        # refused when the sink is made.
        if not self.registry.has_keys:
            self.sink.refuse_somebodys(is_ours)
