"""What must be so before anything is made, and before a key is minted: answers the port `ChecksMint`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from providers.connectwise.rights import ProvisioningRights
from providers.console.drivers import Readiness
from providers.core.guards import Guards
from providers.key_registry import KeyRegistry
from providers.umbrella.console_check import ConsoleCheck
from providers.vault.vaults import VaultPreconditions


class MintPreconditions:
    """Rights, both consoles, the vault, and whether vault and sink are free for us."""

    def __init__(
        self,
        rights: ProvisioningRights,
        keys: Readiness,
        console: ConsoleCheck,
        vault: VaultPreconditions | None,
        registry: KeyRegistry,
        guards: Guards,
    ) -> None:
        self._rights = rights
        self._keys = keys
        self._console = console
        self._vault = vault
        self._registry = registry
        self._guards = guards

    def refuse_unless_ready(self, member_id: str, owner: str, tenant: str) -> None:
        """`ChecksMint`."""
        if self._registry.names(self._registry.provisioning_key):
            # The new key's turn ends with the old one's, and that is the one that this run needs.
            self._guards.refuse(
                "own-key",
                f"the key to be replaced, {self._registry.provisioning_key}, is the one that we are signed in with",
                "set connectwise:publicKey and connectwise:privateKey to another key",
            )
        self._rights.refuse_missing()
        self._keys.refuse_unless_ready()
        if self._vault:
            self._vault.refuse_unless_ready(tenant)
        self._refuse_console(partial(self._registry.is_ours, member_id, owner))

    def key_on_record(self) -> str:
        """`ChecksMint`."""
        return self._registry.key_on_record

    def get_escrow_place(self) -> str:
        """`ChecksMint`."""
        return self._vault.place if self._vault else ""

    def refuse_first_time(self, tenant: str) -> None:
        """Raise before a tenant's first object is made, unless both consoles, sink and vault are ours to use."""
        self._keys.refuse_unless_ready()
        if self._vault:
            self._vault.refuse_foreign(tenant)
        self._refuse_console(self._registry.names)

    def _refuse_console(self, is_ours: Callable[[str], bool]) -> None:
        self._console.refuse_unless_ready()
        # A stack that has a key already is past its first time: what the console shows now is drift of ours, or is
        # refused when the sink is made.
        if not (self._registry.sink_on_record or self._registry.has_keys):
            self._console.refuse_somebodys(is_ours)
