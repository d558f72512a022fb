"""A tenant that is about to leave: what it holds, and what of it no destroy takes away."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.security_role import SecurityRoleState
from providers.core.errors import GuardViolation, ProviderError
from providers.core.stack_file import locate_stack_file, read_plain_settings
from providers.vault.secret import VaultSecretState
from stacks.fleet.departures import has_departed
from stacks.fleet.stored import ReadState, make_state_reader
from stacks.pulumi_cli import NoStack, PulumiCli
from stacks.state import TenantState
from stacks.tenant_files import list_tenants

_KEY = "connectwise:publicKey"
_UNKNOWN = "what an earlier destroy has left: the state holds nothing that would tell (docs/runbooks/leaving.md)"
_BACKUPS = "in the backend: backups and the history of its runs, their secrets encrypted"


@dataclass(frozen=True)
class LeavingTenant:
    """One tenant, looked at before anything is done. `stays`: what stays behind, a line each."""

    name: str
    has_stack: bool
    holds_anything: bool
    stays: tuple[str, ...]


def look_at(pulumi: PulumiCli, tenants: Sequence[str]) -> list[LeavingTenant]:
    """Look at the states of tenants that are to leave together."""
    keys_in_use = {_read_settings(tenant).get(_KEY) for tenant in list_tenants() if tenant not in tenants}
    read = make_state_reader(pulumi, os.environ)
    return [_look_at(read, tenant, keys_in_use) for tenant in tenants]


def _look_at(read: ReadState, tenant: str, keys_in_use: Collection[str | None]) -> LeavingTenant:
    """Look at one. Raises `GuardViolation` for one without a stack, unless an earlier attempt took that away."""
    keys = tuple(_list_key(tenant, keys_in_use))
    try:
        state = read(tenant)
    except NoStack:
        if not has_departed(tenant, os.environ):
            raise _refuse_without_stack(tenant) from None
        return LeavingTenant(tenant, has_stack=False, holds_anything=False, stays=(_UNKNOWN, *keys))
    holds_anything = bool(state.rows or state.cut_off)
    objects = _list_objects(state) if holds_anything else (_UNKNOWN,)
    return LeavingTenant(tenant, has_stack=True, holds_anything=holds_anything, stays=(*objects, *keys, _BACKUPS))


def _refuse_without_stack(tenant: str) -> GuardViolation:
    return GuardViolation(
        f"{tenant}: the backend keeps no stack of that name, so it may be in another one, and nothing is removed",
        next_step="check PULUMI_BACKEND_URL, or `pulumi login`",
        detail=f"If there never was one, delete {locate_stack_file(tenant)} by hand.",
    )


def _list_objects(state: TenantState) -> Iterator[str]:
    for role in state.list_rows(SecurityRoleState):
        if role.outputs.adopted:
            yield f"the security role {role.outputs.name}, which was taken over (adopt), as it is"
    for member in state.list_rows(ApiMemberState):
        yield f"the API member {member.outputs.identifier}, " + (
            "which was taken over (adopt), as it is"
            if member.outputs.adopted
            else "inactive: ConnectWise deletes no member"
        )
    for secret in state.list_rows(VaultSecretState):
        kept = secret.outputs.on_destroy == "keep"
        yield f"in the vault, {secret.outputs.place}: " + (
            "the last pair (vault:onDestroy is keep)"
            if kept
            else "the deleted version, where the vault can recover one (vault:onDestroy is delete)"
        )
    for kind in {*state.cut_off} - {row.kind for row in state.rows}:
        yield f"perhaps a {kind} that a killed run was just making: look for it at the site"


def _list_key(tenant: str, in_use: Collection[str | None]) -> Iterator[str]:
    """Name the provisioning key, unless a tenant that stays signs in with it, too."""
    settings = _read_settings(tenant)
    if (key := settings.get(_KEY)) and key not in in_use:
        site = settings.get("connectwise:site")
        yield f"the provisioning key {key} at {site}: revoke it unless something else uses it"


def _read_settings(tenant: str) -> Mapping[str, str | None]:
    """Read the plain settings of a file; none of one that can't be read, which is no matter of whoever leaves."""
    try:
        return read_plain_settings(locate_stack_file(tenant))
    except (ProviderError, OSError):
        return {}
