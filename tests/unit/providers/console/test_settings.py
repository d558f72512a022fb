"""The driver's settings: a gateway with its address and token, or a person, who needs neither."""

from __future__ import annotations

import pytest

from providers.console.settings import DriverSettings, validate_public_key
from providers.core.configuration import Configuration
from providers.core.settings import SettingErrors, load_settings

GOOD = {"x:driver": "gateway", "x:gatewayUrl": "https://gateway.example.com/acme/", "x:gatewayToken": "t0k3n-value"}


def read(**changed: str) -> DriverSettings:
    values = {**GOOD, **{f"x:{name}": value for name, value in changed.items()}}
    return load_settings(DriverSettings, "x", Configuration(values, {}))


def get_errors(**changed: str) -> list[str]:
    with pytest.raises(SettingErrors) as caught:
        read(**changed)
    return str(caught.value).splitlines()


def test_a_gateway_has_an_address_and_a_token() -> None:
    settings = read()
    assert settings.gateway_url == "https://gateway.example.com/acme"
    assert settings.gateway_token is not None
    assert "t0k3n-value" not in repr(settings)


def test_a_gateway_without_them_is_told_both() -> None:
    assert get_errors(gatewayUrl="", gatewayToken="") == [
        "x:gatewayUrl: is required because driver is gateway; set it with `pulumi config set`.",
        "x:gatewayToken: is required because driver is gateway; set it with `pulumi config set --secret`.",
    ]


@pytest.mark.parametrize("given", [{"x:driver": "manual"}, {}])
def test_the_manual_driver_is_the_default_and_needs_no_gateway(given: dict[str, str]) -> None:
    settings = load_settings(DriverSettings, "x", Configuration(given, {}))
    assert (settings.driver, settings.gateway_url, settings.gateway_token) == ("manual", None, None)


@pytest.mark.parametrize("key", ["", "two words", '"quoted"', "Ri6UgO8viXTtwgTs.", "ключ"])
def test_a_public_key_is_one_word_of_letters_and_digits(key: str) -> None:
    assert validate_public_key(" Ri6UgO8viXTtwgTs\n") == "Ri6UgO8viXTtwgTs"
    with pytest.raises(ValueError, match=r"^must be the public key, or none: letters and digits only; copy it again"):
        validate_public_key(key, or_else=", or none")


def test_an_unknown_driver_is_refused_with_the_two_there_are() -> None:
    assert get_errors(driver="robot") == ["x:driver: must be 'gateway' or 'manual'."]


def test_a_gateway_off_loopback_is_https() -> None:
    assert get_errors(gatewayUrl="http://gateway.example.com") == [
        "x:gatewayUrl: must be https: plain http is allowed to loopback addresses only."
    ]
    assert read(gatewayUrl="http://127.0.0.1:9000").gateway_url == "http://127.0.0.1:9000"
