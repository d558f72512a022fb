"""Tenants taken over from another machine: one that is dead, one whose engine still works, one that is cut off.

Each ends as it should: a new key, which is the only one, and no moment at which the sink had a dead one. No engine
works beside another. Steps have a fifth of their time (hasty_worker.py); `TEMPORAL_PATIENCE=whole`, a part of
`make faults`, takes the product's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
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
from tests.fleet.two_machines import TwoMachines, kill_machine, pause_machine
from tests.fleet.valve import Valve

WHOLE = os.environ.get("TEMPORAL_PATIENCE") == "whole"
PATIENCE = LONGEST_STEP if WHOLE else LONGEST_STEP / HASTE
NAMES = ("acme", "bell", "core", "dune", "erin", "finn")
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
    with Valve(machines.fleet.server.port) as valve:
        cut_off = machines.start_a(TEMPORAL_ADDRESS=valve.address)
        held = machines.hold_up("acme", "before", **SINK)
        machines.start_b()
        valve.close()
        since = monotonic()
        held.wait_for_refusal()
        held.hold.release()
        held.wait_for_end(240)
        wait_until(lambda: "the Temporal server does not answer; ends the step of each tenant" in cut_off.read())
        # It had heard of the server three seconds before at most.
        assert monotonic() - since > 20 - 3

        machines.fleet.workers.pop().stop()
        valve.open()
        held.company.set_sink(enabled=False)
        assert "acme: clean (update umbrella)" in machines.fleet.run("up", "acme")
        machines.stop_workers()


def test_a_step_that_hangs_at_a_worker_that_is_cut_off_is_killed_before_its_lock_is_taken_away(
    machines: TwoMachines,
) -> None:
    with Valve(machines.fleet.server.port) as valve:
        machines.start_a(TEMPORAL_ADDRESS=valve.address)
        held = machines.hold_up("bell", "before", **SINK)
        machines.start_b()
        valve.close()
        since = monotonic()
        held.wait_for_refusal()
        held.wait_for_end(2 * LONGEST_STEP)
        assert monotonic() - since > PATIENCE
        assert "bell" in machines.guard.list_cancels()
        valve.open()
        machines.stop_workers()


def test_a_machine_that_dies_is_taken_over_from_once_nobody_can_be_at_work_there(machines: TwoMachines) -> None:
    worker = machines.start_a()
    # In the first case nobody has been told of the new key.
    both = [machines.hold_up("core", "after", **MINT), machines.hold_up("dune", "before", **SINK)]
    assert [len(held.company.public_keys()) for held in both] == [2, 2]
    machines.start_b()
    kill_machine(worker)
    since = monotonic()
    machines.fleet.workers.remove(worker)
    for held in both:
        held.wait_for_end(2 * LONGEST_STEP)
    assert monotonic() - since > PATIENCE
    assert {"core", "dune"} <= {*machines.guard.list_cancels()}


def test_a_machine_that_stood_still_ends_its_step_when_it_goes_on_and_serves_again(machines: TwoMachines) -> None:
    worker = machines.start_a()
    held = machines.hold_up("finn", "before", **SINK)
    machines.start_b()
    paused = pause_machine(worker)
    held.wait_for_refusal()
    for process in paused:
        process.resume()
    held.hold.release()
    held.wait_for_end(240)
    assert "finn" not in machines.guard.list_cancels()
    machines.fleet.workers.pop().stop()
    held.company.set_sink(enabled=False)
    assert "finn: clean (update umbrella)" in machines.fleet.run("up", "finn")


def test_an_engine_that_a_dead_worker_has_left_on_another_machine_ends_its_step_first(machines: TwoMachines) -> None:
    worker = machines.start_a()
    held = machines.hold_up("erin", "before", **SINK)
    machines.start_b()
    machines.fleet.drop(worker)
    held.wait_for_refusal()
    held.hold.release()
    held.wait_for_end(240)
    # The lock went with the engine, and nobody waited for longer or took it away.
    assert "erin" not in machines.guard.list_cancels()
