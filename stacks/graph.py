"""One tenant's resources: what each asks for, and in which order they are made. Free of engines.

    SecurityRole ─► PermissionSet ─► ApiMember ─► ApiKey ─► VaultSecret ─► AccessProof ─► PsaIntegration
    ─► KeyRetirement; VaultSecret when there is a vault

Parents are referenced by id only where an update must not unsettle what depends on it: an output of a resource that is
being updated is unknown in a preview, an id is not, and a key must not look replaced because its member is renamed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict, TypeVar, cast

from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofArgs, AccessProofState
from providers.connectwise.api_key import ApiKeyArgs, ApiKeyState
from providers.connectwise.api_member import ApiMemberArgs
from providers.connectwise.connection import format_company_key
from providers.connectwise.key_retirement import KeyRetirementArgs
from providers.connectwise.permission_set import PermissionSetArgs, PermissionSetState
from providers.connectwise.plan import TenantPlan
from providers.connectwise.security_role import SecurityRoleArgs
from providers.core.configuration import PROJECT
from providers.core.schema import Model
from providers.core.tags import hash_owner
from providers.umbrella.psa_integration import PsaIntegrationArgs
from stacks.settings import Tenant
from stacks.shared_inputs import make_destination_fields, make_owner_fields, make_rights_fields

S = TypeVar("S", bound=Model)

ROLE = "role"
PERMISSIONS = "permissions"
MEMBER = "member"
VAULT = "vault"
PROOF = "proof"
SINK = "umbrella"
"""Also where the sink is another: a resource that is called otherwise is another resource."""
RETIREMENT = "retirement"
KEY = "key"
"""The resource's name is part of its keys' tag: renaming it disowns every key."""


class Parents(Protocol):
    """The resources that are made already. What they answer may be an engine's promise of the value."""

    def id(self, name: str) -> Any:
        """Give the id of a resource."""

    def state(self, name: str, model: type[S]) -> S:
        """Give the fields of a resource's state."""


Inputs = Callable[[Tenant, Parents], Model]


@dataclass(frozen=True)
class Node:
    """One resource. `after` names what must be made before it although it takes nothing from it."""

    name: str
    kind: str
    inputs: Inputs
    after: tuple[str, ...] = ()


def build_graph(tenant: Tenant) -> tuple[Node, ...]:
    """List a tenant's resources in the order in which they are made; deletions go the other way.

    What `inputs` gives is not validated: that is the service's `check`, once promises are kept.
    """
    vault = (Node(VAULT, "VaultSecret", _vault_secret),) if tenant.vault.url else ()
    return (
        Node(ROLE, "SecurityRole", _security_role),
        Node(PERMISSIONS, "PermissionSet", _permission_set),
        Node(MEMBER, "ApiMember", _api_member, after=(PERMISSIONS,)),
        Node(KEY, "ApiKey", _api_key),
        *vault,
        # A key is escrowed before anyone depends on it.
        Node(PROOF, "AccessProof", _access_proof, after=(PERMISSIONS, MEMBER, *(node.name for node in vault))),
        Node(SINK, "PsaIntegration", _psa_integration, after=(PROOF,)),
        # Older keys go once the sink has the current one, never before.
        Node(RETIREMENT, "KeyRetirement", _key_retirement, after=(SINK,)),
    )


def get_owner(tenant: Tenant) -> str:
    """Tell whose keys are this tenant's: see core/tags.py."""
    return hash_owner(PROJECT, tenant.name, format_company_key(tenant.connectwise), tenant.sink.console, KEY)


class _KeyFields(TypedDict):
    """The current key, whole."""

    key_id: str
    public_key: str
    private_key: SecretStr


def _key_fields(made: Parents) -> _KeyFields:
    pair = made.state(KEY, ApiKeyState)
    return {"key_id": made.id(KEY), "public_key": pair.public_key, "private_key": pair.private_key}


def _security_role(tenant: Tenant, made: Parents) -> SecurityRoleArgs:
    return SecurityRoleArgs.model_construct(
        **make_owner_fields(tenant),
        name=tenant.own.role_name,
        adopt=tenant.own.adopt,
        plan=build_plan(tenant),
    )


def _permission_set(tenant: Tenant, made: Parents) -> PermissionSetArgs:
    return PermissionSetArgs.model_construct(
        **make_owner_fields(tenant),
        role_id=made.id(ROLE),
        role_name=tenant.own.role_name,
        **make_rights_fields(tenant),
        member=tenant.own.member_id,
        owner=get_owner(tenant),
    )


def _api_member(tenant: Tenant, made: Parents) -> ApiMemberArgs:
    return ApiMemberArgs.model_construct(
        **make_owner_fields(tenant),
        identifier=tenant.own.member_id,
        name=tenant.own.member_name,
        email=tenant.own.member_email,
        role_id=made.id(ROLE),
        role_name=tenant.own.role_name,
        defaults=tenant.own.member_defaults,
        owner=get_owner(tenant),
        adopt=tenant.own.adopt,
        # A member, above all a live one, is never put on a bare role, also where a run leaves targets out.
        granted=made.state(PERMISSIONS, PermissionSetState).granted,
    )


def _api_key(tenant: Tenant, made: Parents) -> ApiKeyArgs:
    return ApiKeyArgs.model_construct(
        **make_owner_fields(tenant),
        member_id=made.id(MEMBER),
        owner=get_owner(tenant),
        description=tenant.own.key_description,
        rotate=tenant.own.rotate,
        max_age_days=tenant.own.max_age_days,
        supplied_public_key=_supplied_public_key(tenant),
    )


def _vault_secret(tenant: Tenant, made: Parents) -> Model:
    from providers.vault.secret import VaultSecretArgs  # nothing of it is loaded without a vault

    return VaultSecretArgs.model_construct(
        **make_owner_fields(tenant),
        url=tenant.vault.url or "",
        **_key_fields(made),
        minted_on=made.state(KEY, ApiKeyState).minted_on,
        rotate=tenant.own.rotate,
        company_id=tenant.connectwise.company_id,
        site=tenant.connectwise.site,
        on_destroy=tenant.vault.on_destroy,
    )


def _access_proof(tenant: Tenant, made: Parents) -> AccessProofArgs:
    return AccessProofArgs.model_construct(
        **make_owner_fields(tenant),
        role_id=made.id(ROLE),
        member=tenant.own.member_id,
        **_key_fields(made),
        **make_rights_fields(tenant),
    )


def _psa_integration(tenant: Tenant, made: Parents) -> PsaIntegrationArgs:
    return PsaIntegrationArgs.model_construct(
        tenant=tenant.name,
        console=tenant.sink.console,
        member_id=made.id(MEMBER),
        owner=get_owner(tenant),
        adopt=tenant.sink.adopt,
        **make_destination_fields(tenant),
        **_key_fields(made),
        # The sink is written only with a key that has proved itself, also where a run leaves targets out.
        proved=made.state(PROOF, AccessProofState).key_id,
        escrowed=_escrowed_key(tenant, made),
    )


def _key_retirement(tenant: Tenant, made: Parents) -> KeyRetirementArgs:
    return KeyRetirementArgs.model_construct(
        **make_owner_fields(tenant),
        member_id=made.id(MEMBER),
        **_key_fields(made),
        owner=get_owner(tenant),
        member=tenant.own.member_id,
    )


def _escrowed_key(tenant: Tenant, made: Parents) -> str:
    """Return the id of the key that the vault was given last; without a vault, the key's."""
    if not tenant.vault.url:
        return cast(str, made.id(KEY))
    from providers.vault.secret import VaultSecretState

    return made.state(VAULT, VaultSecretState).key_id


def build_plan(tenant: Tenant) -> TenantPlan:
    """Put together what is held against the site before anything is made."""
    own = tenant.own
    return TenantPlan(
        **make_rights_fields(tenant),
        role=own.role_name,
        member=own.member_id,
        member_name=own.member_name,
        member_email=own.member_email,
        member_defaults=own.member_defaults,
        owner=get_owner(tenant),
        adopt=own.adopt,
    )


def _supplied_public_key(tenant: Tenant) -> str:
    """Return the public half of the pair that a person has handed in; with a gateway there is none."""
    settings = tenant.connectwise
    return (settings.manual_public_key or "") if settings.driver == "manual" else ""
