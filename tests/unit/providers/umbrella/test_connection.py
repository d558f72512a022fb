"""How to reach an Umbrella console."""

from __future__ import annotations

import pytest

from providers.core.configuration import Configuration
from providers.core.settings import SettingErrors, load_settings
from providers.umbrella.connection import NAMESPACE, UmbrellaSettings, format_console_key

GOOD = {
    "umbrella:console": "msp",
    "umbrella:consoleId": "9898129",
    "umbrella:driver": "gateway",
    "umbrella:gatewayUrl": "https://gateway.example.com/msp/9898129",
    "umbrella:gatewayToken": "t0k3n-value",
}


def make_settings(**changed: str) -> UmbrellaSettings:
    values = {**GOOD, **{f"umbrella:{name}": value for name, value in changed.items()}}
    return load_settings(UmbrellaSettings, NAMESPACE, Configuration(values, {}))


def get_errors(**changed: str) -> str:
    with pytest.raises(SettingErrors) as caught:
        make_settings(**changed)
    return str(caught.value)


@pytest.mark.parametrize("console", ["msp", "mssp"])
def test_whose_sink_it_is_is_the_kind_and_number_of_the_console(console: str) -> None:
    assert format_console_key(make_settings(console=console)) == f"{console}/9898129"


def test_defaults_are_the_contracts() -> None:
    made = make_settings()
    assert (made.adopt, made.api_url, made.api_key, made.applied_key) == (
        "never",
        "https://api.umbrella.com",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("console", "MSP", "umbrella:console: must be 'msp' or 'mssp'."),
        ("consoleId", "msp-1", "umbrella:consoleId: must be the number in the console's address, such as 1234567."),
        ("consoleId", "", "umbrella:consoleId: must be the number in the console's address, such as 1234567."),
        ("adopt", "identical", "umbrella:adopt: must be 'never' or 'any'."),
        ("apiUrl", "http://api.umbrella.com", "umbrella:apiUrl: must be https"),
        ("gatewayUrl", "http://gateway.example.com", "umbrella:gatewayUrl: must be https"),
    ],
)
def test_a_wrong_value_is_told_with_its_key(name: str, value: str, words: str) -> None:
    assert get_errors(**{name: value}).startswith(words)


@pytest.mark.parametrize(("given", "missing"), [("apiKey", "apiSecret"), ("apiSecret", "apiKey")])
def test_half_of_an_api_key_asks_for_the_other_half(given: str, missing: str) -> None:
    assert get_errors(**{given: "s3cr3t-value"}) == (
        f"umbrella:{missing}: is required when the other half of the Umbrella API key is given."
    )
    assert make_settings(apiKey="key", apiSecret="s3cr3t-value").api_key == "key"


def test_no_secret_is_in_a_repr() -> None:
    shown = repr(make_settings(apiKey="key", apiSecret="s3cr3t-value"))
    assert "s3cr3t-value" not in shown
    assert "t0k3n-value" not in shown
