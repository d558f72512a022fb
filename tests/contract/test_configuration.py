"""Where a setting comes from: the environment first, then what the engine hands over."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Start
from tests.contract.driver import Failed
from tests.contract.tenant_fixture import TenantFixture

_WRONG = "hunter2hunter2"
_PRIVATE_KEY = "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY"


def test_the_environment_wins_over_a_recorded_value_that_is_out_of_date(
    start: Start, tenant_fixture: TenantFixture
) -> None:
    right = tenant_fixture.company.config["connectwise:privateKey"]
    provider = start({"connectwise:privateKey": _WRONG}, environment={_PRIVATE_KEY: right})
    for kind, remembered in tenant_fixture.stack.items():
        assert (kind, provider.read(kind, remembered.id, remembered.outputs)) == (
            kind,
            (remembered.id, remembered.outputs, remembered.inputs),
        )


def test_the_environment_wins_over_a_recorded_value_that_is_right(start: Start, tenant_fixture: TenantFixture) -> None:
    provider, role = start(environment={_PRIVATE_KEY: _WRONG}), tenant_fixture.stack["SecurityRole"]
    with pytest.raises(Failed, match=r"\(401\); check .*connectwise:privateKey") as failed:
        provider.read("SecurityRole", role.id, role.outputs)
    assert _WRONG not in str(failed.value)


def test_the_environment_may_hold_what_the_stack_does_not(start: Start, tenant_fixture: TenantFixture) -> None:
    config = tenant_fixture.company.config
    environment = {
        _PRIVATE_KEY: config.pop("connectwise:privateKey"),
        "UMBRELLA_PSA_CONNECTWISE_SITE": config.pop("connectwise:site"),
        "UMBRELLA_PSA_CONNECTWISE_GATEWAY_TOKEN": config.pop("connectwise:gatewayToken"),
        "UMBRELLA_PSA_UMBRELLA_CONSOLE_ID": config.pop("umbrella:consoleId"),
    }
    provider = start(environment=environment)
    for kind, remembered in tenant_fixture.stack.items():
        assert (kind, provider.read(kind, remembered.id, remembered.outputs).id) == (kind, remembered.id)


def test_nothing_of_the_configuration_is_given_back_to_the_state(start: Start, tenant_fixture: TenantFixture) -> None:
    """What an answer holds is recorded; the new key's own pair belongs there, the credentials do not."""
    provider = start()
    credentials = [value for key, value in tenant_fixture.company.config.items() if value and "ey" in key.lower()[-5:]]
    credentials += tenant_fixture.company.secrets().values()
    for kind, remembered in tenant_fixture.stack.items():
        answers = (
            provider.check(kind, remembered.asked, olds=remembered.inputs),
            provider.read(kind, remembered.id, remembered.outputs),
            provider.update(kind, remembered.id, remembered.outputs, remembered.inputs),
        )
        assert [value for value in credentials if value in str(answers)] == []
