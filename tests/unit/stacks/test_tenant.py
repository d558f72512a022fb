"""One tenant as one component: what is declared, in which order, and what of it is secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from pulumi.runtime import rpc

from providers.core.tags import hash_owner
from stacks.tenant import UmbrellaTenant
from tests.unit.stacks.configuration import HIDDEN, read_settings
from tests.unit.stacks.declaring import Monitor, declare, register_resources

# docs/architecture.md, without the vault; the component and the stack itself are above them.
ORDER = ["role", "permissions", "member", "key", "proof", "umbrella", "retirement"]
OWNER = hash_owner("umbrella-psa", "acme", "acme@na.myconnectwise.net", "msp/9898129", "key")


class DeclaredResource(NamedTuple):
    monitor: Monitor
    outputs: dict[str, Any]
    secret: dict[str, bool]

    def inputs(self, name: str) -> dict[str, Any]:
        """What the engine is asked for, secrets in clear."""
        found = rpc.deserialize_properties(self.monitor.asked[name].object)
        return {key: rpc.unwrap_rpc_secret(value) for key, value in found.items() if key != "__provider"}


@pytest.fixture(scope="module")
def tenant() -> Iterator[DeclaredResource]:
    with register_resources("acme") as monitor:
        settings = read_settings({"maxAgeDays": "90", "memberEmail": "psa@example.com", "rotate": "x"})
        yield DeclaredResource(monitor, *declare(lambda: UmbrellaTenant(settings).outputs))


def test_seven_resources_of_the_seven_kinds_are_declared_below_one_component(tenant: DeclaredResource) -> None:
    kinds = {name: request.type for name, request in tenant.monitor.asked.items() if request.custom}
    assert kinds == {
        "role": "pulumi-python:dynamic/connectwise:SecurityRole",
        "permissions": "pulumi-python:dynamic/connectwise:PermissionSet",
        "member": "pulumi-python:dynamic/connectwise:ApiMember",
        "key": "pulumi-python:dynamic/connectwise:ApiKey",
        "proof": "pulumi-python:dynamic/connectwise:AccessProof",
        "umbrella": "pulumi-python:dynamic/umbrella:PsaIntegration",
        "retirement": "pulumi-python:dynamic/connectwise:KeyRetirement",
    }
    component = tenant.monitor.asked["acme"]
    assert component.type == "umbrella-psa:index:Tenant"
    assert all(request.parent.endswith("::acme") for request in tenant.monitor.asked.values() if request.custom)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("role", set()),
        ("permissions", {"role"}),
        # A member, above all a live one that moves to a new role, is never put on a bare role.
        ("member", {"role", "permissions"}),
        ("key", {"member"}),
        ("proof", {"role", "permissions", "member", "key"}),
        # The sink is written only with a key that has proved itself.
        ("umbrella", {"member", "key", "proof"}),
        # Older keys go once the sink has the current one.
        ("retirement", {"member", "key", "umbrella"}),
    ],
)
def test_each_resource_waits_for_what_it_must(name: str, after: set[str], tenant: DeclaredResource) -> None:
    assert tenant.monitor.dependencies(name) == after


def test_no_resource_is_deleted_before_its_replacement_is_made(tenant: DeclaredResource) -> None:
    assert not [name for name in ORDER if tenant.monitor.asked[name].deleteBeforeReplace]


HOLDERS = ("key", "proof", "umbrella", "retirement")


def test_every_field_that_is_secret_is_announced_as_a_secret_output(tenant: DeclaredResource) -> None:
    announced = {name: set(tenant.monitor.asked[name].additionalSecretOutputs) for name in ORDER}
    assert announced == {name: {"private_key"} if name in HOLDERS else set() for name in ORDER}


def test_the_private_key_leaves_the_program_only_as_a_secret(tenant: DeclaredResource) -> None:
    assert tenant.secret["privateKey"]
    for name in HOLDERS[1:]:
        given = rpc.deserialize_properties(tenant.monitor.asked[name].object)
        assert rpc.is_rpc_secret(given["private_key"])


def test_the_outputs_are_the_contracts(tenant: DeclaredResource) -> None:
    assert tenant.outputs == {
        "roleId": "role-id",
        "memberId": "member-id",
        "keyId": "key-id",
        "keyMintedOn": "2026-01-01",
        "publicKey": "pub",
        "privateKey": "s3cr3t-value",
        "umbrellaApplied": "pub",
        "vaultReference": "",
    }


def test_every_resource_says_whose_it_is(tenant: DeclaredResource) -> None:
    for name in ORDER:
        given = tenant.inputs(name)
        assert given["tenant"] == "acme"
        assert given["console" if name == "umbrella" else "company"] == (
            "msp/9898129" if name == "umbrella" else "acme@na.myconnectwise.net"
        )


def test_parents_are_referenced_by_id_and_names_by_the_settings(tenant: DeclaredResource) -> None:
    assert tenant.inputs("permissions")["role_id"] == "role-id"
    member = tenant.inputs("member")
    assert (member["role_id"], member["role_name"], member["identifier"]) == ("role-id", "Umbrella", "Umbrella")
    assert (member["email"], member["owner"]) == ("psa@example.com", OWNER)
    key = tenant.inputs("key")
    assert (key["member_id"], key["owner"], key["rotate"], key["max_age_days"]) == ("member-id", OWNER, "x", 90)
    for name in ("proof", "umbrella", "retirement"):
        assert tenant.inputs(name)["key_id"] == "key-id"


def test_what_is_granted_and_what_is_proved_are_the_same_wish(tenant: DeclaredResource) -> None:
    wishes = [
        {key: tenant.inputs(name)[key] for key in ("permissions", "table_access")} for name in ("permissions", "proof")
    ]
    assert wishes[0] == wishes[1]
    plan = tenant.inputs("role")["plan"]
    assert {key: plan[key] for key in ("permissions", "table_access")} == wishes[0]
    for given in (plan, tenant.inputs("permissions"), tenant.inputs("proof")):
        assert "customize" not in given, "a tenant that names no list asks for what it always asked for"


def test_the_first_resource_knows_the_whole_plan(tenant: DeclaredResource) -> None:
    plan = tenant.inputs("role")["plan"]
    assert (plan["member"], plan["member_name"], plan["member_email"]) == (
        "Umbrella",
        "Cisco Umbrella",
        "psa@example.com",
    )
    assert (plan["owner"], plan["adopt"]) == (OWNER, "never")


def test_no_credential_of_the_configuration_is_an_input_of_any_resource(tenant: DeclaredResource) -> None:
    everything = "".join(str(request) for request in tenant.monitor.asked.values())
    assert not [word for word in HIDDEN if word != "s3cr3t-value" and word in everything]


def test_a_provider_in_the_state_is_a_reference_and_holds_nothing(tenant: DeclaredResource) -> None:
    from base64 import b64decode

    for name in ORDER:
        pickled = b64decode(rpc.deserialize_properties(tenant.monitor.asked[name].object)["__provider"])
        assert len(pickled) < 100
        assert b"providers." in pickled
