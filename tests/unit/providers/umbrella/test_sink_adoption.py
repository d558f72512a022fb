"""Whose integration is it? Ours is gone on with; somebody's is refused unless `umbrella:adopt` allows it."""

from __future__ import annotations

import pytest

from providers.console.contract import PsaIntegration
from providers.core.errors import GuardViolation
from providers.umbrella.psa_integration import PsaIntegrationHandler
from tests.unit.providers.umbrella.fakes import KnowsKeys, Sink, Site
from tests.unit.providers.umbrella.test_psa_integration import AUTOTASK, ID, make_args, make_held


def test_an_enabled_integration_with_another_key_is_refused_and_named() -> None:
    sink, keys = Sink(make_held("theirsPublicKey")), KnowsKeys()
    with pytest.raises(GuardViolation) as caught:
        PsaIntegrationHandler(sink, keys, Site()).create(make_args())
    assert str(caught.value) == (
        f"the Umbrella console {ID} already holds an enabled ConnectWise integration with theirsPublicKey, "
        "which is not ours; set umbrella:adopt to any to take it over, or check umbrella:consoleId."
    )
    assert caught.value.lift == "umbrella:adopt"
    assert sink.writes == []
    assert keys.asked == [("11", "0" * 12, "theirsPublicKey")]


def test_an_enabled_integration_of_another_kind_is_refused() -> None:
    sink = Sink(AUTOTASK)
    with pytest.raises(GuardViolation, match="an enabled Autotask integration with no public key, which is not ours"):
        PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args())
    assert sink.writes == []


def test_another_kind_is_refused_even_with_our_public_key() -> None:
    sink = Sink(make_held("oursPublicKey", kind="Autotask"))
    with pytest.raises(GuardViolation, match="enabled Autotask integration"):
        PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args())
    assert sink.writes == []


@pytest.mark.parametrize("live", [make_held("theirsPublicKey"), make_held("theirsPublicKey", enabled=False)])
def test_a_key_of_ours_that_an_earlier_generation_left_is_written_over(live: PsaIntegration) -> None:
    sink = Sink(live)
    PsaIntegrationHandler(sink, KnowsKeys("theirsPublicKey"), Site()).create(make_args())
    assert sink.writes == ["write oursPublicKey"]


def test_our_own_key_is_written_again() -> None:
    sink = Sink(make_held("oursPublicKey"))
    PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args())
    assert sink.writes == ["write oursPublicKey"]


@pytest.mark.parametrize(
    ("live", "writes"),
    [(make_held("theirsPublicKey"), ["write oursPublicKey"]), (AUTOTASK, ["clear", "write oursPublicKey"])],
    ids=["key", "kind"],
)
def test_anything_is_taken_over_where_any_is_allowed(live: PsaIntegration, writes: list[str]) -> None:
    sink = Sink(live)
    PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args(adopt="any"))
    assert sink.writes == writes
    assert sink.held == make_held("oursPublicKey")


@pytest.mark.parametrize(
    ("live", "writes"),
    [(make_held("theirsPublicKey"), ["write oursPublicKey"]), (AUTOTASK, ["clear", "write oursPublicKey"])],
    ids=["key", "kind"],
)
def test_what_a_console_of_our_state_shows_is_put_right_by_a_replacement_too(
    live: PsaIntegration, writes: list[str]
) -> None:
    sink, args = Sink(live), make_args()
    PsaIntegrationHandler(sink, KnowsKeys(console=args.console), Site()).create(args)
    assert sink.writes == writes
    with pytest.raises(GuardViolation):
        PsaIntegrationHandler(Sink(live), KnowsKeys(console="msp/another"), Site()).create(args)


def test_a_disabled_integration_of_the_same_kind_is_written_over() -> None:
    # The contract asks for a refusal of an enabled one only.
    sink = Sink(make_held("theirsPublicKey", enabled=False))
    PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args())
    assert sink.writes == ["write oursPublicKey"]


def test_an_enabled_integration_without_a_public_key_is_somebodys() -> None:
    # Before 2020 the integration was a user name and a password (Cisco's page): enabled, and no key.
    sink = Sink(make_held(None, privateKeySet=False))
    with pytest.raises(GuardViolation):
        PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args())
    assert sink.writes == []


def test_a_disabled_integration_of_another_kind_is_not_deleted() -> None:
    sink = Sink(PsaIntegration(kind="Autotask", enabled=False, publicKey="theirsPublicKey", privateKeySet=True))
    with pytest.raises(GuardViolation):
        PsaIntegrationHandler(sink, KnowsKeys(), Site()).create(make_args())
    assert sink.writes == []
