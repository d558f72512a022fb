"""What stands in the console is judged by whose it is."""

from __future__ import annotations

from typing import Any

import pytest

from providers.console.contract import PsaIntegration
from providers.console.umbrella_gateway import UmbrellaGateway
from providers.umbrella.connection import UmbrellaSettings
from stacks.checks.drivers import check_connectwise_driver, check_identity, check_sink, check_umbrella_driver
from stacks.clients import Clients
from tests.unit.stacks.configuration import read_settings

OURS = "Pub1"


def read_umbrella(changed: dict[str, str | None] | None = None) -> UmbrellaSettings:
    read = read_settings(changed).sink.umbrella
    assert read
    return read


class Console(UmbrellaGateway):
    """A console that holds what it is told to hold."""

    def __init__(self, now: PsaIntegration) -> None:
        self._now = now

    def get_integration(self) -> PsaIntegration:
        return self._now


class Before(Clients):
    """Stands before that console."""

    def __init__(self, **now: Any) -> None:
        super().__init__()
        self._console = Console(PsaIntegration(**{"kind": "ConnectWise", "enabled": True, **now}))

    def open_umbrella_gateway(self, settings: UmbrellaSettings) -> UmbrellaGateway:
        return self._console


@pytest.mark.parametrize(
    ("now", "key", "in_state", "adopt", "verdict", "words"),
    [
        ({"kind": None, "enabled": False}, "", False, "never", "ok", "holds no PSA integration"),
        ({"publicKey": "Pub1"}, OURS, True, "never", "ok", "which is this stack's"),
        ({"publicKey": "Pub1", "enabled": False}, OURS, True, "never", "warn", "`pulumi up` puts it right"),
        ({"publicKey": "Pub2"}, OURS, True, "never", "warn", "not this stack's key"),
        ({"publicKey": "Pub2"}, "", False, "never", "fail", "set umbrella:adopt to any"),
        ({"publicKey": "Pub2", "enabled": False}, "", False, "never", "warn", "will be written over"),
        ({"publicKey": "Pub2"}, "", False, "any", "warn", "will be taken over"),
        ({"kind": "Autotask"}, "", False, "never", "fail", "an enabled Autotask integration with no public key"),
    ],
)
def test_the_sink(now: dict[str, Any], key: str, in_state: bool, adopt: str, verdict: str, words: str) -> None:
    (found,) = check_sink(Before(**now), read_umbrella({"umbrella:adopt": adopt}), key, in_state)
    assert found.verdict == verdict
    assert words in f"{found.found} {found.next_step}"


def test_a_person_as_driver_is_no_failure_and_the_sink_is_then_unknown() -> None:
    connectwise = read_settings().connectwise.model_copy(update={"driver": "manual"})
    umbrella = read_umbrella().model_copy(update={"driver": "manual"})
    reach = Clients()
    assert [
        finding.verdict
        for finding in check_connectwise_driver(reach, connectwise) + check_umbrella_driver(reach, umbrella)
    ] == [
        "ok",
        "ok",
    ]
    assert [finding.verdict for finding in check_sink(reach, umbrella, OURS, True)] == ["unknown"]


def test_without_a_key_of_the_console_nobody_asks_who_it_is() -> None:
    assert check_identity(Clients(), read_umbrella()) == []
