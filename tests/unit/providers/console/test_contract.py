"""The gateway's messages, field for field as docs/gateway-contract.md spells them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from providers.console.contract import (
    ConnectWiseHealth,
    Customize,
    ErrorBody,
    Key,
    MintedKey,
    PsaIntegration,
    RoleSetting,
    RoleSettings,
    UmbrellaHealth,
)

KEY = {"id": "7", "description": "x", "publicKey": "pub", "inactive": False, "createdAt": "2026-01-01T10:00:00Z"}
EXAMPLES: list[tuple[type[BaseModel], dict[str, Any], set[str]]] = [
    (ErrorBody, {"code": "x", "message": "y", "retryable": True}, {"code", "message"}),
    (
        ConnectWiseHealth,
        {"console": "connectwise", "site": "x", "companyId": "acme", "ready": True, "reason": None},
        {"console", "site", "companyId", "ready"},
    ),
    (
        UmbrellaHealth,
        {"console": "msp", "consoleId": "1", "ready": True, "reason": None},
        {"console", "consoleId", "ready"},
    ),
    (
        RoleSetting,
        {
            "moduleName": "Companies",
            "moduleFunctionName": "Reports",
            "addLevel": None,
            "editLevel": "My",
            "deleteLevel": "None",
            "inquireLevel": "All",
        },
        {"moduleName", "moduleFunctionName"},
    ),
    (RoleSettings, {"settings": []}, {"settings"}),
    (Customize, {"function": "Table Setup", "allow": ["Company / Configuration"]}, {"function", "allow"}),
    (Key, KEY, {"id", "description", "publicKey", "inactive"}),
    (
        MintedKey,
        {"id": "7", "description": "x", "publicKey": "pub", "privateKey": "priv", "createdAt": None},
        {"id", "description", "publicKey", "privateKey"},
    ),
    (
        PsaIntegration,
        {
            "kind": "ConnectWise",
            "enabled": True,
            "publicKey": "pub",
            "privateKeySet": True,
            "updatedAt": "2026-01-01T10:00:00+01:00",
        },
        {"kind", "enabled"},
    ),
]
MESSAGES = pytest.mark.parametrize(("model", "example", "needed"), EXAMPLES, ids=[m.__name__ for m, _, _ in EXAMPLES])


@MESSAGES
def test_a_message_has_exactly_the_contracts_fields(
    model: type[BaseModel], example: dict[str, Any], needed: set[str]
) -> None:
    assert set(model.model_fields) == set(example)
    assert model.model_validate(example).model_fields_set == set(example)


@MESSAGES
def test_what_a_gateway_adds_is_ignored(model: type[BaseModel], example: dict[str, Any], needed: set[str]) -> None:
    assert model.model_validate({**example, "traceId": "x"}) == model.model_validate(example)


@MESSAGES
def test_what_a_gateway_leaves_out_is_an_error(
    model: type[BaseModel], example: dict[str, Any], needed: set[str]
) -> None:
    for name in needed:
        with pytest.raises(ValidationError):
            model.model_validate({key: value for key, value in example.items() if key != name})


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Key, {**KEY, "id": 7}),
        (Key, {**KEY, "publicKey": None}),
        (Key, {**KEY, "inactive": None}),
        (Key, {**KEY, "createdAt": "yesterday"}),
        (Key, {**KEY, "createdAt": "2026-01-01T10:00:00"}),
        (PsaIntegration, {"kind": "Kaseya", "enabled": True}),
        (PsaIntegration, {"kind": "ConnectWise", "enabled": None}),
        (UmbrellaHealth, {"console": "MSP", "consoleId": "1", "ready": True}),
        (ConnectWiseHealth, {"console": "umbrella", "site": "x", "companyId": "a", "ready": True}),
        (RoleSetting, {"moduleName": "A", "moduleFunctionName": "B", "addLevel": "Some"}),
    ],
)
def test_a_malformed_message_is_an_error(model: type[BaseModel], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(wrong)


def test_a_minted_private_key_is_in_no_repr_and_in_no_error() -> None:
    minted = MintedKey.model_validate(EXAMPLES[7][1] | {"privateKey": "s3cr3t-value"})
    assert "s3cr3t-value" not in repr(minted) + str(minted) + repr(dict(minted))
    with pytest.raises(ValidationError) as caught:
        MintedKey.model_validate({"privateKey": ["s3cr3t-value"], "id": "s3cr3t-value"})
    assert "s3cr3t-value" not in str(caught.value)


@pytest.mark.parametrize("name", ["id", "publicKey", "privateKey"])
def test_an_empty_half_is_no_key(name: str) -> None:
    with pytest.raises(ValidationError):
        MintedKey.model_validate(EXAMPLES[7][1] | {name: ""})
