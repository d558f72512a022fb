"""One attempt at one tenant, in a worker's thread: the local runner's `run_tenant` on a warm engine, and when a dead
worker's engine is out of the way."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Timer
from time import monotonic
from typing import cast

from stacks.fleet.at_work import AtWork, claim_tenant
from stacks.fleet.deadline import Deadline
from stacks.fleet.engines import EnginePool
from stacks.fleet.failed_row import describe_failure
from stacks.fleet.job import TenantJob, run_tenant
from stacks.fleet.job import Verb as EngineVerb
from stacks.fleet.lock import hold_fleet
from stacks.fleet.orphans import look_for_orphans
from stacks.fleet.sweep import ReadStack, sweep_tenant
from stacks.fleet.temporal.shared import WITHOUT_ENGINE, Outcome, TenantOrder
from stacks.fleet.warm_process import WarmProcess
from stacks.reports.model import Row

_LOOK_AGAIN = 0.5
LONGEST_STEP = 200.0
"""Seconds: so long a silent gateway is waited for. A lock that is still there after them is of nobody who lives.

No setting: a shorter time may take a living engine's lock away, and nothing is done in a longer one."""
_LOCKED = "currently locked by"  # the engine's words


def name_place() -> str:
    """Name the machine and the folder: who works there sees each other's locks."""
    return f"{socket.gethostname()} {Path.cwd()}"


class Attempt:
    """A tenant's part that is being done. `interrupt` comes from another thread."""

    def __init__(
        self, order: TenantOrder, earlier: str | None, read: ReadStack, environment: Mapping[str, str]
    ) -> None:
        """`earlier`: where an earlier attempt was at work that is known to be dead, None without one."""
        self._order = order
        self._earlier = earlier
        self._read = read
        self._environment = environment
        self._engine: WarmProcess | None = None
        self._stopping = Event()
        self._killer: Timer | None = None
        self.is_lost = False
        """The server has counted us as dead."""
        self.change = ""
        """What the engine has begun last."""

    @property
    def tenant(self) -> str:
        """Whose it is."""
        return self._order.target.tenant

    @property
    def starts_engine(self) -> bool:
        """Whether an engine may be left at work when this process dies."""
        return self._order.asked.verb not in WITHOUT_ENGINE

    def interrupt(self) -> None:
        """End it as by Ctrl-C: the step that is under way is finished. What goes on for longer is killed."""
        if not self._stopping.is_set():
            self._end_within(LONGEST_STEP)

    def lose(self) -> None:
        """End it so, and kill it soon: the server has counted us as dead, and others are about to take it up."""
        if not self.is_lost:
            self.is_lost = True
            self._end_within(Deadline.grace)

    def _end_within(self, seconds: float) -> None:
        self._stopping.set()
        if engine := self._engine:
            engine.interrupt()
        if self._killer:
            self._killer.cancel()
        self._killer = Timer(seconds, self._kill)
        self._killer.daemon = True
        self._killer.start()

    def run(self, engines: EnginePool) -> Outcome:
        """Do it, and tell how the tenant is. Whatever goes wrong is the row's sentence."""
        begun = monotonic()
        try:
            outcome = self._run(engines)
        except Exception as error:  # whatever it is, it is one tenant's
            row = describe_failure(Row(tenant=self.tenant, verdict="failed"), error, self._order.asked.verb)
            outcome = Outcome(row=row.but(seconds=monotonic() - begun))
        finally:
            if self._killer:
                self._killer.cancel()
        return outcome

    def _run(self, engines: EnginePool) -> Outcome:
        verb = self._order.asked.verb
        if verb == "sweep":
            return Outcome(row=sweep_tenant(self.tenant, self._read, self._environment))
        if verb == "orphans":
            found = look_for_orphans(self.tenant, self._read, revoke=self._order.asked.revoke)
            return Outcome(row=found.to_row(), found=found.model_dump(mode="json"))
        with engines.take() as engine:
            return Outcome(row=self._run_engine(engine))

    def _run_engine(self, engine: WarmProcess) -> Row:
        """Run it once nobody else on this machine is at work on the tenant, a dead worker's engine least of all."""
        self._engine, verb = engine, self._order.asked.verb
        try:
            while not self._stopping.is_set():
                try:
                    with hold_fleet(f"worker, {verb}", shared=True), claim_tenant(self.tenant) as claim:
                        engine.mark = claim.mark
                        return self._take_up(engine, follows_dead=claim.follows_dead)
                except AtWork:
                    self.change = "waits for what a dead worker has left to end"
                    self._stopping.wait(_LOOK_AGAIN)
            return Row(tenant=self.tenant, verdict="stopped")
        finally:
            self._engine, engine.mark = None, None

    def _take_up(self, engine: WarmProcess, *, follows_dead: bool) -> Row:
        """Run it. What an earlier attempt has locked is unlocked once that is dead: here we know, elsewhere we wait."""
        known_dead = follows_dead or self._earlier == name_place()
        since = monotonic()
        row = self._run_job(engine, cut_off=known_dead)
        if self._earlier is None or known_dead:
            return row
        while any(_LOCKED in sentence for sentence in row.sentences) and not self._stopping.wait(10 * _LOOK_AGAIN):
            row = self._run_job(engine, cut_off=monotonic() - since > LONGEST_STEP)
        return row

    def _run_job(self, engine: WarmProcess, *, cut_off: bool) -> Row:
        asked = self._order.asked
        job = TenantJob(
            tenant=self.tenant,
            verb=cast(EngineVerb, asked.verb),
            force=asked.force,
            generation=asked.generation,
            older_than=asked.older_than,
            dry_run=asked.dry_run,
            cut_off=cut_off,
        )
        tell: Callable[[str], None] = self._note
        deadline = Deadline(asked.deadline)
        return run_tenant(job, engine, self._read, self._environment, deadline, tell, self._stopping.is_set)

    def _note(self, change: str) -> None:
        self.change = change

    def _kill(self) -> None:
        if engine := self._engine:
            engine.kill(unlocks=not self.is_lost)  # whoever has taken it up has a lock of its own
