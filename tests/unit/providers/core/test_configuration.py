"""Settings by key, and the environment that wins over them."""

from __future__ import annotations

import pytest

from providers.core.configuration import Configuration, to_environment_name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("connectwise:privateKey", "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY"),
        ("rotate", "UMBRELLA_PSA_ROTATE"),
        ("umbrella-psa:rotate", "UMBRELLA_PSA_ROTATE"),
        ("maxAgeDays", "UMBRELLA_PSA_MAX_AGE_DAYS"),
        ("umbrella:consoleId", "UMBRELLA_PSA_UMBRELLA_CONSOLE_ID"),
        ("vault:kmsKey", "UMBRELLA_PSA_VAULT_KMS_KEY"),
        ("vault:onDestroy", "UMBRELLA_PSA_VAULT_ON_DESTROY"),
        ("connectwise:manualPrivateKey", "UMBRELLA_PSA_CONNECTWISE_MANUAL_PRIVATE_KEY"),
    ],
)
def test_every_key_has_an_environment_variable(key: str, name: str) -> None:
    assert to_environment_name(key) == name


def test_the_stacks_own_namespace_may_be_spelled_out() -> None:
    assert Configuration({"umbrella-psa:roleName": "R"}, {}).get("roleName") == "R"


def test_the_environment_wins() -> None:
    configuration = Configuration({"umbrella-psa:rotate": "a"}, {"UMBRELLA_PSA_ROTATE": "b"})
    assert configuration.get("rotate") == "b"


def test_an_empty_variable_switches_a_setting_off() -> None:
    assert Configuration({"rotate": "a"}, {"UMBRELLA_PSA_ROTATE": ""}).get("rotate") == ""


def test_what_nobody_set_is_none() -> None:
    assert Configuration({}, {}).get("rotate") is None


def test_only_what_the_stack_sets_and_the_environment_does_not_is_recorded() -> None:
    configuration = Configuration({"rotate": "a", "adopt": "any"}, {"UMBRELLA_PSA_ROTATE": "b"})
    assert configuration.is_recorded("adopt")
    assert not configuration.is_recorded("rotate")
    assert not configuration.is_recorded("roleName")


def test_the_set_keys_are_the_stacks_and_sorted() -> None:
    configuration = Configuration({"umbrella-psa:rotate": "a", "connectwise:site": "s"}, {"UMBRELLA_PSA_ADOPT": "any"})
    assert configuration.list_set_keys() == ["connectwise:site", "rotate"]


def test_the_environment_is_read_when_it_is_asked_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = Configuration({})
    monkeypatch.setenv("UMBRELLA_PSA_ROTATE", "later")
    assert configuration.get("rotate") == "later"
