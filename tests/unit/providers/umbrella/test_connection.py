"""How to reach an Umbrella console."""

from __future__ import annotations

import pytest

from providers.core.configuration import Configuration
from providers.core.settings import BadSettings, load
from providers.umbrella.connection import NAMESPACE, UmbrellaSettings, console_key

GOOD = {
    "umbrella:console": "msp",
    "umbrella:consoleId": "9898129",
    "umbrella:hand": "gateway",
    "umbrella:gatewayUrl": "https://gateway.example.com/msp/9898129",
    "umbrella:gatewayToken": "t0k3n-value",
}


def settings(**changed: str) -> UmbrellaSettings:
    values = {**GOOD, **{f"umbrella:{name}": value for name, value in changed.items()}}
    return load(UmbrellaSettings, NAMESPACE, Configuration(values, {}))


def told(**changed: str) -> str:
    with pytest.raises(BadSettings) as caught:
        settings(**changed)
    return str(caught.value)


@pytest.mark.parametrize("console", ["msp", "mssp"])
def test_whose_sink_it_is_is_the_kind_and_number_of_the_console(console: str) -> None:
    assert console_key(settings(console=console)) == f"{console}/9898129"


def test_defaults_are_the_contracts() -> None:
    made = settings()
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
    assert told(**{name: value}).startswith(words)


@pytest.mark.parametrize(("given", "missing"), [("apiKey", "apiSecret"), ("apiSecret", "apiKey")])
def test_half_of_an_api_key_asks_for_the_other_half(given: str, missing: str) -> None:
    assert told(**{given: "s3cr3t-value"}) == (
        f"umbrella:{missing}: is required when the other half of the Umbrella API key is given."
    )
    assert settings(apiKey="key", apiSecret="s3cr3t-value").api_key == "key"


def test_no_secret_is_in_a_repr() -> None:
    shown = repr(settings(apiKey="key", apiSecret="s3cr3t-value"))
    assert "s3cr3t-value" not in shown
    assert "t0k3n-value" not in shown
