"""What the program declares: properties from the handler's models, every one announced, secrets as secrets."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from providers.connectwise.api_key import ApiKeyArgs, ApiKeyState
from providers.core.schema import Model, sensitive_fields
from providers.engines.pulumi.resources import ApiKey, DeclaredResource, PsaIntegration
from providers.kinds import load_handler
from tests.unit.stacks.declaring import declare, register_resources

GIVEN = {"company": "acme@x", "member_id": "7", "owner": "0" * 12, "description": "x", "max_age_days": None}
ARGS = ApiKeyArgs.model_construct(**GIVEN)  # type: ignore[arg-type]


def declared(kind: type[DeclaredResource], args: Model, opts: pulumi.ResourceOptions | None = None) -> tuple[Any, Any]:
    """The registration, and the resource's outputs."""
    with register_resources("acme") as monitor:
        made: list[DeclaredResource] = []

        def program() -> dict[str, Any]:
            made.append(kind("thing", args, opts))
            return {
                name: getattr(made[0], name)
                for name in load_handler(kind.provider.kind).state.model_fields
                if name != "tenant"
            }

        values, secret = declare(program)
    return monitor.asked["thing"], (values, secret)


def test_every_field_of_the_state_is_an_output_and_the_private_one_a_secret() -> None:
    _, (values, secret) = declared(ApiKey, ARGS)
    assert set(values) == set(ApiKeyState.model_fields) - {"tenant"}
    assert (values["public_key"], values["private_key"]) == ("pub", "s3cr3t-value")
    assert [name for name, hidden in secret.items() if hidden] == ["private_key"]


def test_what_is_none_is_not_sent() -> None:
    request, _ = declared(ApiKey, ARGS)
    sent = rpc.deserialize_properties(request.object)
    assert {name for name, value in sent.items() if value is not None} == {"__provider", *GIVEN} - {"max_age_days"}


def test_the_callers_options_are_kept_beside_ours() -> None:
    wish = pulumi.ResourceOptions(protect=True, additional_secret_outputs=["public_key"])
    request, _ = declared(ApiKey, ARGS, wish)
    assert request.protect
    assert set(request.additionalSecretOutputs) == {"public_key", "private_key"}


@pytest.mark.parametrize(
    ("kind", "token"), [(ApiKey, "connectwise:ApiKey"), (PsaIntegration, "umbrella:PsaIntegration")]
)
def test_its_type_names_the_vendor_and_the_kind(kind: type[DeclaredResource], token: str) -> None:
    with register_resources("acme") as monitor:
        declare(lambda: {"id": kind("thing", load_handler(kind.provider.kind).args.model_construct()).id})
    assert monitor.asked["thing"].type == f"pulumi-python:dynamic/{token}"


def test_secrets_are_taken_from_the_models_and_not_from_a_list() -> None:
    assert sensitive_fields(ApiKeyState) == ["private_key"]
