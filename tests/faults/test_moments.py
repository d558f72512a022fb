"""The most telling moment of each verb; `make faults` takes them all (docs/reliability.md)."""

from __future__ import annotations

import pytest

from tests.faults.kills import Moment, kill_at, moments
from tests.faults.stories import DESTROY, FIRST_UP, REPAIR, ROTATION, Story
from tests.faults.tenant import Field

TELLING = [
    # The key is made and nobody knows its private half.
    (FIRST_UP, Moment("after", "engine", "POST the key", path="/keys$")),
    # Umbrella holds the new key, the state does not know it, and the old one still works.
    (ROTATION, Moment("after", "session", "PUT the sink", path="/psaIntegration$")),
    # Half of what drifted is put right.
    (REPAIR, Moment("before", "engine", "PATCH the member", path="/apiMembers/")),
    # The key is gone, and the state still has it.
    (DESTROY, Moment("after", "session", "DELETE the key", path="/keys/")),
]


@pytest.mark.timeout(900)  # half a dozen runs of the engine, on a machine that may be busy
@pytest.mark.parametrize(("story", "moment"), TELLING, ids=[story.name for story, _ in TELLING])
def test_a_run_killed_there_converges_when_it_is_run_again(story: Story, moment: Moment, field: Field) -> None:
    outcome = kill_at(moment, story, field.tenant(), str(moment))
    assert outcome.good, outcome


def test_a_read_is_one_moment_and_a_write_is_two() -> None:
    found = [(one.when, one.way, one.place) for one in moments(["GET /a", "PUT /b"])]
    assert found == [
        ("before", "engine", 0),
        ("before", "session", 0),
        *((when, way, 1) for when in ("before", "after") for way in ("engine", "session")),
    ]
