"""Two machines that share a backend, a Temporal server and the site. Neither sees who is at work in the other's folder,
and that is by what the product tells machines apart (`stacks.fleet.temporal.attempt.name_place`): not by a host's name
alone, which copies of a virtual machine share."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from simulator.remote import Company
from tests.engine.workspace import ROOT, Stack
from tests.fleet.overlap_guard import OverlapGuard
from tests.fleet.temporal_fleet import TemporalFleet, Worker, wait_until

WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class TwoMachines:
    """A is the fleet's own folder, in which runs are begun; B is another one with the same files."""

    fleet: TemporalFleet
    guard: OverlapGuard
    other: Path

    def start_a(self, **environment: str) -> Worker:
        return self.fleet.add_worker(PYTHONPATH=str(ROOT), **environment)

    def start_b(self) -> Worker:
        return self.fleet.add_worker(project=self.other, PYTHONPATH=str(ROOT))

    def want_new_key(self, tenant: str) -> Stack:
        """Have the next `up` rotate, and bring the files of B to those of A."""
        stack = self.fleet.folder.stacks[tenant]
        stack.set("rotate", "2026-12")
        for file in (self.fleet.folder.workspace.project / "stacks").glob("Pulumi.*.yaml"):
            shutil.copy(file, self.other / "stacks")
        return stack

    def wait_for_refusal(self, tenant: str) -> None:
        """Wait until B has met the lock of A's engine."""
        wait_until(lambda: f"{tenant} up" in self.guard.list_refusals())

    def stop_workers(self) -> None:
        self.fleet.stop()
        self.fleet.workers.clear()


def kill_machine(worker: Worker) -> None:
    """Kill a worker with all that it has started, as a machine's end does: none has the time to see another's."""
    process = psutil.Process(worker.process.pid)
    everything = [process, *process.children(recursive=True)]
    for each in everything:
        each.suspend()
    for each in everything:
        each.kill()
    worker.process.wait()


def list_writes(company: Company, since: int) -> list[str]:
    """The writes that came after a request."""
    return [f"{one['method']} {one['path']}" for one in company.requests(since) if one["method"] in WRITES]


def assert_converged(company: Company, old: str) -> None:
    """Another key than before is the sink's and the only one, and the sink never had one that did not work."""
    assert company.public_keys() == [company.sink()["publicKey"]] != [old]
    assert company.dead_moments() == []
