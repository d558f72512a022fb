"""Every line of the table: a name, and what gives its moments. A new kind of fault is one more entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.faults import kills, together
from tests.faults.outcome import Outcome
from tests.faults.stories import STORIES
from tests.faults.tenant import Field

Attempt = Callable[[], Iterator[Outcome]]
"""Some moments, one after the other; attempts of one scenario run beside each other."""


@dataclass(frozen=True)
class Scenario:
    """`attempts` prepares what all of them need (a rehearsal, say) and gives them; `short`: only the most telling."""

    name: str
    attempts: Callable[[Field, bool], Iterator[Attempt]]


SCENARIOS: tuple[Scenario, ...] = (
    *(Scenario(f"kill: {story.name}", partial(kills.attempts, story)) for story in STORIES),
    Scenario("two up at once", together.two_runs_at_once),
    Scenario("up and rotate at once", together.up_and_rotate),
    Scenario("two machines at once", together.machines),
    Scenario("up and a person's edit", together.up_and_person),
)
