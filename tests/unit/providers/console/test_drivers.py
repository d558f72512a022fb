"""A handler never knows which driver it got: every driver offers the same calls, by the same names."""

from __future__ import annotations

import inspect

import pytest

from providers.console.drivers import KeyDriver, Readiness, RoleDriver, SinkDriver
from providers.console.gateway import ConnectWiseGateway
from providers.console.manual import ManualConnectWise
from providers.console.manual_sinks import EnteredElsewhere, ManualUmbrella, VaultAlone
from providers.console.umbrella_gateway import UmbrellaGateway
from tests.unit.providers.connectwise.fakes import Console
from tests.unit.providers.umbrella.fakes import Sink


def list_calls(protocol: type) -> dict[str, list[str]]:
    return {
        name: list(inspect.signature(call).parameters)
        for name, call in vars(protocol).items()
        if inspect.isfunction(call) and not name.startswith("_")
    }


@pytest.mark.parametrize(
    ("driver", "protocol"),
    [
        (ConnectWiseGateway, RoleDriver),
        (ConnectWiseGateway, KeyDriver),
        (ConnectWiseGateway, Readiness),
        (UmbrellaGateway, SinkDriver),
        (UmbrellaGateway, Readiness),
        (ManualConnectWise, RoleDriver),
        (ManualConnectWise, KeyDriver),
        (ManualConnectWise, Readiness),
        *((sink, SinkDriver) for sink in (ManualUmbrella, EnteredElsewhere, VaultAlone)),
        *((sink, Readiness) for sink in (ManualUmbrella, EnteredElsewhere, VaultAlone)),
        (Console, RoleDriver),
        (Console, KeyDriver),
        (Sink, SinkDriver),
    ],
)
def test_a_driver_offers_every_call_of_its_protocol_the_same_way(driver: type, protocol: type) -> None:
    wanted = list_calls(protocol)
    assert wanted
    assert {name: list(inspect.signature(getattr(driver, name)).parameters) for name in wanted} == wanted


@pytest.mark.parametrize("protocol", [RoleDriver, KeyDriver, SinkDriver, Readiness])
def test_every_call_of_a_driver_says_what_it_does(protocol: type) -> None:
    assert not [name for name in list_calls(protocol) if not getattr(protocol, name).__doc__]
