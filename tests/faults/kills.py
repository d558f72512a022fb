"""Killing a run at every request: learn the requests from an undisturbed twin, then stop each in turn and kill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from subprocess import SubprocessError
from typing import Literal

from tests.faults.oracle import judge_history
from tests.faults.outcome import Outcome
from tests.faults.processes import WAYS, Started, Way
from tests.faults.stories import Story
from tests.faults.tenant import Field, Tenant

When = Literal["before", "after"]
_WHENS: tuple[When, ...] = ("before", "after")
_READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Moment:
    """Before or after the request at this place in the run."""

    place: int
    when: When
    way: Way
    request: str

    def __str__(self) -> str:
        return f"{self.way} killed {self.when} request {self.place + 1}, {self.request}"


def rehearse(story: Story, field: Field) -> list[str]:
    """The requests of an undisturbed run, oldest first."""
    twin = field.tenant()
    environment = story.prepare(twin)
    since = twin.last_request()
    twin.stack.pulumi(*story.command(twin)[1:-1], expect=0, **environment)
    return [f"{one['method']} {one['route'] or one['path']}" for one in twin.company.requests(since)]


def moments(requests: list[str], ways: tuple[Way, ...] = WAYS) -> Iterator[Moment]:
    for place, request in enumerate(requests):
        for when in _WHENS:
            for way in ways:
                yield Moment(place, when, way, request)


def kill_at(moment: Moment, story: Story, tenant: Tenant) -> Outcome:
    """Kill there, run the same again, judge."""
    outcome, stack = Outcome(str(moment)), tenant.stack
    environment = story.prepare(tenant)
    hold = tenant.company.hold(moment.place, moment.when)
    run = Started(stack, *story.command(tenant), **environment)
    number = run.until(hold)
    assert number is not None, f"the run ended before this request came: {run.text()}"
    run.kill(moment.way)
    survivors = run.survivors()
    hold.release()
    late = [one for one in tenant.company.requests(number) if one["method"] not in _READS]
    outcome.survivors = len(survivors) + len(late)
    outcome.notes += [f"survived: {each}" for each in survivors]
    outcome.notes += [f"written after the end: {one['method']} {one['path']}" for one in late]
    if tenant.is_locked():
        stack.pulumi("cancel", "--yes", "-s", stack.name)
    again = stack.pulumi(*story.command(tenant)[1:-1], expect=None, **environment)
    outcome.converged = again.code == 0
    if again.code:
        outcome.notes.append(f"the second run exits {again.code}: {' '.join(again.text.split())[-600:]}")
    story.judge(tenant, outcome, **environment)
    judge_history(tenant, outcome)
    return outcome


def attempts(story: Story, field: Field, short: bool) -> Iterator[Callable[[], Iterator[Outcome]]]:
    """All moments of a story, as many to one tenant as it may live through."""
    requests = rehearse(story, field)
    chosen = [one for one in moments(requests) if not short or one.request.split()[0] not in _READS]
    size = story.lives
    for start in range(0, len(chosen), size):
        yield partial(_live_through, story, field, chosen[start : start + size])


def _live_through(story: Story, field: Field, chosen: list[Moment]) -> Iterator[Outcome]:
    """One tenant after the other; a new one where the last was left in another state than wanted."""
    tenant = None
    for moment in chosen:
        tenant = tenant or field.tenant()
        try:
            outcome = kill_at(moment, story, tenant)
        except (AssertionError, SubprocessError, RuntimeError) as problem:
            # What can't be prepared or judged counts as not converged, and the other moments go on.
            outcome = Outcome(str(moment), notes=[" ".join(str(problem).split())[-600:]])
        yield outcome
        if not outcome.good:
            tenant = None
