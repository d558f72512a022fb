"""The runner `temporal`, at whoever asks: starts a wave, shows it as it goes, and can cancel it. The workers do it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from providers.core.configuration import to_environment_name
from providers.core.settings import format_key
from stacks.exit_codes import ERROR
from stacks.fleet.limits import Limits
from stacks.fleet.options import Fleet
from stacks.fleet.temporal.connection import connect, explaining
from stacks.fleet.temporal.connection import run as run_client
from stacks.fleet.temporal.following import Following
from stacks.fleet.temporal.presence import describe_work
from stacks.fleet.temporal.serving import find_hindrance, refuse_hindrance
from stacks.fleet.temporal.shared import Outcome, Verb, WaveEnd
from stacks.fleet.temporal.starting import StartedWave, start_wave
from stacks.fleet.waves import INTERRUPT, NO_FURTHER
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports
from stacks.reports.progress import Progress, Unshown, is_live, show_progress
from stacks.settings import NAMESPACES

_GOES_ON = "running the same again goes on from there"
_TICK, _QUIET, _LEAVE = 1.5, 10.0, 10.0
"""Seconds between two looks; without news after which the workers are counted; without workers after which we leave."""


def carry_out(verb: Verb, fleet: Fleet, reports: Reports, limits: Limits, **how: Any) -> FleetRun:
    """Have a verb done over tenants; each row is printed as it is known, and no report written yet.

    `how`: the fields of `Asked` that are the verb's own. Raises `ProviderError`, and nothing has been begun then.
    """
    return collect_outcomes(verb, fleet, reports, limits, **how)[0]


def collect_outcomes(
    verb: Verb, fleet: Fleet, reports: Reports, limits: Limits, *, shows_rows: bool = True, **how: Any
) -> tuple[FleetRun, list[Outcome]]:
    """Do the same, and give what the workers told of each tenant, too; `shows_rows`: print the rows as well."""
    return run_client(_carry_out(verb, fleet, reports, limits, how, shows_rows=shows_rows))


async def _carry_out(
    verb: Verb, fleet: Fleet, reports: Reports, limits: Limits, how: dict[str, Any], *, shows_rows: bool
) -> tuple[FleetRun, list[Outcome]]:
    client = await connect()
    with explaining(client.service_client.config.target_host, client.namespace):
        await refuse_hindrance(client)
        started = await start_wave(client, verb, fleet.tenants, limits, how)
        run = FleetRun(verb=verb, remarks=[*filter(None, (started.remark, _describe_unused(os.environ)))])
        for remark in run.remarks:
            reports.tell(remark)
        attendance: Attendance | None = None

        def ending() -> str:
            return attendance.stopped_because if attendance else ""

        shown = show_progress(reports, verb, [len(wave) for wave in started.waves], ending)
        with shown if shows_rows else nullcontext(Unshown()) as progress:
            attendance = Attendance(client, started, reports, progress)
            end = await attendance.attend()
    run.rows = [outcome.row for outcome in attendance.outcomes]
    run.interrupted = end.stopped_because == INTERRUPT
    seen = {row.tenant for row in run.rows}
    for number, wave in enumerate(started.waves, 1):
        code = None if run.interrupted else ERROR
        run.rows += [
            Row(tenant=target.tenant, verdict="stopped", wave=number, code=code)
            for target in wave
            if target.tenant not in seen
        ]
    run.ended_at = datetime.now(UTC)
    if end.stopped_because:
        run.remarks.append(f"{end.stopped_because}; {_GOES_ON if run.interrupted else NO_FURTHER}")
        reports.tell(run.remarks[-1])
    return run, attendance.outcomes


def _describe_unused(environment: Mapping[str, str]) -> str:
    """Say which settings stand in this environment for nothing."""
    settings = {
        to_environment_name(format_key(namespace, name))
        for namespace, model in NAMESPACES.items()
        for name in model.model_fields
    }
    unused = ", ".join(sorted(settings & environment.keys()))
    return f"not used here: {unused}; settings of the environment are the workers' own" if unused else ""


class Attendance:
    """Watches a wave from its start to its end."""

    def __init__(self, client: Client, started: StartedWave, reports: Reports, progress: Progress) -> None:
        """Watch this one."""
        self._client, self._started, self._reports, self._progress = client, started, reports, progress
        self._handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(started.wave, run_id=started.run)
        self._waves = {target.tenant: number for number, wave in enumerate(started.waves, 1) for target in wave}
        self._at_work: set[str] = set()
        self._heard = monotonic()
        self._told: set[str] = set()
        self._interrupted_at = 0.0
        self._over = asyncio.Event()
        self.outcomes: list[Outcome] = []

    @property
    def stopped_because(self) -> str:
        """Why no further tenant is begun, as far as is known here."""
        return INTERRUPT if self._interrupted_at else ""

    async def attend(self) -> WaveEnd:
        """Show the wave until it has ended, or until nobody is there who could end it."""
        with _on_signals(self._interrupt):
            following = Following(self._client, self._started.wave, self._started.run, self, self._miss)
            follow, look_after = asyncio.create_task(following.follow()), asyncio.create_task(self._look_after())
            await asyncio.wait({follow, look_after}, return_when=asyncio.FIRST_COMPLETED)
            self._over.set()
            left = await look_after
            if left and not follow.done():
                follow.cancel()
                return left
            return await follow

    def begin(self, tenant: str) -> None:
        """Show that a tenant was handed out."""
        self._heard = monotonic()
        self._at_work.add(tenant)
        self._progress.begin(tenant)

    def end(self, outcome: Outcome) -> None:
        """Print a tenant's verdict."""
        self._heard = monotonic()
        tenant = outcome.row.tenant
        self._at_work.discard(tenant)
        row = outcome.row.but(wave=self._waves[tenant])
        self.outcomes.append(outcome.model_copy(update={"row": row}))
        self._progress.end(row)

    def _interrupt(self) -> None:
        """Cancel the wave: those at work end their step, and no further one is begun."""
        self._interrupted_at = self._interrupted_at or monotonic()
        self._cancelling = asyncio.ensure_future(self._cancel())

    async def _cancel(self) -> None:
        try:
            await self._handle.cancel()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it has ended this very moment
                self._reports.tell("the wave could not be cancelled: the Temporal server does not answer; try again")

    def _miss(self) -> None:
        self._tell_once("the Temporal server does not answer; the wave goes on when it is back, and this waits")

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._reports.tell(sentence)

    async def _look_after(self) -> WaveEnd | None:
        """Tell what the engines change, and whether there are workers; ends a cancelled wave that has none."""
        is_shown = not self._reports.quiet and is_live(self._reports.people)
        while not await self._pause():
            try:
                if is_shown:
                    await self._show_work()
                if monotonic() - self._heard < _QUIET or not (hindrance := await find_hindrance(self._client)):
                    continue
            except RPCError:  # whoever follows will tell
                continue
            self._tell_once(f"{hindrance} The wave waits for it; Ctrl-C cancels the wave.")
            if self._interrupted_at and monotonic() - self._interrupted_at > _LEAVE:
                self._tell_once("The wave ends as soon as a worker is there.")
                return WaveEnd(stopped_because=INTERRUPT)
        return None

    async def _pause(self) -> bool:
        """Wait a moment; tells whether the wave is over by then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), _TICK)
        return self._over.is_set()

    async def _show_work(self) -> None:
        for tenant in list(self._at_work):
            if (work := await describe_work(self._client, tenant)) is not None:
                self._progress.note(tenant, work.change or ("at work" if work.worker else "waits for a worker"))


@contextmanager
def _on_signals(act: Callable[[], None]) -> Iterator[None]:
    """Take Ctrl-C, and what ends a session or a service, as the wish to end soon and well."""
    loop, numbers = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
