"""The gateway's and the simulator's OpenAPI descriptions, held against what they answer (schemathesis)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.consoles.keys import NewKey
from gateway.consoles.session import ConsoleSession
from gateway.errors import NotFoundError, PersonNeededError
from gateway.screens.schema import Screens
from providers.console.contract import Customize, Key, PsaIntegration, RoleSetting
from simulator.server import Running
from tests.unit.gateway.running import TIMEOUT, TOKEN, UMBRELLA_TOKEN, RunningGateway

FEW = settings(max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
DESCRIBED = [status_code_conformance, response_schema_conformance, content_type_conformance]


def for_each(schema: BaseSchema, check: Callable[[Case[Any]], None]) -> int:
    """Try every operation with a few made-up requests; how many operations there are."""
    results = list(schema.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results), "an operation of the description can't be read"
    for operation in operations:
        FEW(given(operation.as_strategy())(check))()
    return len(operations)


def authorize(case: Case[Any]) -> dict[str, str]:
    """Ask the console of this side, with its token."""
    console, token = ("acme", TOKEN) if case.path.startswith("/connectwise") else ("seen", UMBRELLA_TOKEN)
    case.path_parameters["console"] = console
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def test_the_gateway_answers_as_described(
    gateway: RunningGateway, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(self: ConsoleSession[Screens], operation: str, *_: object) -> object:
        """The console has nothing of what is asked for, and reading it waits for a person."""
        raise PersonNeededError("sign in") if operation.startswith("get-") else NotFoundError(operation)

    def check(case: Case[Any]) -> None:
        answer = case.call(session=session, headers=authorize(case), timeout=TIMEOUT)
        case.validate_response(answer, checks=DESCRIBED)

    monkeypatch.setattr(ConsoleSession, "run", run)
    assert for_each(schemathesis.openapi.from_url(f"{gateway.url}/openapi.json"), check) == 14


ANSWERS: dict[str, object] = {
    "health": None,
    "put-settings": [
        RoleSetting(moduleName="Companies", moduleFunctionName="Reports", addLevel=None, inquireLevel="All")
    ],
    "get-customize": Customize(function="Table Setup", allow=["Service / Priority"]),
    "put-customize": Customize(function="Table Setup", allow=[]),
    "list-keys": [Key(id="7", description="a key", publicKey="A" * 16, inactive=False)],
    "mint-key": NewKey(id="7", description="a key", public_key="A" * 16, private_key="b" * 16),
    "patch-key": Key(id="7", description="a key", publicKey="A" * 16, inactive=True),
    "delete-key": None,
    "get-integration": PsaIntegration(kind=None, enabled=False),
    "put-integration": PsaIntegration(kind="ConnectWise", enabled=True, publicKey="A" * 16, privateKeySet=True),
    "delete-integration": None,
}


def test_what_the_gateway_answers_when_all_goes_well_is_as_described(
    gateway: RunningGateway, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The consoles are played: no screen is read, each operation has one answer. tests/console has the real ones."""
    seen: dict[str, set[int]] = {}

    async def run(self: ConsoleSession[Screens], operation: str, *_: object) -> object:
        return ANSWERS[operation]

    def check(case: Case[Any]) -> None:
        if case.path.endswith("/customize"):  # the one function that is served
            case.query = {"function": "Table Setup"} if case.method == "GET" else {}
            if isinstance(case.body, dict):
                case.body["function"] = "Table Setup"
        headers = authorize(case) | {"Idempotency-Key": secrets.token_hex(16)}
        answer = case.call(session=session, headers=headers, timeout=TIMEOUT)
        case.validate_response(answer, checks=DESCRIBED)
        seen.setdefault(f"{case.method} {case.path}", set()).add(answer.status_code)

    monkeypatch.setattr(ConsoleSession, "run", run)
    assert for_each(schemathesis.openapi.from_url(f"{gateway.url}/openapi.json"), check) == 14
    well = {operation: [status for status in statuses if status < 300] for operation, statuses in seen.items()}
    made = {"POST": [201], "DELETE": [204]}
    assert well == {operation: made.get(operation.partition(" ")[0], [200]) for operation in well}
    assert len(well) == 14


def test_the_simulator_s_control_plane_never_breaks(session: requests.Session) -> None:
    def check(case: Case[Any]) -> None:
        answer = case.call(session=session, timeout=TIMEOUT)
        assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.status_code}"

    with Running() as simulator:
        assert for_each(schemathesis.openapi.from_url(f"{simulator.url}/_sim/openapi.json"), check) > 20
