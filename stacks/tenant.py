"""One tenant as one component: what is made, in which order.

    SecurityRole ─► PermissionSet ─► ApiMember ─► ApiKey ─► VaultSecret ─► AccessProof ─► PsaIntegration
    ─► KeyRetirement; VaultSecret when there is a vault

Parents are referenced by id only: an output of a resource that is being updated is unknown in a preview, an id is
not, and a key must not look replaced because its member is renamed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from providers.connectwise.access_proof import AccessProof
from providers.connectwise.api_key import ApiKey
from providers.connectwise.api_member import ApiMember
from providers.connectwise.connection import company_key
from providers.connectwise.key_retirement import KeyRetirement
from providers.connectwise.permission_set import PermissionSet
from providers.connectwise.plan import TenantPlan
from providers.connectwise.security_role import SecurityRole
from providers.core.configuration import PROJECT
from providers.core.tags import owner_of
from providers.core.values import plain
from providers.umbrella.connection import console_key
from providers.umbrella.psa_integration import PsaIntegration
from providers.vault.connection import reference
from stacks.settings import Tenant

if TYPE_CHECKING:
    from providers.vault.secret import VaultSecret

KEY = "key"  # the resource's name is part of its keys' tag: renaming it disowns every key


class UmbrellaTenant(pulumi.ComponentResource):
    """The ConnectWise side and the Umbrella side of one tenant."""

    def __init__(self, tenant: Tenant, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("umbrella-psa:index:Tenant", tenant.name, None, opts)
        own = tenant.own
        company = company_key(tenant.connectwise)
        owner = owner_of(PROJECT, tenant.name, company, KEY)
        ours = {"tenant": tenant.name, "company": company}
        access = {"permissions": plain(own.permissions), "table_access": own.table_access}
        plan = TenantPlan(
            permissions=own.permissions,
            table_access=own.table_access,
            role=own.role_name,
            member=own.member_id,
            member_name=own.member_name,
            member_email=own.member_email,
            member_defaults=own.member_defaults,
            owner=owner,
            adopt=own.adopt,
        )

        role = SecurityRole(
            "role",
            {**ours, "name": own.role_name, "adopt": own.adopt, "plan": plain(plan)},
            self._child(),
        )
        permissions = PermissionSet(
            "permissions",
            {**ours, "role_id": role.id, "role_name": own.role_name, "member": own.member_id, "owner": owner, **access},
            self._child(),
        )
        member = ApiMember(
            "member",
            {
                **ours,
                "identifier": own.member_id,
                "name": own.member_name,
                "email": own.member_email,
                "role_id": role.id,
                "role_name": own.role_name,
                "defaults": own.member_defaults,
                "owner": owner,
                "adopt": own.adopt,
            },
            # A member, above all a live one that moves to a new role, is never put on a bare role.
            self._child(permissions),
        )
        key = ApiKey(
            KEY,
            {
                **ours,
                "member_id": member.id,
                "owner": owner,
                "description": own.key_description,
                "rotate": own.rotate,
                "max_age_days": own.max_age_days,
                "offered": _offered(tenant),
            },
            self._child(),
        )
        pair = {"key_id": key.id, "public_key": key.public_key, "private_key": key.private_key}
        kept = self._keep(tenant, ours, key, pair)
        proof = AccessProof(
            "proof",
            {**ours, "role_id": role.id, "member": own.member_id, **pair, **access},
            # A key is escrowed before anyone depends on it.
            self._child(permissions, member, *kept),
        )
        sink = PsaIntegration(
            "umbrella",
            {
                "tenant": tenant.name,
                "console": console_key(tenant.umbrella),
                "member_id": member.id,
                "owner": owner,
                "adopt": tenant.umbrella.adopt,
                **pair,
                # The sink is written only with a key that has proved itself, also where a run leaves targets out.
                "proved": proof.key_id,
                "escrowed": kept[0].key_id if kept else key.id,
            },
            self._child(proof),
        )
        KeyRetirement(
            "retirement",
            {
                **ours,
                "member_id": member.id,
                **pair,
                "owner": owner,
                "member": own.member_id,
            },
            # Older keys go once the sink has the current one, never before.
            self._child(sink),
        )
        self.outputs: dict[str, Any] = {
            "roleId": role.id,
            "memberId": member.id,
            "keyId": key.id,
            "keyMintedOn": key.minted_on,
            "publicKey": key.public_key,
            "privateKey": key.private_key,
            "umbrellaApplied": sink.public_key,
            "vaultReference": reference(tenant.vault),
        }
        self.register_outputs(self.outputs)

    def _keep(self, tenant: Tenant, ours: dict[str, Any], key: ApiKey, pair: dict[str, Any]) -> list[VaultSecret]:
        """The key in the vault, when there is one; nothing of it is loaded else."""
        if not tenant.vault.url:
            return []
        from providers.vault.secret import VaultSecret

        return [
            VaultSecret(
                "vault",
                {
                    **ours,
                    **pair,
                    "url": tenant.vault.url,
                    "minted_on": key.minted_on,
                    "rotate": tenant.own.rotate,
                    "company_id": tenant.connectwise.company_id,
                    "site": tenant.connectwise.site,
                    "on_destroy": tenant.vault.on_destroy,
                },
                self._child(),
            )
        ]

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))


def _offered(tenant: Tenant) -> str:
    """The public half of the pair that a person has handed in; with a gateway there is none."""
    settings = tenant.connectwise
    return (settings.assisted_public_key or "") if settings.hand == "assisted" else ""
