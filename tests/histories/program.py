"""What the program asks for, resource by resource: `stacks/tenant.py` without an engine (compared in test_model.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from providers.connectwise.access_proof import AccessProofHandler
from providers.connectwise.api_key import ApiKeyHandler
from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.connection import company_key
from providers.connectwise.key_retirement import KeyRetirementHandler
from providers.connectwise.permission_set import PermissionSetHandler
from providers.connectwise.security_role import SecurityRoleHandler
from providers.core.configuration import PROJECT
from providers.core.handler import Handler
from providers.core.tags import owner_of
from providers.core.values import plain
from providers.umbrella.connection import console_key
from providers.umbrella.psa_integration import PsaIntegrationHandler
from stacks.settings import Tenant
from stacks.tenant import KEY

GRAPH: dict[str, type[Handler[Any, Any]]] = {
    "role": SecurityRoleHandler,
    "permissions": PermissionSetHandler,
    "member": ApiMemberHandler,
    KEY: ApiKeyHandler,
    "proof": AccessProofHandler,
    "umbrella": PsaIntegrationHandler,
    "retirement": KeyRetirementHandler,
}
"""Every resource in the order in which the engine makes it; deletions go the other way."""


class Parent(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def outputs(self) -> Mapping[str, Any]: ...


def owner(tenant: Tenant) -> str:
    return owner_of(PROJECT, tenant.name, company_key(tenant.connectwise), KEY)


def asked(tenant: Tenant, name: str, made: Mapping[str, Parent]) -> dict[str, Any]:
    """The inputs of one resource, once its parents are made. Raises KeyError when one is not."""
    own = tenant.own
    ours = {"tenant": tenant.name, "company": company_key(tenant.connectwise)}
    access = {"permissions": plain(own.permissions), "table_access": own.table_access}
    if name == "role":
        return {**ours, "name": own.role_name, "adopt": own.adopt, "plan": _plan(tenant)}
    role = {"role_id": made["role"].id}
    if name == "permissions":
        return {**ours, **role, "role_name": own.role_name, "member": own.member_id, "owner": owner(tenant), **access}
    if name == "member":
        wanted = {"identifier": own.member_id, "name": own.member_name, "email": own.member_email}
        how = {"defaults": own.member_defaults, "owner": owner(tenant), "adopt": own.adopt}
        return {**ours, **role, **wanted, "role_name": own.role_name, **how}
    member = {"member_id": made["member"].id, "owner": owner(tenant)}
    if name == KEY:
        age = {} if own.max_age_days is None else {"max_age_days": own.max_age_days}
        return {**ours, **member, "description": own.key_description, "rotate": own.rotate, "offered": "", **age}
    key = made[KEY]
    pair = {"key_id": key.id, **{half: key.outputs[half] for half in ("public_key", "private_key")}}
    if name == "proof":
        return {**ours, **role, "member": own.member_id, **pair, **access}
    if name == "umbrella":
        console = {"console": console_key(tenant.umbrella), "adopt": tenant.umbrella.adopt}
        gone_through = {"proved": made["proof"].outputs["key_id"], "escrowed": key.id}
        return {"tenant": tenant.name, **console, **member, **pair, **gone_through}
    return {**ours, **member, **pair, "member": own.member_id}


def _plan(tenant: Tenant) -> dict[str, Any]:
    own = tenant.own
    return {
        "permissions": plain(own.permissions),
        "table_access": own.table_access,
        "role": own.role_name,
        "member": own.member_id,
        "member_name": own.member_name,
        "member_email": own.member_email,
        "member_defaults": own.member_defaults,
        "owner": owner(tenant),
        "adopt": own.adopt,
    }
