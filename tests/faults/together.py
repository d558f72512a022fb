"""Two at once on one tenant: two runs, a run and a rotation, two machines without a common lock, a run and a person.

The first is held at a request while the other does all that it wants; then it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.engine.workspace import Run
from tests.faults.kills import is_write, rehearse
from tests.faults.oracle import judge_history, judge_live
from tests.faults.outcome import Outcome, guarded
from tests.faults.processes import Started
from tests.faults.stories import FIRST_UP, REPAIR, ROTATION, Story
from tests.faults.tenant import Field, Tenant

Attempts = Iterator[Callable[[], Iterator[Outcome]]]
Edit = Callable[[Tenant], None]

LOCKED = "the stack is currently locked by 1 lock(s)"
_NO_REASON = ("Traceback", "defect of umbrella-psa", "unexpected ")


def writes(story: Story, field: Field) -> list[tuple[int, str]]:
    """The places of a run's writes, and what they are."""
    requests = rehearse(story, field)
    return [(place, request) for place, request in enumerate(requests) if is_write(request)]


def held(run: Started, tenant: Tenant, place: int, when: str, meanwhile: Callable[[], object]) -> int:
    """Let something happen while a run stands at a request; the run's own exit code."""
    hold = tenant.company.hold(when, skip=place)
    run.start()
    assert run.until(hold) is not None, f"the run ended before this request came: {run.text()}"
    meanwhile()
    hold.release()
    return run.end()


def settle(tenant: Tenant, outcome: Outcome, **environment: str) -> None:
    """One plain `up`, after which all must be as wanted."""
    code = tenant.stack.up(expect=None, **environment).code
    outcome.converged = code == 0
    if code:
        outcome.notes.append(f"the plain up exits {code}: {' '.join(tenant.stack.seen[-1].split())[-600:]}")
    judge_live(tenant, outcome, **environment)
    judge_history(tenant, outcome)


def expect(outcome: Outcome, holds: bool, otherwise: str) -> None:
    if not holds:
        outcome.converged = False
        outcome.notes.append(" ".join(otherwise.split())[-600:])


def told(text: str) -> bool:
    """A refusal is a sentence of ours or of the engine's, not a crash."""
    return "error: " in text and not any(word in text for word in _NO_REASON)


def one_won(outcome: Outcome, first: Run, second: Run) -> None:
    """One came through and the other was locked out. The first may also have lost patience with the request that was
    held (a busy machine), said so, and left the lock to the second."""
    expect(outcome, 0 in (first.code, second.code), f"neither came through: {first.text} {second.text}")
    expect(outcome, first.code == 0 or told(first.text), f"no reason is given: {first.text}")
    if first.code == 0:
        expect(outcome, second.code != 0 and LOCKED in second.text, f"the lock is not named: {second.text}")


def two_runs(story: Story, place: int, field: Field, moment: str) -> Outcome:
    tenant, outcome = field.tenant(), Outcome(moment)
    environment = story.prepare(tenant)
    first = Started(tenant.stack, *story.command(tenant), **environment)
    second: list[Run] = []
    code = held(first, tenant, place, "before", lambda: second.append(tenant.stack.up(expect=None, **environment)))
    settle(tenant, outcome, **environment)
    one_won(outcome, Run(code, first.text()), second[0])
    return outcome


def run_and_rotate(place: int, field: Field, moment: str) -> Outcome:
    """A repair under way, when somebody rotates: the rotation is refused, and done by the next plain `up`."""
    tenant, outcome = field.tenant(), Outcome(moment)
    tenant.stack.up()
    old = tenant.made().sink["publicKey"]
    REPAIR.prepare(tenant)
    first = Started(tenant.stack, *REPAIR.command(tenant))
    rotated: list[Run] = []

    def rotate() -> None:
        rotated.append(tenant.stack.verb("rotate", tenant.stack.name, expect=None))

    code = held(first, tenant, place, "before", rotate)
    settle(tenant, outcome)
    one_won(outcome, Run(code, first.text()), rotated[0])
    named = rotated[0].code == 0 or "the rotation is not finished" in rotated[0].text
    expect(outcome, named, f"rotate: {rotated[0].text}")
    expect(outcome, tenant.made().sink["publicKey"] != old, "the next run did not finish the rotation")
    return outcome


def rotate_and_run(place: int, field: Field, moment: str) -> Outcome:
    """A rotation under way, when somebody runs `up`."""
    tenant, outcome = field.tenant(), Outcome(moment)
    tenant.stack.up()
    old = tenant.made().sink["publicKey"]
    first = Started(tenant.stack, "python", "-m", "stacks", "rotate", tenant.stack.name)
    second: list[Run] = []
    code = held(first, tenant, place, "before", lambda: second.append(tenant.stack.up(expect=None)))
    settle(tenant, outcome)
    one_won(outcome, Run(code, first.text()), second[0])
    expect(outcome, tenant.made().sink["publicKey"] != old, "nothing was rotated")
    return outcome


def two_machines(story: Story, place: int, when: str, field: Field, moment: str) -> Outcome:
    """Backends of their own, so nothing but the site itself is between them. Whoever came through runs once more."""
    tenant, outcome = field.tenant(), Outcome(moment)
    environment = story.prepare(tenant)
    other = field.copy(tenant)
    first = Started(tenant.stack, *story.command(tenant), **environment)
    codes: list[int] = []
    slow = held(first, tenant, place, when, lambda: codes.append(other.stack.up(expect=None, **environment).code))
    winner = tenant if slow == 0 else other
    settle(winner, outcome, **environment)
    expect(outcome, 0 in (slow, *codes), f"neither came through: {first.text()} {other.stack.seen[0]}")
    for code, text in ((slow, first.text()), (codes[0], other.stack.seen[0])):
        expect(outcome, code == 0 or told(text), f"no reason is given: {text}")
    loser = other if winner is tenant else tenant
    outcome.leaks += len(loser.stack.leaks())
    return outcome


def _level(tenant: Tenant) -> None:
    role = tenant.company.role()["id"]
    tenant.company.ask("PUT", f"/roles/{role}/levels", {"Service Desk / Service Tickets": {"delete": "All"}})


def _table(tenant: Tenant) -> None:
    tenant.company.ask("PUT", f"/roles/{tenant.company.role()['id']}/tables", {"allow": ["Service / Priority"]})


def _name(tenant: Tenant) -> None:
    tenant.company.ask("PATCH", f"/apiMembers/{tenant.company.member()['id']}", {"name": "Somebody"})


def _switch(tenant: Tenant) -> None:
    tenant.company.set_sink(publicKey=tenant.company.sink()["publicKey"], enabled=False)


EDITS: dict[str, Edit] = {
    "a level": _level,
    "the tables": _table,
    "the member's name": _name,
    "the console's switch": _switch,
}


def run_and_person(story: Story, place: int, edit: Edit, field: Field, moment: str) -> Outcome:
    """Somebody edits at the screens amid a run; the run ends well or says why not, and the next one puts it right."""
    tenant, outcome = field.tenant(), Outcome(moment)
    environment = story.prepare(tenant)
    run = Started(tenant.stack, *story.command(tenant), **environment)
    code = held(run, tenant, place, "before", lambda: edit(tenant))
    settle(tenant, outcome, **environment)
    expect(outcome, code == 0 or told(run.text()), f"no reason is given: {run.text()}")
    return outcome


def two_runs_at_once(field: Field, short: bool) -> Attempts:
    for story in (FIRST_UP, ROTATION):
        for place, request in writes(story, field)[: 1 if short else None]:
            yield guarded(f"{story.name} beside up at {request}", partial(two_runs, story, place, field))


def up_and_rotate(field: Field, short: bool) -> Attempts:
    for place, request in writes(REPAIR, field)[: 1 if short else None]:
        yield guarded(f"rotate beside repair at {request}", partial(run_and_rotate, place, field))
    for place, request in writes(ROTATION, field)[: 1 if short else None]:
        yield guarded(f"up beside rotate at {request}", partial(rotate_and_run, place, field))


def machines(field: Field, short: bool) -> Attempts:
    for story in (FIRST_UP, ROTATION):
        for place, request in writes(story, field)[-1 if short else None :]:
            for when in ("before", "after"):
                moment = f"{story.name} beside another machine's, held {when} {request}"
                yield guarded(moment, partial(two_machines, story, place, when, field))


def up_and_person(field: Field, short: bool) -> Attempts:
    for story in (ROTATION, REPAIR):
        for place, request in writes(story, field)[: 1 if short else None]:
            for what, edit in EDITS.items():
                moment = f"{story.name}: somebody changes {what} at {request}"
                yield guarded(moment, partial(run_and_person, story, place, edit, field))
