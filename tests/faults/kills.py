"""Killing a run at every request: learn the requests from an undisturbed twin, then stop each in turn and kill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from simulator.remote import Company, Hold
from tests.faults.oracle import judge_history
from tests.faults.outcome import Outcome
from tests.faults.processes import WAYS, Started, Way
from tests.faults.reused_tenants import Attempt, share_out
from tests.faults.stories import Story
from tests.faults.tenant import Field, Tenant

When = Literal["before", "after"]
_WHENS: tuple[When, ...] = ("before", "after")


@dataclass(frozen=True)
class Moment:
    """Before or after one request of the run: the one at this place, or the first with this method and path."""

    when: When
    way: Way
    request: str
    place: int = 0
    path: str | None = None

    def __str__(self) -> str:
        return f"{self.way} killed {self.when} request {self.place + 1}, {self.request}"

    def hold(self, company: Company) -> Hold:
        if self.path is None:
            return company.hold(self.when, skip=self.place)
        return company.hold(self.when, method=self.request.split()[0], path=self.path)


def rehearse(story: Story, field: Field) -> list[str]:
    """The requests of an undisturbed run, oldest first."""
    twin = field.make_tenant()
    environment = story.prepare(twin)
    since = twin.get_last_request()
    story.run(twin, environment, expect=0)
    return [request["route"] or f"{request['method']} {request['path']}" for request in twin.company.requests(since)]


def list_moments(requests: list[str], ways: tuple[Way, ...] = WAYS) -> Iterator[Moment]:
    """After a read is the same moment as before it: the site is as it was, and the reply did not come."""
    for place, request in enumerate(requests):
        for when in _WHENS if is_write(request) else _WHENS[:1]:
            for way in ways:
                yield Moment(when, way, request, place)


def choose_moments(requests: list[str]) -> Iterator[Moment]:
    """Before and after each write, each in one of the two ways."""
    writes = ((place, request) for place, request in enumerate(requests) if is_write(request))
    for number, (place, request) in enumerate(writes):
        for turn, when in enumerate(_WHENS):
            yield Moment(when, WAYS[(number + turn) % len(WAYS)], request, place)


def is_write(request: str) -> bool:
    return not request.startswith("GET ")


def kill_at(moment: Moment, story: Story, tenant: Tenant, name: str) -> Outcome:
    """Kill there, run the same again, judge."""
    outcome, stack = Outcome(name), tenant.stack
    environment = story.prepare(tenant)
    hold = moment.hold(tenant.company)
    run = Started(stack, *story.make_command(tenant), **environment).start()
    number = run.wait_until(hold)
    assert number is not None, f"the run ended before this request came: {run.read_text()}"
    run.kill(moment.way)
    survivors = run.list_survivors()
    hold.release()
    late = [
        request for request in tenant.company.requests(number) if is_write(f"{request['method']} {request['path']}")
    ]
    outcome.survivors = len(survivors) + len(late)
    outcome.notes += [f"survived: {survivor}" for survivor in survivors]
    outcome.notes += [f"written after the end: {one['method']} {one['path']}" for one in late]
    stack.unlock()
    again = story.run(tenant, environment)
    outcome.converged = again.code == 0
    if again.code:
        outcome.notes.append(f"the second run exits {again.code}: {' '.join(again.text.split())[-600:]}")
    story.judge(tenant, outcome, **environment)
    judge_history(tenant, outcome)
    return outcome


def list_attempts(story: Story, field: Field, short: bool) -> Iterator[Attempt]:
    """All moments of a story, as many to one tenant as it may live through."""
    requests = rehearse(story, field)
    chosen = list(choose_moments(requests) if short else list_moments(requests))
    return share_out([(str(moment), partial(kill_at, moment, story)) for moment in chosen], field, story.lives)
