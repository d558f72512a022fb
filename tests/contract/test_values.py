"""Numbers come as floats, what is None does not come at all; neither is anybody's mistake."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.contract.conftest import Resting
from tests.contract.driver import Provider
from tests.contract.tenant_fixture import MINTED_ON, TABLES, TenantFixture


def test_a_check_fills_in_every_default_and_keeps_the_day_of_minting(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind, remembered in tenant_fixture.stack.items():
        assert (kind, provider.check(kind, remembered.asked, olds=remembered.inputs)) == (kind, (remembered.inputs, []))


def test_optional_inputs_may_be_absent(resting: Resting) -> None:
    provider, tenant_fixture = resting
    optional = {"tenant", "role_name", "email", "defaults", "owner", "adopt", "rotate", "member", "plan", "member_id"}
    needed = {"ApiKey": {"owner", "member_id"}, "KeyRetirement": {"owner", "member_id"}}
    for kind, remembered in tenant_fixture.stack.items():
        dropped = optional - needed.get(kind, set())
        least = {name: value for name, value in remembered.asked.items() if name not in dropped}
        checked = provider.check(kind, least, olds=remembered.inputs)
        assert (kind, checked.failures) == (kind, [])
        assert set(checked.inputs) == set(remembered.inputs), kind


def test_a_new_key_is_minted_today(resting: Resting) -> None:
    provider, tenant_fixture = resting
    before = datetime.now(UTC).date()
    checked = provider.check("ApiKey", tenant_fixture.stack["ApiKey"].asked)
    assert checked.inputs["minted_on"] in {str(before), str(datetime.now(UTC).date())}


def test_a_whole_number_that_arrives_as_a_float_is_taken_as_it_was_meant(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    key = tenant_fixture.stack["ApiKey"]
    checked = provider.check("ApiKey", {**key.asked, "max_age_days": 1e6}, olds=key.inputs)
    assert checked.failures == []
    assert (checked.inputs["max_age_days"], checked.inputs["minted_on"]) == (1_000_000, MINTED_ON)
    outputs = provider.update("ApiKey", key.id, key.outputs, checked.inputs)
    assert outputs == {**key.outputs, "max_age_days": 1_000_000}
    assert provider.read("ApiKey", key.id, outputs).outputs == outputs
    assert provider.diff("ApiKey", key.id, outputs, checked.inputs) == (False, [])


def test_a_key_that_is_due_by_such_a_number_is_replaced(resting: Resting) -> None:
    provider, tenant_fixture = resting
    key = tenant_fixture.stack["ApiKey"]
    checked = provider.check("ApiKey", {**key.asked, "max_age_days": 1.0}, olds=key.inputs)
    assert checked.failures == []
    assert provider.diff("ApiKey", key.id, key.outputs, checked.inputs) == (True, ["minted_on"])


def test_nothing_comes_back_as_null(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind, remembered in tenant_fixture.stack.items():
        found = provider.read(kind, remembered.id, remembered.outputs)
        checked = provider.check(kind, remembered.asked, olds=remembered.inputs)
        assert None not in [*found.outputs.values(), *found.inputs.values(), *checked.inputs.values()]


def test_a_property_that_a_later_version_wrote_into_the_state_is_left_behind(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind, remembered in tenant_fixture.stack.items():
        found = provider.read(kind, remembered.id, {**remembered.outputs, "from_the_future": {"deep": 1}})
        assert (kind, found.outputs) == (kind, remembered.outputs)


def test_neither_the_order_nor_the_spelling_of_tables_is_drift(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind in ("PermissionSet", "AccessProof"):
        one = tenant_fixture.stack[kind]
        spelled = [table.upper() for table in reversed(TABLES)]
        inputs = provider.check(kind, {**one.asked, "table_access": spelled}).inputs
        outputs = provider.read(kind, one.id, {**one.outputs, "table_access": inputs["table_access"]}).outputs
        assert (kind, provider.diff(kind, one.id, outputs, inputs)) == (kind, (False, []))


def test_a_function_without_any_level_is_no_drift(resting: Resting) -> None:
    provider, tenant_fixture = resting
    for kind in ("PermissionSet", "AccessProof"):
        one = tenant_fixture.stack[kind]
        nothing = {"Companies / Contacts": {"add": "None"}}
        inputs = provider.check(kind, {**one.asked, "permissions": {**one.asked["permissions"], **nothing}}).inputs
        outputs = provider.read(kind, one.id, {**one.outputs, "permissions": inputs["permissions"]}).outputs
        assert (kind, provider.diff(kind, one.id, outputs, inputs)) == (kind, (False, []))
