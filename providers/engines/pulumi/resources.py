"""The eight provider classes and the eight resources of a Pulumi program.

Every state names a provider class by its dotted path, so none of them ever moves or learns an attribute
(docs/architecture.md). What a resource may be asked for is its handler's `Args`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pulumi import Output, ResourceOptions
from pulumi.dynamic import Resource

from providers.core.schema import Model, sensitive_fields
from providers.core.values import to_plain
from providers.engines.pulumi.adapter import DynamicProvider
from providers.kinds import load_handler


class SecurityRoleProvider(DynamicProvider, kind="SecurityRole"):
    """Serves `SecurityRole`."""


class PermissionSetProvider(DynamicProvider, kind="PermissionSet"):
    """Serves `PermissionSet`."""


class ApiMemberProvider(DynamicProvider, kind="ApiMember"):
    """Serves `ApiMember`."""


class ApiKeyProvider(DynamicProvider, kind="ApiKey"):
    """Serves `ApiKey`."""


class VaultSecretProvider(DynamicProvider, kind="VaultSecret"):
    """Serves `VaultSecret`."""


class AccessProofProvider(DynamicProvider, kind="AccessProof"):
    """Serves `AccessProof`."""


class PsaIntegrationProvider(DynamicProvider, kind="PsaIntegration"):
    """Serves `PsaIntegration`."""


class KeyRetirementProvider(DynamicProvider, kind="KeyRetirement"):
    """Serves `KeyRetirement`."""


class DeclaredResource(Resource):
    """Base of our resources: every field of the kind's state is an output."""

    provider: ClassVar[type[DynamicProvider]]

    def __init__(self, name: str, args: Model, opts: ResourceOptions | None = None) -> None:
        """Declare the resource. The fields that are set in `args` are its inputs; values may be outputs of others."""
        state = load_handler(self.provider.kind).state
        # What the handler fills in becomes an attribute only when a placeholder announces it.
        announced: dict[str, Any] = dict.fromkeys(state.model_fields)
        given = {name: to_plain(value) for name in args.model_fields_set if (value := getattr(args, name)) is not None}
        secrets = ResourceOptions(additional_secret_outputs=list(sensitive_fields(state)))
        super().__init__(self.provider(), name, {**announced, **given}, ResourceOptions.merge(opts, secrets))


class SecurityRole(DeclaredResource, module="connectwise", name="SecurityRole"):
    """The role that the API member gets."""

    provider = SecurityRoleProvider

    name: Output[str]
    adopted: Output[bool]


class PermissionSet(DeclaredResource, module="connectwise", name="PermissionSet"):
    """What the role may do."""

    provider = PermissionSetProvider

    role_id: Output[str]


class ApiMember(DeclaredResource, module="connectwise", name="ApiMember"):
    """The non-human member that owns the key."""

    provider = ApiMemberProvider

    identifier: Output[str]
    adopted: Output[bool]


class ApiKey(DeclaredResource, module="connectwise", name="ApiKey"):
    """The pair whose private half is shown once."""

    provider = ApiKeyProvider

    public_key: Output[str]
    private_key: Output[str]
    minted_on: Output[str]


class VaultSecret(DeclaredResource, module="vault", name="VaultSecret"):
    """The pair in the tenant's vault."""

    provider = VaultSecretProvider

    key_id: Output[str]
    place: Output[str]
    version: Output[str]


class AccessProof(DeclaredResource, module="connectwise", name="AccessProof"):
    """The proof that the key works and may do what was asked for."""

    provider = AccessProofProvider

    key_id: Output[str]


class PsaIntegration(DeclaredResource, module="umbrella", name="PsaIntegration"):
    """The pair in Umbrella."""

    provider = PsaIntegrationProvider

    public_key: Output[str]


class KeyRetirement(DeclaredResource, module="connectwise", name="KeyRetirement"):
    """The end of every other key of ours."""

    provider = KeyRetirementProvider


RESOURCES: dict[str, type[DeclaredResource]] = {
    resource.provider.kind: resource for resource in DeclaredResource.__subclasses__()
}
"""By kind."""
