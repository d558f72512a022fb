"""Random histories through the real engine, warm: 30, the same in every run of the suite; `make faults` takes 300.

What the model of the engine (run.py) can't be wrong about here: there is none. The oracle is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from simulator.server import Running
from stacks.fleet.warm_process import WarmProcess
from tests.engine.workspace import Workspace
from tests.histories.counts import Counts
from tests.histories.engine_model import EngineTenantModel
from tests.histories.killable import FakeTime
from tests.histories.machine import Histories
from tests.histories.test_histories import ONE

PARTS = (1, 2, 3)
COUNT = int(os.environ.get("ENGINE_HISTORIES", "30"))
_SECONDS = 120  # for one history, on a machine with ten times the load that it can bear


@pytest.fixture
def workspace(tmp_path: Path, warm: WarmProcess) -> Workspace:
    return replace(Workspace.link_product(tmp_path), warm=warm)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.timeout(_SECONDS * COUNT // len(PARTS))
def test_the_real_engine_ends_every_history_as_its_model_does(
    part: int, workspace: Workspace, record_property: Callable[[str, object], None]
) -> None:
    tally = Counts()
    with Running() as running:

        class EngineHistories(Histories):
            def make_tenant(self) -> EngineTenantModel:
                return EngineTenantModel(running, FakeTime(), workspace)

        EngineHistories.running, EngineHistories.tally = running, tally
        for number in range(COUNT // len(PARTS)):
            one = settings(ONE, stateful_step_count=4, phases=(Phase.generate,))
            run_state_machine_as_test(seed(f"engine {part} {number}")(EngineHistories), settings=one)
    print(f"{tally['histories']} histories, {tally['runs']} runs of the engine, {tally['steps']} steps")
    assert tally["histories"] >= 0.9 * (COUNT // len(PARTS))
    assert tally["runs"] > tally["histories"]
