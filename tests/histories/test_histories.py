"""At least two hundred random histories, the same in every run of the suite; HISTORIES=5000 makes others, at random.

A failure prints the shrunk history as a program; it belongs into test_found.py as a test of its own.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from simulator.server import Running
from tests.histories.counts import PROPERTY, Counts
from tests.histories.killable import FakeTime
from tests.histories.machine import Histories

LONGER = int(os.environ.get("HISTORIES", "0"))
NUMBER = LONGER or 228
FIRST = secrets.token_hex(4) if LONGER else "the same in every run"

# One at a time: left to itself, Hypothesis spends five of six examples on variations of the one before. The simplest
# example, which comes first, has no run in it and is not counted.
ONE = settings(
    max_examples=2,
    stateful_step_count=7,  # rules after the beginning; the clean runs at the end are not counted
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)

# Only a hang takes as long; on a busy machine a history takes ten times the half second that it needs.
pytestmark = pytest.mark.timeout(10 * NUMBER)


def test_whatever_happened_a_clean_run_brings_exactly_what_is_wanted(
    record_property: Callable[[str, object], None],
) -> None:
    tally, time = Counts(), FakeTime()
    with Running() as running:
        for number in range(NUMBER):
            kind = type("Histories", (Histories,), {"running": running, "time": time, "tally": tally})
            run_state_machine_as_test(seed(f"{FIRST} {number}")(kind), settings=ONE)
    record_property(PROPERTY, dict(tally))
    # One in a hundred has no run in it and is none.
    assert tally["histories"] >= 0.95 * NUMBER
    assert tally.find_missing() == set()
