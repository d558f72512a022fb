"""Every line of the table: a name, and what gives its moments. A new kind of fault is one more entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.faults import kills, together, weather
from tests.faults.disturbed import disturbances
from tests.faults.lives import Attempt
from tests.faults.stories import FIRST_UP, REPAIR, ROTATION, STORIES
from tests.faults.tenant import Field


@dataclass(frozen=True)
class Scenario:
    """`attempts` prepares what all of them need (a rehearsal, say) and gives them; `short`: only the most telling."""

    name: str
    attempts: Callable[[Field, bool], Iterator[Attempt]]


SCENARIOS: tuple[Scenario, ...] = (
    *(Scenario(f"kill: {story.name}", partial(kills.attempts, story)) for story in STORIES),
    *(Scenario(f"weather: {story.name}", partial(weather.weather, story)) for story in (FIRST_UP, ROTATION, REPAIR)),
    Scenario("disturbed rotations", disturbances),
    Scenario("two up at once", together.two_runs_at_once),
    Scenario("up and rotate at once", together.up_and_rotate),
    Scenario("two machines at once", together.machines),
    Scenario("up and a person's edit", together.up_and_person),
)
