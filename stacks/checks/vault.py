"""The vault: can it be reached, is the place ours or free, may we write there."""

from __future__ import annotations

import os
from pathlib import Path

from providers.core.errors import GuardViolation
from stacks.checks.finding import Finding, make_finding, make_ok
from stacks.clients import Clients
from stacks.settings import Tenant
from stacks.state import TenantState


def check_vault(clients: Clients, tenant: Tenant, state: TenantState) -> list[Finding]:
    """Nothing without a vault."""
    settings = tenant.vault
    if not settings.url:
        return []
    from providers.vault.address import parse_place, parse_scheme
    from providers.vault.secret import VaultSecretState
    from providers.vault.vaults import Vaults, refuse_foreign_secret

    place, scheme = parse_place(settings.url), parse_scheme(settings.url)
    opened = Vaults(settings, clients.cache)
    seen = opened.get_version(settings.url)
    ours = bool(state.list_rows(VaultSecretState))
    held = "nothing yet" if seen is None else "this stack's key" if ours else "a secret"
    if seen and seen.version is not None and not ours:
        try:
            refuse_foreign_secret(seen, place, tenant.name, tenant.connectwise.company_id)
        except GuardViolation as refused:
            return [make_finding("vault", refused, "warn" if "vault" in tenant.own.allow else "fail")]
    if scheme == "vault":
        opened.open(settings.url).check_access(seen)  # asks for its own capabilities, which changes nothing
    elif scheme != "age":
        unknown = "whether it may be written is tried by `up`, before a key is minted"
        return [make_ok("vault", f"{place} holds {held}; {unknown}")]
    elif not os.access(_get_folder(place), os.W_OK):
        return [Finding("vault", "fail", f"the folder of {place} can't be written", "make it, or correct vault:url")]
    return [make_ok("vault", f"{place} holds {held}, and may be written")]


def _get_folder(place: str) -> Path:
    return Path(place.partition("://")[2].partition("?")[0]).parent
