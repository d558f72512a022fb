"""Workers killed at random: no tenant is run twice at once, and at the end every one is as wanted, without an orphan.

20 kills; `TEMPORAL_KILLS=1000` of them is a part of `make faults`.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from time import sleep

import pytest

from simulator.remote import RemoteSimulator
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.overlap_guard import OverlapGuard
from tests.fleet.temporal_fleet import TemporalFleet
from tests.fleet.temporal_server import start_server

KILLS = int(os.environ.get("TEMPORAL_KILLS", "20"))
TENANTS = 6
_LONGEST = 5.0  # seconds between two kills


def test_workers_killed_at_random_never_run_a_tenant_twice_at_once(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = [f"tenant-{number}" for number in range(TENANTS)]
    guard, chance = OverlapGuard(tmp_path / "guard"), random.Random(KILLS)
    workspace = Workspace.link_product(tmp_path)
    # A server of its own: workers of other tests have other folders.
    with RemoteSimulator() as simulator, start_server(tmp_path_factory.mktemp("server")) as server:
        stacks = {name: workspace.make_stack(simulator.company(name)) for name in names}
        fleet = TemporalFleet(FleetFolder(workspace, stacks), server, python=guard.python)
        try:
            for _ in range(2):
                fleet.add_worker()
            kills = waves = 0
            while kills < KILLS:
                verb = ("up", "rotate")[waves % 2]
                running = fleet.start(verb, "--all", "--max-failures", str(TENANTS), *(["--force"] * (verb == "up")))
                waves += 1
                while running.poll() is None and kills < KILLS:
                    sleep(chance.uniform(0.2, _LONGEST))
                    fleet.drop(chance.choice(fleet.workers))
                    kills += 1
                    fleet.add_worker()
                text, _ = running.communicate(timeout=600)
                assert running.returncode in (0, 1), text
            fleet.run("up", "--all", "--max-failures", str(TENANTS))
            assert f"{TENANTS} clean" in fleet.run("sweep", "--all")
        finally:
            fleet.stop()
        sys.stdout.write(f"\n{kills} kills in {waves} waves, {len(guard.list_runs())} runs of the engine\n")
        assert guard.list_overlaps() == guard.list_refusals() == []
        assert guard.list_runs()
        for stack in stacks.values():
            assert stack.company.public_keys() == [stack.company.sink()["publicKey"]]
            assert stack.company.dead_moments() == []
