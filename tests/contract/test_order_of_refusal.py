"""What can be known before a key is minted is asked before, only then, and refuses: nothing is minted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.remote import RemoteSimulator
from tests.contract.company import Company
from tests.contract.conftest import Start
from tests.contract.driver import Failed
from tests.contract.tenant_fixture import TenantFixture

GATES = ("/health", "/auth/v2/token", "/reports/v2/providers/consoles")


def with_api(company: Company) -> dict[str, str]:
    """The settings by which the console's identity is asked of the Umbrella API."""
    return {
        "umbrella:apiUrl": company.console["apiUrl"],
        "umbrella:apiKey": company.console["apiKey"],
        "umbrella:apiSecret": company.console["apiSecret"],
    }


def break_gateway(**standing: Any) -> Callable[[Company], object]:
    return lambda company: company.ask("PUT", "/gateway", standing)


def break_console_gateway(**standing: Any) -> Callable[[Company], object]:
    return lambda company: company.ask("PUT", f"/consoles/{company.console_owner}/gateway", standing)


def set_foreign_key(company: Company) -> None:
    """The sink was put to another use; the stack does not have it yet."""
    company.set_sink(publicKey="Zz9Zz9Zz9Zz9Zz9Z", privateKey="Yy8Yy8Yy8Yy8Yy8Y")


def remove_rights(company: Company) -> None:
    rows = [
        {"moduleName": "System", "moduleFunctionName": "Security Roles", "addLevel": "None", "inquireLevel": "All"},
    ]
    company.inject_fault("body", "/system/mySecurity$", body=rows)


BROKEN: dict[str, tuple[Callable[[Company], object], str]] = {
    "rights": (remove_rights, r"the provisioning key may not do what is needed \(System / Security Roles: add"),
    "the key's gateway": (
        break_gateway(ready=False, reason="signed out"),
        r"connectwise:gatewayUrl is not ready \(signed out",
    ),
    "the sink's gateway": (
        break_console_gateway(ready=False, reason="asleep"),
        r"umbrella:gatewayUrl is not ready \(asleep\)",
    ),
    "the console's scope": (break_console_gateway(scopes=[]), "the Umbrella API key is not a provider console's"),
    "a console in somebody's use": (set_foreign_key, "which is not ours; set umbrella:adopt to any"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_known_to_be_broken_stops_a_rotation_before_it_mints(
    what: str, start: Start, tenant_fixture: TenantFixture
) -> None:
    break_it, says = BROKEN[what]
    company = tenant_fixture.company
    break_it(company)
    with pytest.raises(Failed, match=says):
        start(with_api(company)).create("ApiKey", {**tenant_fixture.stack["ApiKey"].inputs, "rotate": "spring"})
    assert [write for write in company.list_writes() if "/keys" in write] == []
    assert [one["publicKey"] for one in company.member()["keys"]] == [tenant_fixture.made.public_key]


def test_another_console_behind_the_gateway_stops_a_rotation(
    simulator: RemoteSimulator, start: Start, tenant_fixture: TenantFixture
) -> None:
    other = Company(simulator)
    elsewhere = {key: other.config[key] for key in ("umbrella:gatewayUrl", "umbrella:gatewayToken")}
    with pytest.raises(Failed, match=f"serves the console {other.console_owner}, but this stack is for the console"):
        start(elsewhere).create("ApiKey", {**tenant_fixture.stack["ApiKey"].inputs, "rotate": "spring"})
    assert tenant_fixture.company.list_writes() == other.list_writes() == []


def test_a_refused_secret_of_the_umbrella_api_stops_a_rotation_and_is_not_repeated(
    start: Start, tenant_fixture: TenantFixture
) -> None:
    wrong = {**with_api(tenant_fixture.company), "umbrella:apiSecret": "hunter2hunter2"}
    with pytest.raises(Failed, match="refused umbrella:apiKey and umbrella:apiSecret") as refused:
        start(wrong).create("ApiKey", {**tenant_fixture.stack["ApiKey"].inputs, "rotate": "spring"})
    assert "hunter2" not in refused.value.sentence
    assert [write for write in tenant_fixture.company.list_writes() if "/keys" in write] == []


def test_an_unchanged_tenant_is_asked_nothing_of_it(start: Start, tenant_fixture: TenantFixture) -> None:
    """Neither the gates nor the provisioning key's rights are worth a request where nothing is to be minted."""
    company, provider = tenant_fixture.company, start(with_api(tenant_fixture.company))
    for kind, remembered in tenant_fixture.stack.items():
        found = provider.read(kind, remembered.id, remembered.outputs)
        checked = provider.check(kind, remembered.asked, found.inputs)
        assert provider.diff(kind, remembered.id, found.outputs, checked.inputs) == (False, [])
    asked = [(request["path"], request["by"]) for request in company.requests()]
    assert [path for path, _ in asked if path.endswith(GATES)] == []
    provisioning = company.config["connectwise:publicKey"]
    assert [path for path, by in asked if path.endswith("/mySecurity") and by == provisioning] == []


def test_a_rotation_that_may_go_on_asks_each_gate_once(start: Start, tenant_fixture: TenantFixture) -> None:
    company, provider, stack = tenant_fixture.company, start(with_api(tenant_fixture.company)), tenant_fixture.stack
    _, made = provider.create("ApiKey", {**stack["ApiKey"].inputs, "rotate": "spring"})
    pair = {name: made[name] for name in ("public_key", "private_key")}
    proof, sink = stack["AccessProof"], stack["PsaIntegration"]
    provider.update("AccessProof", proof.id, proof.outputs, {**proof.inputs, **pair, "key_id": "new"})
    tried = {**pair, "key_id": "new", "proved": "new", "escrowed": "new"}
    provider.update("PsaIntegration", sink.id, sink.outputs, {**sink.inputs, **tried})
    paths = [request["path"] for request in company.requests()]
    assert [sum(path.endswith(gate) for path in paths) for gate in GATES] == [2, 1, 1]
    assert sum(path.endswith("/mySecurity") for path in paths) == 2, "once by each of the two keys"
    first = next(number for number, path in enumerate(paths) if path.endswith("/keys"))
    assert all(path.endswith((*GATES, "/mySecurity", "/psaIntegration", company.id)) for path in paths[:first])
