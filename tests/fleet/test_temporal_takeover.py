"""Tenants taken over from another machine: one that is dead, one whose engine still works, one that is cut off.

A dead engine's lock is waited for for 20 seconds in place of 200 (hasty_worker.py); `TEMPORAL_PATIENCE=whole`, a part of
`make faults`, takes the product's own time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from simulator.remote import RemoteSimulator
from stacks.fleet.temporal.attempt import LONGEST_STEP
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.hasty_worker import HASTE
from tests.fleet.overlap_guard import OverlapGuard
from tests.fleet.temporal_fleet import TemporalFleet, wait_until
from tests.fleet.temporal_server import start_server
from tests.fleet.two_machines import TwoMachines, assert_converged, kill_machine, list_writes
from tests.fleet.valve import Valve

WHOLE = os.environ.get("TEMPORAL_PATIENCE") == "whole"
PATIENCE = LONGEST_STEP if WHOLE else LONGEST_STEP / HASTE
NAMES = ("acme", "bell", "core", "dune")
SINK = {"method": "PUT", "path": "/psaIntegration$"}
MINT = {"method": "POST", "path": "/keys$"}
_ENDING = 2.0  # seconds that an engine has for its end once its lock is gone


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoMachines]:
    """Tenants that are up, and no worker."""
    folder = tmp_path_factory.mktemp("machines")
    here, there = Workspace.link_product(folder / "a"), Workspace.link_product(folder / "b")
    guard = OverlapGuard(folder / "guard", _ENDING)
    with RemoteSimulator() as simulator, start_server(tmp_path_factory.mktemp("server")) as server:
        stacks = {name: here.make_stack(simulator.company(name)) for name in NAMES}
        module = "stacks" if WHOLE else "tests.fleet.hasty_worker"
        fleet = TemporalFleet(FleetFolder(here, stacks), server, python=guard.python, module=module)
        made = TwoMachines(fleet, guard, there.project)
        made.start_a()
        fleet.run("up", "--all", "--jobs", "2")
        made.stop_workers()
        yield made
        assert guard.list_overlaps() == []
        for stack in stacks.values():
            assert stack.find_leaks() == []


@pytest.fixture(autouse=True)
def stop_workers(machines: TwoMachines) -> Iterator[None]:
    yield
    machines.stop_workers()


def test_a_worker_that_is_cut_off_from_the_server_ends_its_step_and_serves_again(machines: TwoMachines) -> None:
    company = machines.want_new_key("acme").company
    old = company.sink()["publicKey"]
    with Valve(machines.fleet.server.port) as valve:
        cut_off = machines.start_a(TEMPORAL_ADDRESS=valve.address)
        hold = company.hold("before", **SINK)
        running = machines.fleet.start("up", "acme")
        held = hold.reached(60)
        assert held
        valve.close()
        since = monotonic()
        machines.start_b()
        machines.wait_for_refusal("acme")
        wait_until(lambda: "the Temporal server does not answer" in cut_off.read())
        # Three seconds at most after it had heard of the server for the last time it was cut off.
        assert 20 - 3 < monotonic() - since < 40
        # It is A's step still: nothing else has been written anywhere.
        assert list_writes(company, held) == []
        hold.release()
        text, _ = running.communicate(timeout=240)
        assert running.returncode == 0, text
        assert_converged(company, old)

        machines.fleet.workers.pop().stop()
        valve.open()
        company.set_sink(enabled=False)
        assert "acme: clean (update umbrella)" in machines.fleet.run("up", "acme")
        assert company.sink()["enabled"]
        machines.stop_workers()
