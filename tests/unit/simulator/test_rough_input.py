"""Whatever comes in, the simulator answers as the real one would: a refusal in words, never a crash of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from simulator.services.connectwise.conditions import FieldTypes, compile_conditions
from simulator.services.connectwise.errors import ConnectWiseError
from simulator.services.connectwise.fields import API_MEMBER
from tests.unit.simulator.site import Site

SHAPE: FieldTypes = {"id": "numeric", "name": "string", "flag": "boolean", "date": "datetime", "role": "reference"}
ROW = {"id": 5, "name": "x", "flag": True, "date": None, "role": {"id": 1, "name": "y"}}
WORDS = [
    "id",
    "name",
    "flag",
    "date",
    "role/id",
    "=",
    "<",
    "like",
    "in",
    "not",
    "(",
    ")",
    ",",
    "and",
    "or",
    "null",
    "5",
]

plain = some.none() | some.booleans() | some.integers() | some.text(max_size=20)
anything = some.recursive(plain, lambda part: some.lists(part, max_size=3) | some.dictionaries(some.text(), part))
fuzz = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(some.text(max_size=60) | some.lists(some.sampled_from([*WORDS, "'x'", "[2025-01-01]"])).map(" ".join))
def test_conditions_work_or_are_refused(conditions: str) -> None:
    try:
        compile_conditions(conditions, SHAPE)(ROW)
    except ConnectWiseError as refusal:
        assert refusal.status == 400


@given(some.text(max_size=40), some.sampled_from("'\""))
def test_any_text_can_be_asked_for_when_quotes_and_backslashes_are_escaped(text: str, quote: str) -> None:
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    assert compile_conditions(f"name = {quote}{escaped}{quote}", SHAPE)({"name": text})


def test_deep_nesting_is_refused(site: Site) -> None:
    with pytest.raises(ConnectWiseError, match="nested too deeply"):
        compile_conditions("(" * 5000, SHAPE)
    answer = site.rest("POST", "/system/securityroles", data="[" * 100_000)
    assert answer.status_code == 400


@fuzz
@given(some.dictionaries(some.sampled_from(sorted(API_MEMBER)), anything, max_size=6))
def test_a_member_of_any_shape_is_made_or_refused(site: Site, body: dict[str, Any]) -> None:
    assert site.rest("POST", "/system/apiMembers", json=body).status_code in (201, 400)


@fuzz
@given(
    anything | some.lists(some.fixed_dictionaries({"op": some.just("replace"), "path": some.text(), "value": plain}))
)
def test_a_patch_of_any_shape_works_or_is_refused(site: Site, body: Any) -> None:
    member = next(row for row in site.dump()["apiMembers"])
    assert site.rest("PATCH", f"/system/apiMembers/{member['id']}", json=body).status_code in (200, 400)


@fuzz
@given(some.sampled_from(["settings", "customize"]), anything)
def test_a_gateway_refuses_any_other_body(site: Site, part: str, body: Any) -> None:
    role = site.dump()["roles"][0]
    answer = site.gateway("PUT", f"/securityRoles/{role['id']}/{part}", data=json.dumps(body))
    assert (answer.status_code, set(answer.json())) == (400, {"code", "message", "retryable"})
