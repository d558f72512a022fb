"""Every line of the table: a name, and what gives its moments. A new kind of fault is one more entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.faults import concurrent, injected, kills
from tests.faults.disturbed import list_disturbances
from tests.faults.refused import list_refusals
from tests.faults.reused_tenants import Attempt
from tests.faults.stories import DESTROY, FIRST_UP, NEW_KEY, REPAIR, ROTATION, STORIES, Story
from tests.faults.tenant import Field


@dataclass(frozen=True)
class Scenario:
    """`list_attempts` prepares what all of them need (a rehearsal, say) and gives them; `short`: only the most
    telling."""

    name: str
    attempts: Callable[[Field, bool], Iterator[Attempt]]
    anywhere: bool = True
    """Whether it is one of Terraform and OpenTofu, too."""


def _list_at_mute_sites(story: Story, field: Field, short: bool) -> Iterator[Attempt]:
    return kills.list_attempts(story, field.at_mute_sites(), short)


SCENARIOS: tuple[Scenario, ...] = (
    *(Scenario(f"kill: {story.name}", partial(kills.list_attempts, story)) for story in STORIES),
    *(
        Scenario(f"mute site: {story.name}", partial(_list_at_mute_sites, story))
        for story in (FIRST_UP, ROTATION, NEW_KEY, DESTROY)
    ),
    *(
        Scenario(f"weather: {story.name}", partial(injected.inject_faults, story), anywhere=False)
        for story in (FIRST_UP, ROTATION, REPAIR)
    ),
    Scenario("disturbed rotations", list_disturbances),
    Scenario("refused, set back", list_refusals, anywhere=False),
    Scenario("two up at once", concurrent.list_two_runs),
    Scenario("up and rotate at once", concurrent.up_and_rotate, anywhere=False),
    Scenario("two machines at once", concurrent.list_two_machines),
    Scenario("up and a person's edit", concurrent.up_and_person),
)
