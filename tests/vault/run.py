"""One run of the engine over a `VaultSecret`, without the engine: refresh, gate, then create, update or delete."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SecretStr

from providers.core.changes import describe_changes, find_changes
from providers.core.run_cache import RunCache
from providers.vault.connection import VaultSettings
from providers.vault.secret import VaultSecretArgs, VaultSecretHandler, VaultSecretObserved, VaultSecretState
from providers.vault.secret import make_escrow as make_escrow
from providers.vault.vaults import VaultPreconditions, Vaults
from tests.unit.providers.served import Served

TODAY = date(2026, 1, 31)


def make_private_key(number: int = 1) -> str:
    """As ConnectWise makes them: 16 letters and digits."""
    return f"Zq8PrivateHalf{number:02}"


def make_args(settings: VaultSettings, number: int = 1, **changed: Any) -> VaultSecretArgs:
    """What the program asks for, once `check` has filled it in; `number` is the key's."""
    given: dict[str, Any] = {
        "tenant": "acme",
        "company": "acme@na.myconnectwise.net",
        "url": settings.url,
        "key_id": str(400 + number),
        "public_key": f"PublicHalf{number:02}",
        "private_key": SecretStr(make_private_key(number)),
        "minted_on": f"2026-01-{number:02}",
        "rotate": "",
        "company_id": "Acme",
        "site": "https://na.myconnectwise.net",
        **changed,
    }
    handler = VaultSecretHandler(Vaults(VaultSettings(), RunCache()))
    return handler.check(None, VaultSecretArgs.model_validate(given), frozenset(), TODAY)


def get_fields(args: VaultSecretArgs) -> dict[str, str]:
    """What must be in the vault then, spelled out: these names are promised."""
    escrow = make_escrow(args)
    return {
        "companyId": args.company_id,
        "site": args.site,
        "publicKey": args.public_key,
        "privateKey": args.private_key.get_secret_value(),
        "keyId": args.key_id,
        "generation": escrow.generation,
        "createdAt": args.minted_on,
        "tenant": args.tenant,
    }


class Run:
    """A provider process: it opens its vaults again and remembers nothing of the last one."""

    def __init__(self, settings: VaultSettings, *, take_over: bool = False) -> None:
        memory = RunCache()
        self.vaults = Vaults(settings, memory)
        self.handler = VaultSecretHandler(self.vaults, take_over=take_over)
        self.gate = VaultPreconditions(self.vaults, memory, settings.url or "", "Acme", take_over=take_over)

    def restart(self, state: VaultSecretState) -> Run:
        """As the key's own state tells: the last one was minted for this place."""
        self.gate.record_place(state.place)
        return self

    def up(self, state: VaultSecretState | None, args: VaultSecretArgs, *, minted: bool = False) -> VaultSecretState:
        """Refresh, then whatever the difference asks for. `minted`: a key is minted in this run."""
        if state is not None:
            state = self.handler.read(args.place, state)
        elif minted:
            self.gate.refuse_foreign("acme")  # as the role asks before a tenant's first object
        if minted:
            self.gate.refuse_unless_ready("acme")
        if state is None:
            return self.handler.create(args)[1]
        found = find_changes(state, dict(args), VaultSecretArgs, observed=VaultSecretObserved)
        return self.handler.update(args.place, state, args) if found else state

    def delete(self, place: str, state: VaultSecretState) -> None:
        """As a destroy asks the service to; the row is the only one of its place."""
        Served(self.handler).delete(place, state)

    def preview(self, state: VaultSecretState, args: VaultSecretArgs) -> list[str]:
        """What a preview says; empty when there is no drift."""
        live = self.handler.read(args.place, state)
        if live is None:
            return [self.handler.describe_missing(state)]
        found = find_changes(live, dict(args), VaultSecretArgs, observed=VaultSecretObserved)
        return describe_changes(self.handler, found, live)
