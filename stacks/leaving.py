"""A tenant that is about to leave: what it holds, and what of it no destroy takes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.security_role import SecurityRoleState
from providers.core.stack_file import locate_stack_file, parse_plain_settings
from providers.vault.secret import VaultSecretState
from stacks.pulumi_cli import NoStack, PulumiCli
from stacks.state import TenantState
from stacks.tenant_files import list_tenants

PAGE = "docs/runbooks/leaving.md"
_KEY = "connectwise:publicKey"


@dataclass(frozen=True)
class LeavingTenant:
    """One tenant, looked at before anything is done. `stays`: what stays behind, a line each."""

    name: str
    has_stack: bool
    holds_anything: bool
    stays: tuple[str, ...]


def look_at(pulumi: PulumiCli, tenant: str) -> LeavingTenant:
    """Look at a tenant's state. One without a stack is half removed already, or was half made."""
    try:
        state = pulumi.state(tenant)
    except NoStack:
        return LeavingTenant(
            tenant, has_stack=False, holds_anything=False, stays=(*_list_unknown(), *_list_key(tenant))
        )
    holds_anything = bool(state.rows or state.cut_off)
    objects = _list_objects(state) if holds_anything else _list_unknown()
    stays = (
        *objects,
        *_list_key(tenant),
        "in the backend: backups and the history of its runs, their secrets encrypted",
    )
    return LeavingTenant(tenant, has_stack=True, holds_anything=holds_anything, stays=stays)


def _list_objects(state: TenantState) -> Iterator[str]:
    for role in state.rows_of(SecurityRoleState):
        if role.outputs.adopted:
            yield f"the security role {role.outputs.name}, which was taken over (adopt), as it is"
    for member in state.rows_of(ApiMemberState):
        yield f"the API member {member.outputs.identifier}, " + (
            "which was taken over (adopt), as it is"
            if member.outputs.adopted
            else "inactive: ConnectWise deletes no member"
        )
    for secret in state.rows_of(VaultSecretState):
        kept = secret.outputs.on_destroy == "keep"
        yield f"in the vault, {secret.outputs.place}: " + (
            "the last pair (vault:onDestroy is keep)"
            if kept
            else "the deleted version, where the vault can recover one (vault:onDestroy is delete)"
        )
    for kind in state.cut_off:
        yield f"perhaps a {kind} that a killed run was just making: look for it at the site"


def _list_unknown() -> Iterator[str]:
    yield f"what an earlier destroy has left: the state holds nothing that would tell ({PAGE})"


def _list_key(tenant: str) -> Iterator[str]:
    """Name the provisioning key, unless another tenant signs in with it, too."""
    ours = parse_plain_settings(locate_stack_file(tenant))
    others = (parse_plain_settings(locate_stack_file(name)) for name in list_tenants() if name != tenant)
    if (key := ours.get(_KEY)) and not any(other.get(_KEY) == key for other in others):
        yield f"the provisioning key {key} at {ours.get('connectwise:site')}: revoke it unless something else uses it"
