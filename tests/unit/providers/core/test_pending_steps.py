"""Open steps: recorded by the engine, and in the way of everything that comes after them in the same run."""

from __future__ import annotations

import pytest

from providers.core.errors import ManualActionRequired, WorkOrder
from providers.core.pending_steps import PendingSteps, describe_pending_step

FIRST, SECOND = WorkOrder("do this", "## do this"), WorkOrder("do that", "## do that")


def test_nothing_is_refused_while_no_step_is_open() -> None:
    PendingSteps().refuse_while_open()


def test_the_first_open_step_is_what_everything_after_it_waits_for() -> None:
    steps = PendingSteps()
    steps.open(FIRST)
    steps.open(SECOND)
    with pytest.raises(ManualActionRequired) as refused:
        steps.refuse_while_open()
    assert refused.value is FIRST


def test_an_open_step_is_told_as_not_known_to_be_undone() -> None:
    assert describe_pending_step(FIRST.title) == (
        "Open step for a person when this run began: do this. `pulumi up` looks if it is done, and says how if not."
    )
