"""One tenant as one Pulumi component: the graph's nodes as resources, and the stack's outputs."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import pulumi

from providers.core.schema import Model
from providers.engines.pulumi.resources import RESOURCES, ApiKey, DeclaredResource, PsaIntegration
from providers.vault.connection import get_reference
from stacks.graph import KEY, MEMBER, ROLE, SINK, build_graph
from stacks.settings import Tenant

S = TypeVar("S", bound=Model)


class _Declared:
    """`Parents` of the graph, as the program has declared them: ids and fields are outputs."""

    def __init__(self) -> None:
        self.resources: dict[str, DeclaredResource] = {}

    def id(self, name: str) -> pulumi.Output[str]:
        return self.resources[name].id

    def state(self, name: str, model: type[S]) -> S:
        # Every field of the kind's state is an output of the resource, by the same name.
        return cast(S, self.resources[name])


class UmbrellaTenant(pulumi.ComponentResource):
    """The ConnectWise side and the Umbrella side of one tenant."""

    def __init__(self, tenant: Tenant, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("umbrella-psa:index:Tenant", tenant.name, None, opts)
        declared = _Declared()
        resources = declared.resources
        for node in build_graph(tenant):
            after = [resources[name] for name in node.after]
            child = pulumi.ResourceOptions(parent=self, depends_on=after)
            resources[node.name] = RESOURCES[node.kind](node.name, node.inputs(tenant, declared), child)
        key, sink = cast(ApiKey, resources[KEY]), cast(PsaIntegration, resources[SINK])
        self.outputs: dict[str, Any] = {
            "roleId": resources[ROLE].id,
            "memberId": resources[MEMBER].id,
            "keyId": key.id,
            "keyMintedOn": key.minted_on,
            "publicKey": key.public_key,
            "privateKey": key.private_key,
            "umbrellaApplied": sink.public_key,
            "vaultReference": get_reference(tenant.vault),
        }
        self.register_outputs(self.outputs)
