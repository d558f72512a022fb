"""A handler never knows which hand it got: every hand offers the same calls, by the same names."""

from __future__ import annotations

import inspect

import pytest

from providers.console.assisted import AssistedConnectWise, AssistedUmbrella
from providers.console.gateway import ConnectWiseGateway
from providers.console.hands import KeyHand, Readiness, RoleHand, SinkHand
from providers.console.sink_gateway import UmbrellaGateway
from tests.unit.providers.connectwise.fakes import Console
from tests.unit.providers.umbrella.fakes import Sink


def calls(protocol: type) -> dict[str, list[str]]:
    return {
        name: list(inspect.signature(call).parameters)
        for name, call in vars(protocol).items()
        if inspect.isfunction(call) and not name.startswith("_")
    }


@pytest.mark.parametrize(
    ("hand", "protocol"),
    [
        (ConnectWiseGateway, RoleHand),
        (ConnectWiseGateway, KeyHand),
        (ConnectWiseGateway, Readiness),
        (UmbrellaGateway, SinkHand),
        (UmbrellaGateway, Readiness),
        (AssistedConnectWise, RoleHand),
        (AssistedConnectWise, KeyHand),
        (AssistedConnectWise, Readiness),
        (AssistedUmbrella, SinkHand),
        (AssistedUmbrella, Readiness),
        (Console, RoleHand),
        (Console, KeyHand),
        (Sink, SinkHand),
    ],
)
def test_a_hand_offers_every_call_of_its_protocol_the_same_way(hand: type, protocol: type) -> None:
    wanted = calls(protocol)
    assert wanted
    assert {name: list(inspect.signature(getattr(hand, name)).parameters) for name in wanted} == wanted


@pytest.mark.parametrize("protocol", [RoleHand, KeyHand, SinkHand, Readiness])
def test_every_call_of_a_hand_says_what_it_does(protocol: type) -> None:
    assert not [name for name in calls(protocol) if not getattr(protocol, name).__doc__]
