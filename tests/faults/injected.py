"""Bad networks and bad servers: each kind of weather during a first run, a rotation and a repair, at telling requests.

The providers have a tenth of their usual patience during the weather. Then it clears, and one plain `up` has to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain, cycle
from time import monotonic, sleep
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.contract.faults import FAULTS, LISTS_ONLY
from tests.engine.faults import HASTY, break_out, find_bad_messages, read_recorded
from tests.faults.oracle import settle
from tests.faults.outcome import Outcome, expect
from tests.faults.reused_tenants import Attempt, Moment, share_out
from tests.faults.stories import FIRST_UP, REPAIR, ROTATION, Story
from tests.faults.tenant import Field, Tenant, get_pulumi_stack
from tests.stories.disturbances import clear_up
from tests.unit.providers.http.nobody import NOBODY


class Place(NamedTuple):
    """The requests that the weather is over."""

    what: str
    method: str
    path: str


ROLES = Place("the look for the role", "GET", "/securityroles$")
LISTS = Place("the lists", "GET", "/settings$|/keys$|/securityroles$")
LOOK = Place("the look at the sink", "GET", "/psaIntegration$")
MINT = Place("the mint", "POST", "/keys$")
MEMBER = Place("the member's repair", "PATCH", "/apiMembers/")
SINK = Place("the sink", "PUT", "/psaIntegration$")
REVOCATION = Place("the revocation", "DELETE", "/keys/")

ARRIVAL = 120  # seconds; a silent request takes 20

READS = {FIRST_UP.name: ROLES, ROTATION.name: LISTS, REPAIR.name: LOOK}
WRITES = {FIRST_UP.name: (MINT, SINK), ROTATION.name: (MINT, SINK, REVOCATION), REPAIR.name: (SINK, MEMBER)}
_AFTER = ("a reset after the commit", "502 after the commit")  # of a read that is the same as before

ADDRESSES = {
    "connectwise:site": "UMBRELLA_PSA_CONNECTWISE_SITE",
    "connectwise:gatewayUrl": "UMBRELLA_PSA_CONNECTWISE_GATEWAY_URL",
    "umbrella:gatewayUrl": "UMBRELLA_PSA_UMBRELLA_GATEWAY_URL",
}
"""The settings that say who is spoken to, and how a run's environment sets them."""


def inject_faults(story: Story, field: Field, short: bool) -> Iterator[Attempt]:
    """Every fault at a read and, in turn, at one of the writes; every address where nobody is to be trusted.

    Of a rotation, where there is most to lose, everything; of the other two one request for each fault.
    """
    chosen = list(chain(_list_faults(story), _list_addresses(story, field)))
    return share_out(chosen[:: 6 if short else 1], field, story.lives)


def _list_faults(story: Story) -> Iterator[Moment]:
    writes, thorough = cycle(WRITES[story.name]), story is ROTATION
    for number, name in enumerate(FAULTS):
        read = name not in _AFTER and (thorough or name in LISTS_ONLY or number % 3 == 0)
        if read:
            yield _make_moment(name, LISTS if name in LISTS_ONLY else READS[story.name], story)
        if name not in LISTS_ONLY and (thorough or not read):
            yield _make_moment(name, next(writes), story)


def _list_addresses(story: Story, field: Field) -> Iterator[Moment]:
    keys = list(ADDRESSES)
    for number, name in enumerate(NOBODY):
        for key in keys if story is ROTATION else keys[number : number + 1]:
            yield f"{name} at {key}", partial(run_at_nobody, name, key, story, field)


def _make_moment(name: str, place: Place, story: Story) -> Moment:
    return f"{name} at {place.what}", partial(run_with_fault, name, place, story)


def run_with_fault(name: str, place: Place, story: Story, tenant: Tenant, moment: str) -> Outcome:
    """One run in this weather, and a plain one when it is over."""
    environment = story.prepare(tenant)
    fault = break_out(get_pulumi_stack(tenant), place.method, place.path, FAULTS[name])
    _, notes = _run(story, tenant, {**environment, **HASTY})
    if not tenant.company.simulator.ask("GET", f"/faults/{fault}")["hits"]:
        notes.append("the weather never came: there was no such request")
    clear_up(tenant.stack)
    arrive(tenant)
    return _settle(tenant, Outcome(moment), notes, environment)


def arrive(tenant: Tenant) -> None:
    """Wait for what is still to be acted on, long after its client gave up. An answer that nobody reads may drip on."""
    until = monotonic() + ARRIVAL
    while any(request["status"] is request["ms"] is None for request in tenant.company.requests()):
        assert monotonic() < until, "a request never came to its end"
        sleep(0.2)


def run_at_nobody(name: str, key: str, story: Story, field: Field, tenant: Tenant, moment: str) -> Outcome:
    """The same, where an address leads to nobody, or to somebody who is not to be trusted."""
    environment = story.prepare(tenant)
    with NOBODY[name](field.make_folder() / "tls") as (origin, trust):
        there = f"{origin}{urlsplit(tenant.company.settings()[key]).path}"
        code, notes = _run(story, tenant, {**environment, **HASTY, ADDRESSES[key]: there, **trust})
    if code == 0:
        notes.append("it came through, though nobody was there")
    return _settle(tenant, Outcome(moment), notes, environment)


def _run(story: Story, tenant: Tenant, environment: dict[str, str]) -> tuple[int, list[str]]:
    """Its exit code, and what is wrong with how it ended. No resource may be lost from the state."""
    stack = get_pulumi_stack(tenant)
    before, began = read_recorded(stack), monotonic()
    run = stack.run_pulumi(*story.make_command(tenant)[1:-1], expect=None, **environment)
    wrong = find_bad_messages(run, monotonic() - began)
    lost = before.keys() - read_recorded(stack).keys()
    return run.code, wrong + [f"the state has lost {name}" for name in sorted(lost)]


def _settle(tenant: Tenant, outcome: Outcome, wrong: list[str], environment: dict[str, str]) -> Outcome:
    settle(tenant, outcome, **environment)
    expect(outcome, not wrong, "; ".join(wrong))
    return outcome
