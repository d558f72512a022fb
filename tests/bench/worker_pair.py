"""Two workers of a Temporal server, and the commands that are given to them or done without them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Self

import psutil

from demo.temporal_server import TemporalServer
from tests.bench.processes import Cost, measure_command, start_command
from tests.engine.workspace import Workspace

WORKERS = 2
BOUNDED, UNBOUNDED = ("-m", "stacks"), ("-m", "tests.bench.unbounded")


class WorkerPair:
    """As long as the block lasts they serve, and what they and the server have used is known."""

    def __init__(
        self,
        place: Workspace,
        server: TemporalServer,
        environment: Mapping[str, str],
        product: Sequence[str],
        jobs: int = 1,
    ) -> None:
        """`environment`, `product`: of workers and commands alike. `jobs`: of each worker."""
        self._place, self._product, self._jobs = place, product, jobs
        self._environment = {**place.make_environment(), **server.variables, **environment}
        self._server = psutil.Process(server.pid)
        self._stack = ExitStack()
        self._workers: list[psutil.Process] = []

    def __enter__(self) -> Self:
        self._workers = [psutil.Process(self._start_worker(number).pid) for number in range(WORKERS)]
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def run(self, verb: str, tenants: Sequence[str], *options: str) -> Cost:
        """Run a verb over tenants, as many at once as the workers do."""
        printed = self._place.backend.parent / "printed"
        command = [*self._product, verb, *tenants, "--quiet", "--jobs", str(WORKERS * self._jobs), *options]
        cost = measure_command(command, self._place.project, self._environment, printed)
        if cost.code:
            raise SystemExit(f"bench: {verb} ended with {cost.code}: {printed.read_text('utf-8', 'replace')[-2000:]}")
        return cost

    def read_used(self) -> list[float]:
        """Read the processor time that the server and each worker have used, without their engines'."""
        return [sum(process.cpu_times()[:2]) for process in (self._server, *self._workers)]

    def _start_worker(self, number: int) -> subprocess.Popen[bytes]:
        log = self._place.backend.parent / f"worker-{number}"
        output = self._stack.enter_context(log.open("wb"))
        command = [*self._product, "worker", "--jobs", str(self._jobs)]
        process = start_command(command, self._place.project, self._environment, output.fileno())
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)
        while b"serves the queue" not in log.read_bytes():
            if process.poll() is not None:
                raise SystemExit(f"bench: no worker: {log.read_text('utf-8', 'replace')}")
            time.sleep(0.1)
        return process
