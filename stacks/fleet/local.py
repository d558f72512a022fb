"""The local runner: many tenants on one machine, in waves, each on a warm engine.

First one tenant, then a share, then the rest: what is wrong for all of them is wrong for the first. A wave ends before
the next begins, and none begins once more tenants failed than allowed, or one whose new key did not prove itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from time import monotonic

from stacks.exit_codes import ERROR
from stacks.fleet.engines import EnginePool, open_engines
from stacks.fleet.job import TenantJob, run_tenant
from stacks.fleet.limits import Limits
from stacks.fleet.sweep import ReadStack
from stacks.fleet.waves import INTERRUPT, judge_failure, plan_waves
from stacks.reports.model import Row


class LocalRunner:
    """Runs jobs, several at once, and gives each one's row as soon as it is known."""

    def __init__(
        self, read: ReadStack, limits: Limits, lock: int | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        """`lock`: the run's, which each engine's process holds as well, so that none outlives it unseen."""
        self._read = read
        self._limits = limits
        self._environment = environment
        self._lock = lock
        self._engines = EnginePool([])
        self._stopping = threading.Event()
        self._judging = threading.Lock()
        self._failures = 0
        self.stopped_because = ""
        """Why no further tenant was begun; empty while nothing speaks against it."""

    def run(
        self, jobs: Sequence[TenantJob], lease: Callable[[str], None], note: Callable[[str, str], None]
    ) -> Iterator[Row]:
        """Run jobs in waves. Those that are not begun any more have rows, too.

        `lease` is called with a tenant as it begins, `note` with a tenant and each change that its engine begins.
        """
        begun = monotonic()
        engines = open_engines(min(self._limits.jobs, len(jobs)), self._lock)
        with engines as self._engines, ThreadPoolExecutor(self._limits.jobs) as pool:
            for number, wave in enumerate(plan_waves(jobs), 1):
                running: set[Future[Row]] = {
                    pool.submit(self._run_one, job, lease, note, number, begun) for job in wave
                }
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)

    @property
    def was_interrupted(self) -> bool:
        """Whether somebody wished it to end."""
        return self.stopped_because == INTERRUPT

    def stop(self, because: str) -> None:
        """Begin no further tenant; those under way come to their end."""
        self.stopped_because = self.stopped_because or because
        self._stopping.set()

    def interrupt(self) -> None:
        """Begin no further tenant, and let those under way end their step and no more."""
        self.stop(INTERRUPT)
        self._engines.interrupt()

    def _judge(self, row: Row) -> None:
        """Stop the run, where this row is a reason to; before whoever did it takes the next tenant."""
        if row.verdict != "failed":
            return
        with self._judging:
            self._failures += 1
            failures = self._failures
        if reason := judge_failure(row, failures, self._limits.max_failures):
            self.stop(reason)

    def _run_one(
        self,
        job: TenantJob,
        lease: Callable[[str], None],
        note: Callable[[str, str], None],
        wave: int,
        begun: float,
    ) -> Row:
        started = monotonic() - begun
        if self._stopping.is_set():
            code = None if self.was_interrupted else ERROR
            return Row(tenant=job.tenant, verdict="stopped", wave=wave, begun=started, code=code)
        lease(job.tenant)
        with self._engines.take() as engine:
            tell = partial(note, job.tenant)
            row = run_tenant(
                job, engine, self._read, self._environment, self._limits.deadline, tell, lambda: self.was_interrupted
            )
        if row.verdict == "failed" and self.was_interrupted:
            row = row.but(verdict="stopped")
        self._judge(row)
        return row.but(wave=wave, begun=started)
