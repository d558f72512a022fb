"""The most telling moment of each verb; `make faults` takes them all (docs/reliability.md)."""

from __future__ import annotations

from functools import partial

import pytest

from tests.faults import injected
from tests.faults.concurrent import EDITS, rotate_and_run, run_and_person, run_and_rotate, run_two, run_two_machines
from tests.faults.kills import Moment, kill_at, list_moments
from tests.faults.refused import be_refused
from tests.faults.stories import DESTROY, FIRST_UP, NEW_KEY, REPAIR, ROTATION, Story
from tests.faults.tenant import Field

TELLING = [
    # The key is made and nobody knows its private half.
    (FIRST_UP, Moment("after", "engine", "POST the key", path="/keys$")),
    # Umbrella holds the new key, the state does not know it, and the old one still works.
    (ROTATION, Moment("after", "session", "PUT the sink", path="/psaIntegration$")),
    # Half of what drifted is put right.
    (REPAIR, Moment("before", "engine", "PATCH the member", path="/apiMembers/")),
    # Umbrella's key was deleted by somebody; the next is made and nobody knows its private half.
    (NEW_KEY, Moment("after", "engine", "POST the key", path="/keys$")),
    # The key is gone, and the state still has it.
    (DESTROY, Moment("after", "session", "DELETE the key", path="/keys/")),
]


@pytest.mark.timeout(900)  # half a dozen runs of the engine, on a machine that may be busy
@pytest.mark.parametrize(("story", "moment"), TELLING, ids=[story.name for story, _ in TELLING])
def test_a_run_killed_there_converges_when_it_is_run_again(story: Story, moment: Moment, field: Field) -> None:
    outcome = kill_at(moment, story, field.make_tenant(), str(moment))
    assert outcome.good, outcome


MUTE = [
    # The role is made, and nothing says whose it is.
    (FIRST_UP, Moment("after", "engine", "POST the role", path="/securityroles$")),
    # So is the member.
    (FIRST_UP, Moment("after", "session", "POST the member", path="/apiMembers$")),
    (DESTROY, Moment("after", "engine", "PATCH the member", path="/apiMembers/")),
]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("story", "moment"), MUTE, ids=["role", "member", "destroy"])
def test_so_it_does_at_a_site_that_does_not_tell_who_we_are(story: Story, moment: Moment, field: Field) -> None:
    tenant = field.at_mute_sites().make_tenant()
    outcome = kill_at(moment, story, tenant, str(moment))
    assert outcome.good, outcome


MINT = {"method": "POST", "path": "/keys$"}
SINK = {"method": "PUT", "path": "/psaIntegration$"}
REVOCATION = {"method": "DELETE", "path": "/keys/"}
AT_ONCE = {
    # The first is about to mint; the second must not.
    "two up": partial(run_two, FIRST_UP, MINT),
    "a repair and rotate": partial(run_and_rotate, SINK),
    "rotate and up": partial(rotate_and_run, SINK),
    # Both have minted; the first still wants to revoke what it took for the old key.
    "two machines": partial(run_two_machines, ROTATION, REVOCATION, "before"),
    # The first is about to write a key that the other one has found left over and revoked.
    "two machines at the sink": partial(run_two_machines, ROTATION, SINK, "before"),
    # The new key is made, and somebody switches off the integration that it is for.
    "up and a person": partial(run_and_person, ROTATION, SINK, EDITS["the console's switch"]),
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", AT_ONCE)
def test_of_two_at_once_one_wins_and_the_other_says_so(what: str, field: Field) -> None:
    outcome = AT_ONCE[what](field, what)
    assert outcome.good, outcome


@pytest.mark.timeout(900)
def test_a_rotation_on_a_sink_that_is_silent_converges_when_it_speaks_again(field: Field) -> None:
    outcome = injected.run_with_fault("silence", injected.SINK, ROTATION, field.make_tenant(), "silence at the sink")
    assert outcome.good, outcome


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("first", "then"), [("up --run-program", "destroy"), ("refresh --run-program", "preview")])
def test_what_a_refused_run_recorded_is_worked_with_by_no_plain_verb(first: str, then: str, field: Field) -> None:
    outcome = be_refused(first, then, field.make_tenant(), f"{first}, set back, {then}")
    assert outcome.good, outcome


def test_a_read_is_one_moment_and_a_write_is_two() -> None:
    found = [(moment.when, moment.way, moment.place) for moment in list_moments(["GET /a", "PUT /b"])]
    assert found == [
        ("before", "engine", 0),
        ("before", "session", 0),
        *((when, way, 1) for when in ("before", "after") for way in ("engine", "session")),
    ]
