"""Bad networks and bad servers, for the vendor's API and both gateways: a bounded wait, a clear sentence, nothing lost.

Each kind of weather is asked for reads and for writes at once. Afterwards everything is read as it was, and what the
writes left (one role, one key at most) is what the next run takes up or retires. The provider has a tenth of its usual
patience, see hasty.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, NamedTuple

import pytest

from tests.contract.company import Company
from tests.contract.conftest import Start
from tests.contract.driver import Failed, Provider
from tests.contract.estate import Estate, Remembered
from tests.contract.hasty import HASTE, LAUNCHER

VENDORS = "/apis/3.0|/gateway/"
# A call may ask several questions, each with a deadline of its own; the rest is for a machine under load.
BOUND = 60.0
ELSEWHERE = "https://elsewhere.example.com/next"

CUT = "broke the connection before its answer was complete"
SLOW = "did not answer in full before the deadline"
BUSY = r"can't serve .*; (wait and run again|try again later)\.$"
NO_JSON = "instead of JSON; check that the address is the API's and that no proxy or sign-in page stands before it"
SHAPE = "nothing was concluded from it"
FAILED = r"failed.* \(HTTP 50[02]: .*\); run again, and look at "
REDIRECTED = "redirects to another host, elsewhere.example.com, and redirects are not followed"
HUGE = "sent more than 16,777,216 bytes in one answer"
LINKED = "names its next page at https://elsewhere.example.com, which is not where we were sent"

READS = ("SecurityRole", "PermissionSet", "ApiKey", "PsaIntegration")
WRITES = ("a role", "a key", "the sink")


class Weather(NamedTuple):
    """What the servers do, and what each call says of it; a call that is not named succeeds."""

    fault: dict[str, Any]
    reads: Mapping[str, str]
    writes: Mapping[str, str]


def everywhere(fault: dict[str, Any], says: str, *spared: str) -> Weather:
    """All calls end in this sentence, except for those that find their way."""
    reads, writes = ({one: says for one in names if one not in spared} for names in (READS, WRITES))
    return Weather(fault, reads, writes)


# A role whose making was not answered is looked for, and found.
FOUND = "a role"
WEATHER = {
    "a reset before the commit": everywhere({"kind": "reset"}, CUT),
    "a reset after the commit": everywhere({"kind": "reset", "when": "after"}, CUT, FOUND),
    "a reply cut short": everywhere({"kind": "truncate"}, CUT, FOUND),
    "silence": everywhere({"kind": "delay", "ms": 20_000}, SLOW),
    "a slow drip": everywhere({"kind": "drip", "ms": 500}, SLOW, FOUND),
    "429 with seconds": everywhere({"kind": "rateLimit", "retryAfter": 1, "times": 2}, "", *READS, *WRITES),
    "429 with a date": everywhere(
        {"kind": "rateLimit", "retryAfter": "date", "seconds": 2, "times": 2}, "", *READS, *WRITES
    ),
    "429 without a word": everywhere({"kind": "rateLimit", "times": 2}, "", *READS, *WRITES),
    "a storm of 429": everywhere({"kind": "rateLimit", "retryAfter": 2}, BUSY),
    "429 for an hour": everywhere({"kind": "rateLimit", "retryAfter": 3600}, BUSY),
    "500": everywhere({"kind": "status", "status": 500, "body": {"code": "x", "message": "oops"}}, FAILED),
    "502 with HTML": everywhere({"kind": "status", "status": 502}, FAILED),
    "502 after the commit": everywhere({"kind": "statusAfter", "status": 502}, FAILED),
    "503": everywhere({"kind": "status", "status": 503, "body": "down", "contentType": "text/plain"}, BUSY),
    "a wrong content type": everywhere({"kind": "body", "raw": "<html>sign in", "contentType": "text/html"}, NO_JSON),
    "invalid JSON": everywhere({"kind": "body", "raw": '[{"id": '}, NO_JSON),
    "JSON of another shape": everywhere({"kind": "body", "body": {"surprise": True}}, SHAPE),
    "an empty page where rows were": Weather(
        {"kind": "emptyList"},
        {
            "SecurityRole": SHAPE,
            "PermissionSet": "without a single row; nothing was concluded",
            "ApiKey": r"lists no key of the API member, but the key \w+ signs in, so nothing was concluded",
            "PsaIntegration": SHAPE,
        },
        {},
    ),
    "a body of 100 MB": everywhere({"kind": "huge", "bytes": 100_000_000}, HUGE, FOUND),
    "a declared body of 100 MB": everywhere({"kind": "huge", "bytes": 100_000_000, "declared": True}, HUGE, FOUND),
    "a redirect to another host": everywhere({"kind": "redirect", "location": ELSEWHERE}, REDIRECTED),
    # Only the vendor's API has pages.
    "a Link to another host": Weather({"kind": "link", "location": ELSEWHERE}, {"PermissionSet": LINKED}, {}),
}


def outcomes(calls: Mapping[str, Callable[[], Any]], what: str) -> dict[str, str]:
    """What each call says, an empty text for a success; all at once, as the engine asks, and within bounds."""

    def outcome(call: Callable[[], Any]) -> tuple[str, float]:
        began = monotonic()
        try:
            call()
            return "", monotonic() - began
        except Failed as failed:
            return failed.sentence, monotonic() - began

    with ThreadPoolExecutor(len(calls)) as together:
        found = dict(zip(calls, together.map(outcome, calls.values()), strict=True))
    print(
        f"{what}: {', '.join(f'{name} {took:.1f} s' for name, (_, took) in found.items())} (a {HASTE}th of the usual)"
    )
    assert max(took for _, took in found.values()) < BOUND
    return {name: said for name, (said, _) in found.items()}


def assert_said(found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    for name, said in found.items():
        words = expected.get(name, "")
        assert re.search(words, said) if words else said == "", (name, said)
        assert "defect of umbrella-psa" not in said
        assert "\n" not in said


def reads(provider: Provider, stack: Mapping[str, Remembered]) -> dict[str, Callable[[], Any]]:
    def read(kind: str) -> Callable[[], Any]:
        return lambda: provider.read(kind, stack[kind].id, stack[kind].outputs)

    return {kind: read(kind) for kind in READS}


def writes(provider: Provider, estate: Estate) -> dict[str, Callable[[], Any]]:
    """A second role, a second key, and another pair into the sink: what a rotation does, and a little more."""
    role, key, sink = (estate.stack[kind] for kind in ("SecurityRole", "ApiKey", "PsaIntegration"))
    pair = estate.mint(estate.made.tagged)
    return {
        "a role": lambda: provider.create("SecurityRole", {**role.asked, "name": "Second"}),
        "a key": lambda: provider.create("ApiKey", {**key.inputs, "rotate": "spring"}),
        "the sink": lambda: provider.update("PsaIntegration", sink.id, sink.outputs, {**sink.inputs, **pair}),
    }


@pytest.mark.parametrize("name", WEATHER)
def test_bad_weather_is_told_in_time_and_costs_nothing(name: str, start: Start, estate: Estate) -> None:
    weather, company, provider = WEATHER[name], estate.company, start(launcher=LAUNCHER)

    break_out(company, weather.fault, "GET")
    assert_said(outcomes(reads(provider, estate.stack), f"{name}, reads"), weather.reads)
    company.forget_faults()
    assert company.writes() == []

    if weather.writes or weather.fault["kind"] == "rateLimit":
        calls = writes(provider, estate)
        break_out(company, weather.fault, "POST", "PUT")
        assert_said(outcomes(calls, f"{name}, writes"), weather.writes)
        company.forget_faults()
    assert_nothing_is_lost(start, estate)


def break_out(company: Company, fault: dict[str, Any], *methods: str) -> None:
    for method in methods:
        company.fault(path=VENDORS, method=method, **fault)


def assert_nothing_is_lost(start: Start, estate: Estate) -> None:
    """Once it is over another run reads what was there, makes what is missing, and retires what is too much."""
    company, stack = estate.company, estate.stack
    assert company.dead_moments() == []
    assert [role["name"] for role in company.ask("GET", "")["roles"]].count("Second") <= 1
    provider = start()
    for kind in ("SecurityRole", "PermissionSet", "ApiMember", "ApiKey"):
        assert provider.read(kind, stack[kind].id, stack[kind].outputs).outputs == stack[kind].outputs
    provider.create("SecurityRole", {**stack["SecurityRole"].asked, "name": "Second"})
    for kind in ("PsaIntegration", "KeyRetirement"):
        live = provider.read(kind, stack[kind].id, stack[kind].outputs).outputs
        provider.update(kind, stack[kind].id, live, stack[kind].inputs)
    assert [role["name"] for role in company.ask("GET", "")["roles"]].count("Second") == 1
    assert [key["publicKey"] for key in company.member()["keys"]] == [estate.made.public_key]
    assert company.sink()["publicKey"] == estate.made.public_key
    assert company.dead_moments() == []
