"""Where a tenant's key goes, by its settings, and what is asked for only there."""

from __future__ import annotations

import pytest

from providers.core.configuration import Configuration
from providers.core.settings import SettingErrors
from providers.sink import (
    find_missing_vault,
    find_sink_kind,
    find_unused,
    get_applied_setting,
    is_by_word,
    read_sink,
)

UMBRELLA = {"umbrella:console": "msp", "umbrella:consoleId": "9898129"}


def configure(**settings: str) -> Configuration:
    return Configuration(settings, {})


def test_without_a_word_it_is_the_umbrella_console_of_always() -> None:
    sink = read_sink(Configuration({**UMBRELLA, "umbrella:adopt": "any", "umbrella:appliedKey": "Pub1"}, {}))
    assert (sink.kind, sink.name, sink.console) == ("umbrella", "Umbrella", "msp/9898129")
    assert (sink.adopt, sink.applied_key) == ("any", "Pub1")
    with pytest.raises(SettingErrors, match="umbrella:console: is required"):
        read_sink(configure())


@pytest.mark.parametrize(
    ("settings", "kind", "name"),
    [
        ({"integration": "n-able-n-central"}, "manual", "n-able-n-central"),
        ({"integration": "rewst", "sink": "none"}, "none", "rewst"),
        ({"integration": "./our/bot.yaml"}, "manual", "bot"),
        ({"integration": "bot.yml", "sink": "none"}, "none", "bot"),
        ({"sink": "manual"}, "manual", "cisco-umbrella"),
        ({"sink": "none"}, "none", "cisco-umbrella"),
    ],
)
def test_elsewhere_nothing_of_umbrella_is_asked_for(settings: dict[str, str], kind: str, name: str) -> None:
    sink = read_sink(configure(**settings, appliedKey="Pub1"))
    assert (sink.kind, sink.name, sink.console, sink.applied_key) == (kind, name, name, "Pub1")
    assert (sink.umbrella, sink.adopt) == (None, "never")


def test_an_integration_of_ones_own_may_be_umbrellas_sink_too() -> None:
    sink = read_sink(Configuration({**UMBRELLA, "integration": "./ours.yaml", "sink": "umbrella"}, {}))
    assert (sink.kind, sink.console) == ("umbrella", "msp/9898129")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"sink": "vault"}, "sink: must be 'umbrella', 'manual' or 'none'"),
        ({"integration": "rewst", "appliedKey": "two words"}, "appliedKey: must be the public key, or none"),
    ],
)
def test_a_wrong_word_is_one_sentence(settings: dict[str, str], told: str) -> None:
    with pytest.raises(SettingErrors) as wrong:
        read_sink(configure(**settings))
    assert str(wrong.value).startswith(told)


def test_a_vault_that_alone_has_the_key_must_be_there() -> None:
    (error,) = find_missing_vault("none", None)
    assert str(error) == "sink: is none, so the vault alone has the key, and no vault is set; set vault:url."
    assert find_missing_vault("none", "age:///x?recipient=age1") == find_missing_vault("manual", None) == []


def test_what_belongs_to_another_sink_is_told_by_its_right_name() -> None:
    elsewhere = configure(**{"integration": "rewst", "umbrella:appliedKey": "Pub1", "umbrella:console": "msp"})
    assert [str(error) for error in find_unused(elsewhere, "manual")] == [
        "umbrella:appliedKey: is not used, since the sink is manual; call it appliedKey.",
        "umbrella:console: is not used, since the sink is manual; remove it, or correct sink and integration.",
    ]
    here = Configuration({**UMBRELLA, "appliedKey": "Pub1"}, {})
    assert [str(error) for error in find_unused(here, "umbrella")] == [
        "appliedKey: is not used, since the sink is umbrella; call it umbrella:appliedKey."
    ]
    assert find_unused(Configuration(UMBRELLA, {}), "umbrella") == []
    # The environment is shared by tenants of both.
    assert find_unused(Configuration({}, {"UMBRELLA_PSA_UMBRELLA_CONSOLE": "msp"}), "manual") == []


@pytest.mark.parametrize(
    ("settings", "kind", "by_word"),
    [
        ({}, "umbrella", True),
        ({"umbrella:driver": "gateway"}, "umbrella", False),
        ({"umbrella-psa:integration": "rewst", "umbrella:driver": "gateway"}, "manual", True),
        ({"umbrella-psa:integration": "rewst", "umbrella-psa:sink": "none"}, "none", True),
        ({"umbrella-psa:integration": "", "umbrella-psa:sink": ""}, "umbrella", True),
    ],
)
def test_a_file_tells_whose_word_counts(settings: dict[str, str], kind: str, by_word: bool) -> None:
    assert (find_sink_kind(settings), is_by_word(settings)) == (kind, by_word)


def test_a_persons_word_stands_where_the_sink_is() -> None:
    assert get_applied_setting(None) == get_applied_setting("umbrella") == "umbrella:appliedKey"
    assert get_applied_setting("manual") == get_applied_setting("none") == "appliedKey"
