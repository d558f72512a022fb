"""A fleet whose jobs a Temporal server hands out to workers on this machine."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from demo.temporal_server import TemporalServer
from tests.fleet.fleet_folder import FleetFolder

_PATIENCE = 120.0


@dataclass
class Worker:
    """One worker's process; what it prints is in `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_PATIENCE)
        finally:
            self.process.kill()

    def read(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class TemporalFleet:
    """Commands with `--runner temporal`, and the workers that do what they ask for."""

    folder: FleetFolder
    server: TemporalServer
    workers: list[Worker] = field(default_factory=list)
    python: Path = Path(sys.executable)
    module: str = "stacks"
    """Of the workers, both."""
    _count: int = 0

    def add_worker(self, *options: str, project: Path | None = None, **environment: str) -> Worker:
        """Start a worker, and wait until it serves."""
        self._count += 1
        workspace = self.folder.workspace
        log = workspace.left_over / f"worker-{self._count}.log"
        given = {**workspace.make_environment(), **self.server.variables, **environment}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(self.python), "-m", self.module, "worker", "--jobs", "2", *options],
                cwd=project or workspace.project,
                env=given,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        until = monotonic() + _PATIENCE
        while "serves the queue" not in worker.read():
            assert process.poll() is None and monotonic() < until, worker.read()
            sleep(0.05)
        return worker

    def drop(self, worker: Worker) -> None:
        """Kill it, as the machine's end does."""
        worker.kill()
        self.workers.remove(worker)

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()

    def start(self, verb: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return self.folder.start(verb, *arguments, "--runner", "temporal", **self.server.variables, **environment)

    def run(self, verb: str, *arguments: str, expect: int = 0, **environment: str) -> str:
        return self.folder.run(
            verb, *arguments, "--runner", "temporal", expect=expect, **self.server.variables, **environment
        )

    def report(self, verb: str, *arguments: str, expect: int = 0, **environment: str) -> dict[str, dict[str, Any]]:
        return self.folder.report(
            verb, *arguments, "--runner", "temporal", expect=expect, **self.server.variables, **environment
        )


def wait_until(holds: Callable[[], bool]) -> None:
    until = monotonic() + _PATIENCE
    while not holds():
        assert monotonic() < until
        sleep(0.1)
