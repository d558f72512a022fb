"""A tenant's configuration that is right, to be made wrong one setting at a time."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from providers.core.settings import SettingErrors
from stacks.settings import Tenant, read_tenant

PLAIN = {
    "connectwise:site": "na.myconnectwise.net",
    "connectwise:companyId": "acme",
    "connectwise:publicKey": "Pub1",
    "connectwise:driver": "gateway",
    "connectwise:gatewayUrl": "https://gateway.example.com/connectwise/acme",
    "umbrella:console": "msp",
    "umbrella:consoleId": "9898129",
    "umbrella:driver": "gateway",
    "umbrella:gatewayUrl": "https://gateway.example.com/umbrella/msp/9898129",
}
SECRET = {
    "connectwise:clientId": "cl1ent-value",
    "connectwise:privateKey": "pr1vate-value",
    "connectwise:gatewayToken": "t0ken-value",
    "umbrella:gatewayToken": "t0ken2-value",
}
HIDDEN = ("cl1ent-value", "pr1vate-value", "t0ken-value", "t0ken2-value", "s3cr3t-value")


def read_settings(
    changed: Mapping[str, str | None] | None = None,
    *,
    name: str = "acme",
    secret: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Tenant:
    """The tenant, with some settings changed (None: taken away); `secret` names further ones stored encrypted."""
    values = {**PLAIN, **SECRET, **(changed or {})}
    kept = {key: value for key, value in values.items() if value is not None}
    return read_tenant(name, kept, {*SECRET, *secret}, environment or {})


def read_errors(
    changed: Mapping[str, str | None] | None = None,
    *,
    name: str = "acme",
    secret: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """The sentences of the refusal, one a line, without a secret in any of them."""
    with pytest.raises(SettingErrors) as caught:
        read_settings(changed, name=name, secret=secret, environment=environment)
    shown = f"{caught.value} {caught.value!r}"
    assert not [word for word in HIDDEN if word in shown]
    return str(caught.value).splitlines()
