"""Where a setting comes from: the environment first, then what the engine hands over."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Start
from tests.contract.driver import Failed
from tests.contract.estate import Estate

_WRONG = "hunter2hunter2"
_PRIVATE_KEY = "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY"


def test_the_environment_wins_over_a_recorded_value_that_is_out_of_date(start: Start, estate: Estate) -> None:
    right = estate.company.config["connectwise:privateKey"]
    provider = start({"connectwise:privateKey": _WRONG}, environment={_PRIVATE_KEY: right})
    for kind, one in estate.stack.items():
        assert (kind, provider.read(kind, one.id, one.outputs)) == (kind, (one.id, one.outputs, one.inputs))


def test_the_environment_wins_over_a_recorded_value_that_is_right(start: Start, estate: Estate) -> None:
    provider, role = start(environment={_PRIVATE_KEY: _WRONG}), estate.stack["SecurityRole"]
    with pytest.raises(Failed, match=r"\(401\); check .*connectwise:privateKey") as failed:
        provider.read("SecurityRole", role.id, role.outputs)
    assert _WRONG not in str(failed.value)


def test_the_environment_may_hold_what_the_stack_does_not(start: Start, estate: Estate) -> None:
    config = estate.company.config
    environment = {
        _PRIVATE_KEY: config.pop("connectwise:privateKey"),
        "UMBRELLA_PSA_CONNECTWISE_SITE": config.pop("connectwise:site"),
        "UMBRELLA_PSA_CONNECTWISE_GATEWAY_TOKEN": config.pop("connectwise:gatewayToken"),
        "UMBRELLA_PSA_UMBRELLA_CONSOLE_ID": config.pop("umbrella:consoleId"),
    }
    provider = start(environment=environment)
    for kind, one in estate.stack.items():
        assert (kind, provider.read(kind, one.id, one.outputs).id) == (kind, one.id)


def test_nothing_of_the_configuration_is_given_back_to_the_state(start: Start, estate: Estate) -> None:
    """What an answer holds is recorded; the new key's own pair belongs there, the credentials do not."""
    provider = start()
    credentials = [value for key, value in estate.company.config.items() if value and "ey" in key.lower()[-5:]]
    credentials += estate.company.secrets().values()
    for kind, one in estate.stack.items():
        answers = (
            provider.check(kind, one.asked, olds=one.inputs),
            provider.read(kind, one.id, one.outputs),
            provider.update(kind, one.id, one.outputs, one.inputs),
        )
        assert [value for value in credentials if value in str(answers)] == []
