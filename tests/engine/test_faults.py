"""Bad networks and servers through the real engine: told in time, no resource lost, and one plain `up` puts it right.

A chosen few; tests/contract/test_faults.py asks for all of them, call by call, and `make faults` for more of them in
more runs. The tests share one tenant, and its providers have a tenth of their patience in bad weather.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from stacks.fleet.warm_process import WarmProcess
from tests.contract.faults import FAULTS
from tests.engine.faults import HASTY, break_out, find_bad_messages, read_recorded
from tests.engine.workspace import Stack
from tests.stories.disturbances import clear_up, rotate
from tests.stories.neighbours import Neighbours, assert_converged
from tests.unit.providers.http.nobody import NOBODY

pytestmark = pytest.mark.direct

RESOURCES = ["key", "member", "permissions", "proof", "retirement", "role", "umbrella"]
BEFORE_THE_KEY = ("role", "permissions", "member")
BEFORE_CUT_OVER = (*BEFORE_THE_KEY, "umbrella", "retirement")


class FaultCase(NamedTuple):
    """What is broken during a rotation, and what the run says of it."""

    method: str
    path: str
    fault: dict[str, Any]
    says: str
    stay: tuple[str, ...] = BEFORE_CUT_OVER
    """What stands in the state as it did before."""


ROTATIONS = {
    "a storm of 429 at the sink": FaultCase(
        "PUT",
        "/psaIntegration$",
        {"kind": "rateLimit", "retryAfter": 3600},
        "the gateway of umbrella:gatewayUrl can't serve now: Too many requests; try again later.",
    ),
    "a sink that is silent": FaultCase(
        "PUT", "/psaIntegration$", FAULTS["silence"], "did not answer in full before the deadline"
    ),
    "a sink that sends 100 MB": FaultCase(
        "PUT", "/psaIntegration$", FAULTS["a body of 100 MB"], "sent more than 16,777,216 bytes in one answer"
    ),
    "a reply of the sink cut short": FaultCase(
        "PUT", "/psaIntegration$", {"kind": "truncate"}, "broke the connection before its answer was complete"
    ),
    "a sign-in page in answer to the mint": FaultCase(
        "POST",
        "/keys$",
        {"kind": "body", "raw": "<html>sign in</html>", "contentType": "text/html"},
        "text/html instead of JSON; check that the address is the API's",
    ),
    "a proxy's 502 when the old key is to go": FaultCase(
        "DELETE",
        "/keys/",
        {"kind": "status", "status": 502},
        "(HTTP 502: 502 Error 502 Error); run again, and look at",
        BEFORE_THE_KEY,
    ),
}


@pytest.fixture(scope="module")
def neighbours(tenant: Stack) -> Neighbours:
    return Neighbours(tenant.company)


@pytest.fixture(scope="module")
def hasty(tenant: Stack) -> Iterator[Stack]:
    """The same tenant, and an engine whose providers have a tenth of their patience."""
    warm = WarmProcess()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", HASTY["PYTHONPATH"])
        assert warm.pid
    yield replace(tenant, workspace=replace(tenant.workspace, warm=warm))
    warm.close()


@pytest.fixture
def disturbed_stack(tenant: Stack, hasty: Stack, neighbours: Neighbours) -> Iterator[Stack]:
    """The tenant; the weather ends with the test, and a plain `up` must have put everything right."""
    yield hasty
    clear_up(tenant)
    tenant.up()
    assert_converged(tenant, neighbours)


def check_with_fault(stack: Stack, says: str, stay: Collection[str], **environment: str) -> None:
    """A rotation that ends with this sentence, in time, and leaves in the state what is to stay as it was."""
    rotate(stack)
    before, began = read_recorded(stack), monotonic()
    run = stack.up(expect=1, **environment)
    took = monotonic() - began
    print(f"{says}: {took:.1f} s")
    assert find_bad_messages(run, took) == []
    assert says in run.text
    after = read_recorded(stack)
    assert sorted(after) == RESOURCES
    assert {name: after[name] for name in stay} == {name: before[name] for name in stay}
    assert stack.company.dead_moments() == []


@pytest.mark.parametrize("name", ROTATIONS)
def test_a_rotation_in_bad_weather_loses_nothing(name: str, disturbed_stack: Stack) -> None:
    weather = ROTATIONS[name]
    break_out(disturbed_stack, weather.method, weather.path, weather.fault)
    check_with_fault(disturbed_stack, weather.says, weather.stay)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command makes the certificates")
def test_a_rotation_with_a_console_whose_certificate_has_expired_loses_nothing(
    disturbed_stack: Stack, tmp_path: Path
) -> None:
    """Nothing is minted for a console that can't be asked."""
    with NOBODY["an expired certificate"](tmp_path / "tls") as (origin, trust):
        there = f"{origin}{urlsplit(disturbed_stack.company.settings()['umbrella:gatewayUrl']).path}"
        says = "is not trusted (certificate has expired); renew or replace it"
        check_with_fault(disturbed_stack, says, RESOURCES, UMBRELLA_PSA_UMBRELLA_GATEWAY_URL=there, **trust)


@pytest.mark.parametrize(
    ("path", "fault", "says"),
    [
        ("/keys$", {"kind": "emptyList"}, "signs in, so the answer was ignored"),
        (
            "/securityroles/",
            {"kind": "redirect", "location": "https://elsewhere.example.com/"},
            "redirects to another host, elsewhere.example.com, and redirects are not followed",
        ),
    ],
    ids=["empty page", "redirect"],
)
def test_a_look_in_bad_weather_is_an_error_and_no_drift(
    path: str, fault: dict[str, Any], says: str, tenant: Stack, hasty: Stack
) -> None:
    before = read_recorded(tenant)
    break_out(tenant, "GET", path, fault)
    try:
        began = monotonic()
        run = hasty.preview(expect=1)
        assert find_bad_messages(run, monotonic() - began) == []
        assert says in run.text
    finally:
        clear_up(tenant)
    assert read_recorded(tenant) == before
    tenant.preview(expect=0)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500, "body": "<html>oops</html>", "contentType": "text/html"},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 403},
        {"kind": "body", "body": "{not json", "contentType": "application/json"},
        {"kind": "body", "body": "[]", "contentType": "application/json"},
        {"kind": "reset", "when": "before"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', fault.get('body', ''))}"[:14],
)
def test_a_read_that_fails_is_an_error_and_never_drift(tenant: Stack, fault: dict[str, object]) -> None:
    company = tenant.company
    path = "/system/securityroles/\\d+" if fault.get("body") != "[]" else "/settings"
    company.simulator.ask("POST", "/faults", {"company": company.id, "path": path, "times": None, **fault})
    try:
        run = tenant.preview(expect=None)
    finally:
        company.simulator.ask("DELETE", f"/faults?company={company.id}")
    assert run.code == 1, run.text
    assert "makes it again" not in run.text
    assert "Traceback" not in run.text
    tenant.preview(expect=0)
