"""The gateway's and the simulator's OpenAPI descriptions, held against what they answer (schemathesis)."""

from __future__ import annotations

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

from gateway.problems import not_found, person_needed
from gateway.seat import Seat
from simulator.server import Running
from tests.unit.gateway.standing import TIMEOUT, TOKEN, Door

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


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def test_the_gateway_answers_as_described(
    door: Door, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(self: Seat, operation: str, *_: object) -> object:
        """The console has nothing of what is asked for, and reading it waits for a person."""
        raise person_needed("sign in") if operation.startswith("get-") else not_found(operation)

    def check(case: Case[Any]) -> None:
        case.path_parameters["console"] = "acme" if case.path.startswith("/connectwise") else "seen"
        answer = case.call(session=session, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=TIMEOUT)
        case.validate_response(answer, checks=DESCRIBED)

    monkeypatch.setattr(Seat, "run", run)
    assert for_each(schemathesis.openapi.from_url(f"{door.url}/openapi.json"), check) == 14


def test_the_simulator_s_control_plane_never_breaks(session: requests.Session) -> None:
    def check(case: Case[Any]) -> None:
        answer = case.call(session=session, timeout=TIMEOUT)
        assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.status_code}"

    with Running() as simulator:
        assert for_each(schemathesis.openapi.from_url(f"{simulator.url}/_sim/openapi.json"), check) > 20
