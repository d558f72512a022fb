"""Two machines that share a backend, a Temporal server and the site. Neither sees who is at work in the other's folder,
and that is by what the product tells machines apart (`stacks.fleet.temporal.attempt.name_place`): not by a host's name
alone, which copies of a virtual machine share."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from simulator.remote import Company, Hold
from tests.engine.workspace import ROOT
from tests.fleet.overlap_guard import OverlapGuard
from tests.fleet.temporal_fleet import TemporalFleet, Worker, wait_until

WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class HeldUp:
    """An `up` that brings a new key and stands still at a write of machine A's, before which the old one is in use."""

    process: subprocess.Popen[str]
    company: Company
    guard: OverlapGuard
    hold: Hold
    number: int
    old: str

    def wait_for_refusal(self) -> None:
        """Wait until B has met the lock of A's engine. All that is written meanwhile is A's."""
        wait_until(lambda: f"{self.company.id} up" in self.guard.list_refusals())
        asked = self.company.requests(self.number)
        assert [f"{one['method']} {one['path']}" for one in asked if one["method"] in WRITES] == []

    def wait_for_end(self, seconds: float) -> None:
        """Wait for the run's end: the sink has another key, the only one, and never had one that did not work."""
        text, _ = self.process.communicate(timeout=seconds)
        assert self.process.returncode == 0, text
        assert self.company.public_keys() == [self.company.sink()["publicKey"]]
        assert self.company.public_keys() != [self.old]
        assert self.company.dead_moments() == []


@dataclass
class TwoMachines:
    """A is the fleet's own folder, in which runs are begun; B is another one with the same files."""

    fleet: TemporalFleet
    guard: OverlapGuard
    other: Path

    def start_a(self, **environment: str) -> Worker:
        return self.fleet.add_worker(project=None, PYTHONPATH=str(ROOT), **environment)

    def start_b(self) -> Worker:
        return self.fleet.add_worker(project=self.other, PYTHONPATH=str(ROOT))

    def hold_up(self, tenant: str, when: str, **write: str) -> HeldUp:
        """Have a tenant brought a new key, and hold a write of that."""
        stack = self.fleet.folder.stacks[tenant]
        stack.set("rotate", "2026-12")
        for file in (self.fleet.folder.workspace.project / "stacks").glob("Pulumi.*.yaml"):
            shutil.copy(file, self.other / "stacks")
        company, old = stack.company, stack.company.sink()["publicKey"]
        hold = company.hold(when, **write)
        process = self.fleet.start("up", tenant)
        number = hold.reached(60)
        assert number, process.poll()
        return HeldUp(process, company, self.guard, hold, number, old)

    def stop_workers(self) -> None:
        self.fleet.stop()
        self.fleet.workers.clear()


def pause_machine(worker: Worker) -> list[psutil.Process]:
    """Let a worker and all that it has started stand still; gives these processes."""
    process = psutil.Process(worker.process.pid)
    everything = [process, *process.children(recursive=True)]
    for each in everything:
        each.suspend()
    return everything


def kill_machine(worker: Worker) -> None:
    """Kill a worker with all that it has started, as a machine's end does: none has the time to see another's."""
    for each in pause_machine(worker):
        each.kill()
    worker.process.wait()
