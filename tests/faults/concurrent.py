"""Two at once on one tenant: two runs, a run and a rotation, two machines without a common lock, a run and a person.

The first is held at a request while the other does all that it wants; then it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.engine.workspace import Run
from tests.faults.kills import is_write, rehearse
from tests.faults.oracle import settle
from tests.faults.outcome import Outcome, expect, guard, has_message
from tests.faults.processes import Started
from tests.faults.stories import FIRST_UP, REPAIR, ROTATION, Story
from tests.faults.tenant import Field, Tenant, get_pulumi_stack
from tests.stories.stack import Printed

Attempts = Iterator[Callable[[], Iterator[Outcome]]]
Place = Mapping[str, Any]
"""A request: the one after so many others (`skip`), or the first with this `method` and `path`."""

LOCKED = ("the stack is currently locked by 1 lock(s)", "Error acquiring the state lock")


@dataclass(frozen=True)
class Edit:
    """What somebody does at the screens, whether it is still so, and what a preview must say then."""

    do: Callable[[Tenant], object]
    stands: Callable[[Tenant], bool]
    says: str


def list_writes(story: Story, field: Field) -> list[tuple[Place, str]]:
    """The places of a run's writes, and what they are."""
    requests = rehearse(story, field)
    return [({"skip": place}, request) for place, request in enumerate(requests) if is_write(request)]


def hold_run(run: Started, tenant: Tenant, place: Place, when: str, meanwhile: Callable[[], object]) -> int:
    """Let something happen while a run stands at a request; the run's own exit code."""
    hold = tenant.company.hold(when, **place)
    run.start()
    assert run.wait_until(hold) is not None, f"the run ended before this request came: {run.read_text()}"
    meanwhile()
    hold.release()
    return run.end()


def assert_one_won(outcome: Outcome, first: Printed, second: Printed) -> None:
    """One came through and the other was locked out. The first may also have lost patience with the request that was
    held (a busy machine), said so, and left the lock to the second."""
    expect(outcome, 0 in (first.code, second.code), f"neither came through: {first.text} {second.text}")
    expect(outcome, first.code == 0 or has_message(first.text), f"no reason is given: {first.text}")
    if first.code == 0:
        expect(
            outcome,
            second.code != 0 and any(sentence in second.text for sentence in LOCKED),
            f"the lock is not named: {second.text}",
        )


def run_two(story: Story, place: Place, field: Field, moment: str) -> Outcome:
    tenant, outcome = field.make_tenant(), Outcome(moment)
    environment = story.prepare(tenant)
    first = Started(tenant.stack, *story.make_command(tenant), **environment)
    second: list[Printed] = []
    code = hold_run(first, tenant, place, "before", lambda: second.append(tenant.stack.up(expect=None, **environment)))
    settle(tenant, outcome, **environment)
    assert_one_won(outcome, Run(code, first.read_text()), second[0])
    return outcome


def run_and_rotate(place: Place, field: Field, moment: str) -> Outcome:
    """A repair under way, when somebody rotates: the rotation is refused, and done by the next plain `up`."""
    tenant, outcome = field.make_tenant(), Outcome(moment)
    tenant.stack.up()
    old = tenant.list_made().sink["publicKey"]
    REPAIR.prepare(tenant)
    first = Started(tenant.stack, *REPAIR.make_command(tenant))
    rotated: list[Printed] = []

    def rotate() -> None:
        stack = get_pulumi_stack(tenant)
        rotated.append(stack.run_command("rotate", stack.name, expect=None))

    code = hold_run(first, tenant, place, "before", rotate)
    settle(tenant, outcome)
    assert_one_won(outcome, Run(code, first.read_text()), rotated[0])
    named = rotated[0].code == 0 or "the rotation is not finished" in rotated[0].text
    expect(outcome, named, f"rotate: {rotated[0].text}")
    expect(outcome, tenant.list_made().sink["publicKey"] != old, "the next run did not finish the rotation")
    return outcome


def rotate_and_run(place: Place, field: Field, moment: str) -> Outcome:
    """A rotation under way, when somebody runs `up`."""
    tenant, outcome = field.make_tenant(), Outcome(moment)
    tenant.stack.up()
    old = tenant.list_made().sink["publicKey"]
    first = Started(tenant.stack, "python", "-m", "stacks", "rotate", get_pulumi_stack(tenant).name)
    second: list[Printed] = []
    code = hold_run(first, tenant, place, "before", lambda: second.append(tenant.stack.up(expect=None)))
    settle(tenant, outcome)
    assert_one_won(outcome, Run(code, first.read_text()), second[0])
    expect(outcome, tenant.list_made().sink["publicKey"] != old, "nothing was rotated")
    return outcome


def run_two_machines(story: Story, place: Place, when: str, field: Field, moment: str) -> Outcome:
    """Backends of their own, so nothing but the site itself is between them. Whoever came through runs once more."""
    tenant, outcome = field.make_tenant(), Outcome(moment)
    environment = story.prepare(tenant)
    other = field.copy(tenant)
    first = Started(tenant.stack, *story.make_command(tenant), **environment)
    codes: list[int] = []
    slow = hold_run(first, tenant, place, when, lambda: codes.append(other.stack.up(expect=None, **environment).code))
    winner = tenant if slow == 0 else other
    settle(winner, outcome, **environment)
    expect(outcome, 0 in (slow, *codes), f"neither came through: {first.read_text()} {other.stack.seen[0]}")
    for code, text in ((slow, first.read_text()), (codes[0], other.stack.seen[0])):
        expect(outcome, code == 0 or has_message(text), f"no reason is given: {text}")
    loser = other if winner is tenant else tenant
    outcome.leaks += len(loser.stack.find_leaks())
    return outcome


_TICKETS, _PRIORITY = "Service Desk / Service Tickets", "Service / Priority"


def _change_level(tenant: Tenant) -> None:
    role = tenant.company.role()["id"]
    tenant.company.ask("PUT", f"/roles/{role}/levels", {_TICKETS: {"delete": "All"}})


def _change_table(tenant: Tenant) -> None:
    tenant.company.ask("PUT", f"/roles/{tenant.company.role()['id']}/tables", {"allow": [_PRIORITY]})


def _change_name(tenant: Tenant) -> None:
    tenant.company.ask("PATCH", f"/apiMembers/{tenant.company.member()['id']}", {"name": "Somebody"})


def _switch_sink(tenant: Tenant) -> None:
    tenant.company.set_sink(publicKey=tenant.company.sink()["publicKey"], enabled=False)


EDITS = {
    "a level": Edit(
        _change_level,
        lambda tenant: "delete" in tenant.company.role()["levels"].get(_TICKETS, {}),
        f"{_TICKETS}: delete is All, should be None (wider).",
    ),
    "the tables": Edit(
        _change_table,
        lambda tenant: list(tenant.company.role()["tables"]) == [_PRIORITY],
        "Table Setup: Service / Service Board is not allowed, should be (narrower).",
    ),
    "the member's name": Edit(
        _change_name,
        lambda tenant: bool(tenant.company.member()["name"] == "Somebody"),
        "The API member Umbrella is named 'Somebody', should be 'Cisco Umbrella'.",
    ),
    "the console's switch": Edit(
        _switch_sink,
        lambda tenant: not tenant.company.sink()["enabled"],
        "has its PSA integration disabled; it should be enabled.",
    ),
}


def run_and_person(story: Story, place: Place, edit: Edit, field: Field, moment: str) -> Outcome:
    """Somebody edits at the screens during a run. One wins, and it is told: the run wrote over the edit, or the next
    preview names what stands; a run that ended with an error says why."""
    tenant, outcome = field.make_tenant(), Outcome(moment)
    environment = story.prepare(tenant)
    run = Started(tenant.stack, *story.make_command(tenant), **environment)
    code = hold_run(run, tenant, place, "before", lambda: edit.do(tenant))
    stands = edit.stands(tenant)
    preview = tenant.stack.preview(expect=None, **environment)
    settle(tenant, outcome, **environment)
    expect(outcome, code == 0 or has_message(run.read_text()), f"no reason is given: {run.read_text()}")
    if stands:
        expect(
            outcome,
            preview.code == tenant.stack.drifted and edit.says in preview.text,
            f"the edit is not told: {preview.text}",
        )
    elif code == 0:
        expect(outcome, preview.code == 0, f"written over, and something is left to do: {preview.text}")
    return outcome


def list_two_runs(field: Field, short: bool) -> Attempts:
    for story in (FIRST_UP, ROTATION):
        for place, request in list_writes(story, field)[: 1 if short else None]:
            yield guard(f"{story.name} beside up at {request}", partial(run_two, story, place, field))


def up_and_rotate(field: Field, short: bool) -> Attempts:
    for place, request in list_writes(REPAIR, field)[: 1 if short else None]:
        yield guard(f"rotate beside repair at {request}", partial(run_and_rotate, place, field))
    for place, request in list_writes(ROTATION, field)[: 1 if short else None]:
        yield guard(f"up beside rotate at {request}", partial(rotate_and_run, place, field))


def list_two_machines(field: Field, short: bool) -> Attempts:
    for story in (FIRST_UP, ROTATION):
        for place, request in list_writes(story, field)[-1 if short else None :]:
            for when in ("before", "after"):
                moment = f"{story.name} beside another machine's, held {when} {request}"
                yield guard(moment, partial(run_two_machines, story, place, when, field))


def up_and_person(field: Field, short: bool) -> Attempts:
    for story in (ROTATION, REPAIR):
        for place, request in list_writes(story, field)[: 1 if short else None]:
            for what, edit in EDITS.items():
                moment = f"{story.name}: somebody changes {what} at {request}"
                yield guard(moment, partial(run_and_person, story, place, edit, field))
