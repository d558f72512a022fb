"""The hand's settings: a gateway with its address and token; a person's hand is refused with a clear sentence."""

from __future__ import annotations

import pytest

from providers.console.settings import HandSettings
from providers.core.configuration import Configuration
from providers.core.settings import BadSettings, load

GOOD = {"x:hand": "gateway", "x:gatewayUrl": "https://gateway.example.com/acme/", "x:gatewayToken": "t0k3n-value"}


def read(**changed: str) -> HandSettings:
    values = {**GOOD, **{f"x:{name}": value for name, value in changed.items()}}
    return load(HandSettings, "x", Configuration(values, {}))


def told(**changed: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        read(**changed)
    return str(caught.value).splitlines()


def test_a_gateway_has_an_address_and_a_token() -> None:
    settings = read()
    assert settings.gateway_url == "https://gateway.example.com/acme"
    assert settings.gateway_token is not None
    assert "t0k3n-value" not in repr(settings)


def test_a_gateway_without_them_is_told_both() -> None:
    assert told(gatewayUrl="", gatewayToken="") == [
        "x:gatewayUrl: is required because hand is gateway; set it with `pulumi config set`.",
        "x:gatewayToken: is required because hand is gateway; set it with `pulumi config set`.",
    ]


@pytest.mark.parametrize("given", [{"x:hand": "assisted"}, {}])
def test_a_persons_hand_is_refused_with_what_to_do_instead(given: dict[str, str]) -> None:
    with pytest.raises(BadSettings) as caught:
        load(HandSettings, "x", Configuration(given, {}))
    assert str(caught.value) == (
        "x:hand: is assisted, and guided steps for a person are not part of this version yet; "
        "set it to gateway, with gatewayUrl and gatewayToken of a console gateway."
    )


def test_another_hand_is_told_the_two_there_are() -> None:
    assert told(hand="robot") == ["x:hand: must be 'gateway' or 'assisted'."]


def test_a_gateway_off_loopback_is_https() -> None:
    assert told(gatewayUrl="http://gateway.example.com") == [
        "x:gatewayUrl: must be https: plain http is allowed to loopback addresses only."
    ]
    assert read(gatewayUrl="http://127.0.0.1:9000").gateway_url == "http://127.0.0.1:9000"
