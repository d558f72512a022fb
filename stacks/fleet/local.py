"""The local runner: many tenants on one machine, in waves, each on a warm engine.

First one tenant, then a share, then the rest: what is wrong for all of them is wrong for the first. A wave ends before
the next begins, and none begins once more tenants failed than allowed, or one whose new key did not prove itself.
"""

from __future__ import annotations

import math
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from itertools import chain, zip_longest
from queue import SimpleQueue
from time import monotonic
from typing import TypeVar

from providers.http.budget import share_budgets
from stacks.exit_codes import ERROR
from stacks.fleet.job import TenantJob, run_tenant
from stacks.fleet.limits import Limits
from stacks.fleet.sweep import ReadStack
from stacks.fleet.warm_process import WarmProcess
from stacks.reports.model import Row

T = TypeVar("T")
INTERRUPT = "interrupted"
SHARE = 0.1
"""Of the tenants, in the second wave."""


def plan_waves(tenants: Sequence[T]) -> list[Sequence[T]]:
    """Split tenants into a canary, a share and the rest; the waves that would be empty are left out."""
    share = 1 + math.ceil(SHARE * len(tenants))
    return [wave for wave in (tenants[:1], tenants[1:share], tenants[share:]) if wave]


def spread_by_site(tenants: Iterable[str], site_of: Callable[[str], str]) -> list[str]:
    """Order tenants so that neighbours are of different sites: no site gets a wave's requests at once."""
    by_site: dict[str, list[str]] = defaultdict(list)
    for tenant in tenants:
        by_site[site_of(tenant)].append(tenant)
    return [tenant for tenant in chain.from_iterable(zip_longest(*by_site.values())) if tenant is not None]


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
        self._free: SimpleQueue[WarmProcess] = SimpleQueue()
        self._engines: list[WarmProcess] = []
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
        with self._open_engines(min(self._limits.jobs, len(jobs))), ThreadPoolExecutor(self._limits.jobs) as pool:
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
        for engine in self._engines:
            engine.interrupt()

    def _judge(self, row: Row) -> None:
        """Stop the run, where this row is a reason to; before whoever did it takes the next tenant."""
        if row.verdict != "failed":
            return
        with self._judging:
            self._failures += 1
            failures = self._failures
        # The last step that the engine began is the one that failed.
        if row.changes and row.changes[-1] in ("create proof", "update proof"):
            self.stop(f"{row.tenant}: its new key did not prove itself, which is no matter of one tenant alone")
        elif failures > self._limits.max_failures:
            self.stop(f"{failures} failed, and --max-failures is {self._limits.max_failures}")

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
        engine = self._free.get()
        try:
            tell = partial(note, job.tenant)
            row = run_tenant(
                job, engine, self._read, self._environment, self._limits.deadline, tell, lambda: self.was_interrupted
            )
        finally:
            self._free.put(engine)
        if row.verdict == "failed" and self.was_interrupted:
            row = row.but(verdict="stopped")
        self._judge(row)
        return row.but(wave=wave, begun=started)

    @contextmanager
    def _open_engines(self, count: int) -> Iterator[None]:
        # This process looks at every tenant first, and asks the same sites.
        with share_budgets(count + 1) as sharing:
            self._engines = [WarmProcess(sharing, self._lock) for _ in range(count)]
            for engine in self._engines:
                self._free.put(engine)
            try:
                yield
            finally:
                for engine in self._engines:
                    engine.close()
