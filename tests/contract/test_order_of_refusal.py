"""What can be known before a key is minted is asked before, only then, and refuses: nothing is minted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.remote import RemoteSimulator
from tests.contract.company import Company
from tests.contract.conftest import Start
from tests.contract.driver import Failed
from tests.contract.estate import Estate

GATES = ("/health", "/auth/v2/token", "/reports/v2/providers/consoles")


def with_api(company: Company) -> dict[str, str]:
    """The settings by which the console's identity is asked of the Umbrella API."""
    return {
        "umbrella:apiUrl": company.console["apiUrl"],
        "umbrella:apiKey": company.console["apiKey"],
        "umbrella:apiSecret": company.console["apiSecret"],
    }


def gateway(**standing: Any) -> Callable[[Company], object]:
    return lambda company: company.ask("PUT", "/gateway", standing)


def console_gateway(**standing: Any) -> Callable[[Company], object]:
    return lambda company: company.ask("PUT", f"/consoles/{company.console_owner}/gateway", standing)


def somebodys_key(company: Company) -> None:
    """The sink was put to another use; the stack does not have it yet."""
    company.set_sink(publicKey="Zz9Zz9Zz9Zz9Zz9Z", privateKey="Yy8Yy8Yy8Yy8Yy8Y")


def few_rights(company: Company) -> None:
    rows = [
        {"moduleName": "System", "moduleFunctionName": "Security Roles", "addLevel": "None", "inquireLevel": "All"},
    ]
    company.fault("body", "/system/mySecurity$", body=rows)


BROKEN: dict[str, tuple[Callable[[Company], object], str]] = {
    "rights": (few_rights, r"the provisioning key may not do what is needed \(System / Security Roles: add"),
    "the key's gateway": (
        gateway(ready=False, reason="signed out"),
        r"connectwise:gatewayUrl is not ready \(signed out",
    ),
    "the sink's gateway": (
        console_gateway(ready=False, reason="asleep"),
        r"umbrella:gatewayUrl is not ready \(asleep\)",
    ),
    "the console's scope": (console_gateway(scopes=[]), "the Umbrella API key is not a provider console's"),
    "a console in somebody's use": (somebodys_key, "which is not ours; set umbrella:adopt to any"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_known_to_be_broken_stops_a_rotation_before_it_mints(what: str, start: Start, estate: Estate) -> None:
    break_it, says = BROKEN[what]
    company = estate.company
    break_it(company)
    with pytest.raises(Failed, match=says):
        start(with_api(company)).create("ApiKey", {**estate.stack["ApiKey"].inputs, "rotate": "spring"})
    assert [each for each in company.writes() if "/keys" in each] == []
    assert [one["publicKey"] for one in company.member()["keys"]] == [estate.made.public_key]


def test_another_console_behind_the_gateway_stops_a_rotation(
    simulator: RemoteSimulator, start: Start, estate: Estate
) -> None:
    other = Company(simulator)
    elsewhere = {key: other.config[key] for key in ("umbrella:gatewayUrl", "umbrella:gatewayToken")}
    with pytest.raises(Failed, match=f"serves the console {other.console_owner}, but this stack is for the console"):
        start(elsewhere).create("ApiKey", {**estate.stack["ApiKey"].inputs, "rotate": "spring"})
    assert estate.company.writes() == other.writes() == []


def test_a_refused_secret_of_the_umbrella_api_stops_a_rotation_and_is_not_repeated(
    start: Start, estate: Estate
) -> None:
    wrong = {**with_api(estate.company), "umbrella:apiSecret": "hunter2hunter2"}
    with pytest.raises(Failed, match="refused umbrella:apiKey and umbrella:apiSecret") as refused:
        start(wrong).create("ApiKey", {**estate.stack["ApiKey"].inputs, "rotate": "spring"})
    assert "hunter2" not in refused.value.sentence
    assert [each for each in estate.company.writes() if "/keys" in each] == []


def test_an_unchanged_tenant_is_asked_nothing_of_it(start: Start, estate: Estate) -> None:
    """Neither the gates nor the provisioning key's rights are worth a request where nothing is to be minted."""
    company, provider = estate.company, start(with_api(estate.company))
    for kind, one in estate.stack.items():
        found = provider.read(kind, one.id, one.outputs)
        checked = provider.check(kind, one.asked, found.inputs)
        assert provider.diff(kind, one.id, found.outputs, checked.inputs) == (False, [])
    asked = [(one["path"], one["by"]) for one in company.requests()]
    assert [path for path, _ in asked if path.endswith(GATES)] == []
    provisioning = company.config["connectwise:publicKey"]
    assert [path for path, by in asked if path.endswith("/mySecurity") and by == provisioning] == []


def test_a_rotation_that_may_go_on_asks_each_gate_once(start: Start, estate: Estate) -> None:
    company, provider, stack = estate.company, start(with_api(estate.company)), estate.stack
    _, made = provider.create("ApiKey", {**stack["ApiKey"].inputs, "rotate": "spring"})
    pair = {name: made[name] for name in ("public_key", "private_key")}
    proof, sink = stack["AccessProof"], stack["PsaIntegration"]
    provider.update("AccessProof", proof.id, proof.outputs, {**proof.inputs, **pair, "key_id": "new"})
    tried = {**pair, "key_id": "new", "proved": "new", "escrowed": "new"}
    provider.update("PsaIntegration", sink.id, sink.outputs, {**sink.inputs, **tried})
    paths = [one["path"] for one in company.requests()]
    assert [sum(path.endswith(gate) for path in paths) for gate in GATES] == [2, 1, 1]
    assert sum(path.endswith("/mySecurity") for path in paths) == 2, "once by each of the two keys"
    first = next(number for number, path in enumerate(paths) if path.endswith("/keys"))
    assert all(path.endswith((*GATES, "/mySecurity", "/psaIntegration", company.id)) for path in paths[:first])
