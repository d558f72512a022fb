"""Bad networks and bad servers, for the vendor's API and both gateways: a bounded wait, a clear sentence, nothing lost.

Each kind of weather is asked for reads and for writes at once. Afterwards everything is read as it was, and what the
writes left (one role, one key at most) is what the next run takes up or retires. The provider has a tenth of its usual
patience, see hasty.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

import pytest

from providers import connections
from providers.http.clock import Deadlines
from tests.contract.company import Company
from tests.contract.conftest import Start
from tests.contract.driver import Failed, Provider
from tests.contract.faults import FAULTS, LISTS_ONLY
from tests.contract.hasty import HASTE, LAUNCHER
from tests.contract.tenant_fixture import RecordedResource, TenantFixture

VENDORS = "/apis/3.0|/gateway/"
# A provider works at four calls at a time (pulumi.dynamic), so seven reads come in two waves; and a machine is busy.
WAVES = 2
DEADLINE = Deadlines().total / HASTE
BOUND = WAVES * DEADLINE + connections.GATEWAY_DEADLINES.total / HASTE  # a gateway gets as long as it may take
# What was not answered is looked for, which is a request of its own.
ASKS_TWICE = ("a role", "a key")

CUT = "broke the connection before its answer was complete"
SLOW = "did not answer in full before the deadline"
# Said of a pause that another of these calls was asked for: it may be over in time for one, and not for the next.
PAUSED = "asks us to wait, and then has more requests waiting than can be sent in time; run again later"
BUSY = rf"can't serve .*; (wait (\d+ seconds )?and run again|try again later)\.|{PAUSED}"
AN_HOUR = rf"can't serve .*; (wait 3600 seconds and run again|try again later)\.|{PAUSED}"
NO_JSON = "instead of JSON; check that the address is the API's and that no proxy or sign-in page stands before it"
SHAPE = "the answer was ignored"
FAILED = r"failed.* \(HTTP 50[02]: .*\); run again, and look at "
REDIRECTED = "redirects to another host, elsewhere.example.com, and redirects are not followed"
HUGE = "sent more than 16,777,216 bytes in one answer"
# Its path is asked for where we were sent, and is not there.
LINKED = r"GET the next page was answered by something before the site, such as a filter or a proxy \(HTTP 404\)"

READS = (
    "SecurityRole",
    "PermissionSet",
    "ApiMember",
    "ApiKey",
    "AccessProof",
    "PsaIntegration",
    "KeyRetirement",
)
WRITES = ("a role", "a key", "the sink")
ASK_THE_SITE = ("SecurityRole", "PermissionSet", "ApiMember", "AccessProof")
# What the lookup says in words of its own.
FIRST = dict.fromkeys(
    ("500", "502 with HTML", "502 after the commit", "503"),
    r"answered the company lookup with HTTP 50[023]; check that connectwise:site is",
) | {"JSON of another shape": "answered the company lookup without a codebase"}


class Words(NamedTuple):
    """What each call says of a weather; a call that is not named succeeds."""

    reads: Mapping[str, str]
    writes: Mapping[str, str]


def everywhere(says: str, *spared: str) -> Words:
    """All calls end in this sentence, except for those that find their way."""
    reads, writes = ({name: says for name in names if name not in spared} for names in (READS, WRITES))
    return Words(reads, writes)


# A role whose making was not answered is looked for, and found.
FOUND = "a role"
WORDS = {
    "a reset before the commit": everywhere(CUT),
    "a reset after the commit": everywhere(CUT, FOUND),
    "a reply cut short": everywhere(CUT, FOUND),
    "silence": everywhere(SLOW),
    "a slow drip": everywhere(SLOW, FOUND),
    "429 with seconds": everywhere("", *READS, *WRITES),
    "429 with a date": everywhere("", *READS, *WRITES),
    "429 without a word": everywhere("", *READS, *WRITES),
    "a storm of 429": everywhere(BUSY),
    "429 for an hour": everywhere(AN_HOUR),
    "500": everywhere(FAILED),
    "502 with HTML": everywhere(FAILED),
    "502 after the commit": everywhere(FAILED),
    "503": everywhere(BUSY),
    "a wrong content type": everywhere(NO_JSON),
    "invalid JSON": everywhere(NO_JSON),
    "JSON of another shape": everywhere(SHAPE),
    "an empty page where rows were": Words(
        {
            "SecurityRole": SHAPE,
            "PermissionSet": "without a single row; the answer was ignored",
            "ApiMember": SHAPE,
            "ApiKey": r"lists no key of the API member, but the key \w+ signs in, so the answer was ignored",
            # To `AccessProof` it is a key that may nothing: drift, which the next `up` proves again.
            "PsaIntegration": SHAPE,
        },
        {},
    ),
    "a body of 100 MB": everywhere(HUGE, FOUND),
    "a declared body of 100 MB": everywhere(HUGE, FOUND),
    "a redirect to another host": everywhere(REDIRECTED),
    "a Link to another host": Words({"PermissionSet": LINKED, "AccessProof": LINKED}, {}),
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
    spent = {name: took for name, (_, took) in found.items()}
    print(f"{what}: {', '.join(f'{name} {took:.1f} s' for name, took in spent.items())} (a {HASTE}th of the usual)")
    assert [name for name, took in spent.items() if took >= BOUND * (2 if name in ASKS_TWICE else 1)] == [], spent
    return {name: said for name, (said, _) in found.items()}


def assert_said(found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    for name, said in found.items():
        words = expected.get(name, "")
        assert re.search(words, said) if words else said == "", (name, said)
        assert "defect of umbrella-psa" not in said
        assert "\n" not in said


def reads(provider: Provider, stack: Mapping[str, RecordedResource]) -> dict[str, Callable[[], Any]]:
    def read(kind: str) -> Callable[[], Any]:
        return lambda: provider.read(kind, stack[kind].id, stack[kind].outputs)

    return {kind: read(kind) for kind in READS}


def writes(provider: Provider, tenant_fixture: TenantFixture) -> dict[str, Callable[[], Any]]:
    """A second role, a second key, and another pair into the sink: what a rotation does, and a little more."""
    kinds = ("SecurityRole", "ApiKey", "AccessProof", "PsaIntegration")
    role, key, proof, sink = (tenant_fixture.stack[kind] for kind in kinds)
    pair = tenant_fixture.mint(tenant_fixture.made.full_description)
    with suppress(Failed):  # where nobody answers, the sink's own question says so
        provider.update("AccessProof", proof.id, proof.outputs, {**proof.inputs, **pair})
    tried = {**pair, "proved": pair["key_id"], "escrowed": pair["key_id"]}
    return {
        "a role": lambda: provider.create("SecurityRole", {**role.asked, "name": "Second"}),
        "a key": lambda: provider.create("ApiKey", {**key.inputs, "rotate": "spring"}),
        "the sink": lambda: provider.update("PsaIntegration", sink.id, sink.outputs, {**sink.inputs, **tried}),
    }


def test_every_weather_has_its_words() -> None:
    assert WORDS.keys() == FAULTS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_bad_weather_is_told_in_time_and_costs_nothing(name: str, start: Start, tenant_fixture: TenantFixture) -> None:
    fault, words, company, provider = FAULTS[name], WORDS[name], tenant_fixture.company, start(launcher=LAUNCHER)

    break_out(company, fault, "GET")
    assert_said(outcomes(reads(provider, tenant_fixture.stack), f"{name}, reads"), words.reads)
    company.forget_faults()
    assert company.list_writes() == []

    if words.writes or fault["kind"] == "rateLimit":
        calls = writes(provider, tenant_fixture)
        break_out(company, fault, "POST", "PUT")
        assert_said(outcomes(calls, f"{name}, writes"), words.writes)
        company.forget_faults()
    assert_nothing_is_lost(start, tenant_fixture)


@pytest.mark.parametrize("name", [one for one in FAULTS if one not in LISTS_ONLY])
def test_bad_weather_over_the_first_request_of_a_run_is_told_in_time(
    name: str, start: Start, tenant_fixture: TenantFixture
) -> None:
    """Where the site's API is, is asked once by all; what only a gateway is asked for does without."""
    fault, company, provider = FAULTS[name], tenant_fixture.company, start(launcher=LAUNCHER)
    company.inject_fault(path="/login/companyinfo", **fault)
    found = outcomes(reads(provider, tenant_fixture.stack), f"{name}, first request")
    passes = fault["kind"] == "rateLimit" and "times" in fault
    assert_said(found, {} if passes else {kind: FIRST.get(name, WORDS[name].reads[kind]) for kind in ASK_THE_SITE})
    company.forget_faults()
    assert_nothing_is_lost(start, tenant_fixture)


def test_all_seven_reads_together_on_a_silent_site_take_two_deadlines_not_seven(
    start: Start, tenant_fixture: TenantFixture
) -> None:
    """They share what they have to ask first, and must share that it was not answered: nobody queues behind it."""
    provider = start(launcher=LAUNCHER)
    tenant_fixture.company.inject_fault(path="", **FAULTS["silence"])
    found = outcomes(reads(provider, tenant_fixture.stack), "silence everywhere")
    assert_said(found, dict.fromkeys(found, SLOW))
    tenant_fixture.company.forget_faults()


def break_out(company: Company, fault: dict[str, Any], *methods: str) -> None:
    for method in methods:
        company.inject_fault(path=VENDORS, method=method, **fault)


def assert_nothing_is_lost(start: Start, tenant_fixture: TenantFixture) -> None:
    """Once it is over another run reads what was there, makes what is missing, and retires what is too much."""
    company, stack = tenant_fixture.company, tenant_fixture.stack
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
    assert [key["publicKey"] for key in company.member()["keys"]] == [tenant_fixture.made.public_key]
    assert company.sink()["publicKey"] == tenant_fixture.made.public_key
    assert company.dead_moments() == []
