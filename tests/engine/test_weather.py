"""Bad networks and servers through the real engine: told in time, no resource lost, and one plain `up` puts it right.

A chosen few; tests/contract/test_weather.py asks for all of them, call by call. The tests share one tenant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from time import monotonic
from typing import Any, NamedTuple

import pytest

from tests.engine.estate import Neighbours, assert_converged
from tests.engine.workspace import Run, Stack

RESOURCES = ["key", "member", "permissions", "proof", "retirement", "role", "umbrella"]
BOUND = 90.0  # seconds for a run; the weather here answers at once, so this is the machine's load

_generations = count(1)


class Weather(NamedTuple):
    """What is broken during a rotation, and what the run says of it."""

    method: str
    path: str
    fault: dict[str, Any]
    says: str


ROTATIONS = {
    "a storm of 429 at the sink": Weather(
        "PUT",
        "/psaIntegration$",
        {"kind": "rateLimit", "retryAfter": 3600},
        "the gateway of umbrella:gatewayUrl can't serve now: Too many requests; try again later.",
    ),
    "a reply of the sink cut short": Weather(
        "PUT", "/psaIntegration$", {"kind": "truncate"}, "broke the connection before its answer was complete"
    ),
    "a sign-in page in answer to the mint": Weather(
        "POST",
        "/keys$",
        {"kind": "body", "raw": "<html>sign in</html>", "contentType": "text/html"},
        "text/html instead of JSON; check that the address is the API's",
    ),
    "a proxy's 502 when the old key is to go": Weather(
        "DELETE", "/keys/", {"kind": "status", "status": 502}, "(HTTP 502: 502 Error 502 Error); run again, and look at"
    ),
}


@pytest.fixture(scope="module")
def neighbours(tenant: Stack) -> Neighbours:
    return Neighbours(tenant.company)


@pytest.fixture
def under(tenant: Stack, neighbours: Neighbours) -> Iterator[Stack]:
    """The tenant; the weather ends with the test, and a plain `up` must have put everything right."""
    yield tenant
    tenant.company.simulator.ask("DELETE", f"/faults?company={tenant.company.id}")
    tenant.up()
    assert_converged(tenant, neighbours)


def break_out(stack: Stack, method: str, path: str, fault: dict[str, Any]) -> None:
    where = {"company": stack.company.id, "method": method, "path": path, "times": None}
    stack.company.simulator.ask("POST", "/faults", {**where, **fault})


def recorded(stack: Stack) -> list[str]:
    """Names of our resources in the state as it lies in the backend; those that wait for deletion left out."""
    path = stack.workspace.backend / ".pulumi" / "stacks" / "umbrella-psa" / f"{stack.name}.json"
    found = json.loads(path.read_text(encoding="utf-8"))["checkpoint"]["latest"]["resources"]
    return sorted(one["urn"].rpartition("::")[2] for one in found if one.get("custom") and not one.get("delete"))


def told_in_time(began: float, run: Run, says: str) -> None:
    took = monotonic() - began
    print(f"{says}: {took:.1f} s")
    assert took < BOUND
    assert says in run.text
    assert "Traceback" not in run.text
    assert "deleted at the site" not in run.text


@pytest.mark.parametrize("name", ROTATIONS)
def test_a_rotation_in_bad_weather_loses_nothing(name: str, under: Stack) -> None:
    weather = ROTATIONS[name]
    break_out(under, weather.method, weather.path, weather.fault)
    under.set("rotate", f"generation {next(_generations)}")
    began = monotonic()
    told_in_time(began, under.up(expect=1), weather.says)
    assert [one for one in recorded(under) if "default" not in one] == RESOURCES
    assert under.company.dead_moments() == []


@pytest.mark.parametrize(
    ("path", "fault", "says"),
    [
        ("/keys$", {"kind": "emptyList"}, "signs in, so nothing was concluded"),
        (
            "/securityroles/",
            {"kind": "redirect", "location": "https://elsewhere.example.com/"},
            "redirects to another host, elsewhere.example.com, and redirects are not followed",
        ),
    ],
    ids=["empty page", "redirect"],
)
def test_a_look_in_bad_weather_is_an_error_and_no_drift(
    path: str, fault: dict[str, Any], says: str, tenant: Stack
) -> None:
    before = recorded(tenant)
    break_out(tenant, "GET", path, fault)
    try:
        began = monotonic()
        told_in_time(began, tenant.preview(expect=1), says)
    finally:
        tenant.company.simulator.ask("DELETE", f"/faults?company={tenant.company.id}")
    assert recorded(tenant) == before
    tenant.preview(expect=0)
