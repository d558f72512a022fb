"""The vault: can it be reached, is the place ours or free, may we write there."""

from __future__ import annotations

import os
from pathlib import Path

from providers.core.problems import Refusal
from stacks.checks.finding import Finding, ok, told
from stacks.reach import Reach
from stacks.settings import Tenant
from stacks.state import TenantState


def vault(reach: Reach, tenant: Tenant, state: TenantState) -> list[Finding]:
    """Nothing without a vault."""
    settings = tenant.vault
    if not settings.url:
        return []
    from providers.vault.address import place_of, scheme_of
    from providers.vault.opened import Vaults, refuse_foreign
    from providers.vault.secret import VaultSecretState

    place, scheme = place_of(settings.url), scheme_of(settings.url)
    opened = Vaults(settings, reach.memory)
    seen = opened.seen(settings.url)
    ours = bool(state.rows_of(VaultSecretState))
    held = "nothing yet" if seen is None else "this stack's key" if ours else "a secret"
    if seen and seen.version is not None and not ours:
        try:
            refuse_foreign(seen, place, tenant.name, tenant.connectwise.company_id)
        except Refusal as refused:
            return [told("vault", refused, "warn" if "vault" in tenant.own.allow else "fail")]
    if scheme == "vault":
        opened.open(settings.url).check_access(seen)  # asks for its own capabilities, which changes nothing
        return [ok("vault", f"{place} holds {held}, and may be written")]
    if scheme == "age" and not os.access(_folder(place), os.W_OK):
        return [Finding("vault", "fail", f"the folder of {place} can't be written", "make it, or correct vault:url")]
    if scheme == "age":
        return [ok("vault", f"{place} holds {held}, and may be written")]
    return [ok("vault", f"{place} holds {held}; whether it may be written is tried by `up`, before a key is minted")]


def _folder(place: str) -> Path:
    return Path(place.partition("://")[2].partition("?")[0]).parent
