"""Random histories through the real Terraform or OpenTofu: two, the same in every run of the suite.

TERRAFORM_HISTORIES says how many; `make faults` takes 60. The oracle is that of tests/histories.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from simulator.server import Running
from tests.histories.counts import Counts
from tests.histories.killable import FakeTime
from tests.histories.machine import Histories
from tests.histories.test_histories import ONE
from tests.terraform.history_model import TerraformTenantModel
from tests.terraform.workspace import Workspace

COUNT = int(os.environ.get("TERRAFORM_HISTORIES", "2"))
_SECONDS = 240  # for one history, on a machine with ten times the load that it can bear


@pytest.mark.timeout(_SECONDS * COUNT)
def test_the_real_engine_ends_every_history_as_its_model_does(found_tenant: Callable[..., Workspace]) -> None:
    tally = Counts()
    with Running() as running:

        class TerraformHistories(Histories):
            def make_tenant(self) -> TerraformTenantModel:
                return TerraformTenantModel(running, FakeTime(), found_tenant)

        TerraformHistories.running, TerraformHistories.tally = running, tally
        for number in range(COUNT):
            one = settings(ONE, stateful_step_count=4, phases=(Phase.generate,))
            run_state_machine_as_test(seed(f"terraform {number}")(TerraformHistories), settings=one)
    print(f"{tally['histories']} histories, {tally['runs']} runs of the engine, {tally['steps']} steps")
    assert tally["histories"] >= 0.9 * COUNT
    assert tally["runs"] > tally["histories"]
