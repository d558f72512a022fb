"""What a worker does for the workflows. A tenant's part runs in a thread; here it is watched, and told of."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from temporalio import activity

from providers.core.configuration import to_environment_name
from providers.core.stack_file import read_plain_settings
from stacks.fleet.digest import digest_file
from stacks.fleet.engines import EnginePool
from stacks.fleet.rotation import SETTING, name_generation
from stacks.fleet.sweep import ReadStack
from stacks.fleet.temporal.attempt import Attempt, name_place
from stacks.fleet.temporal.planning import plan
from stacks.fleet.temporal.shared import PLAN, RUN_TENANT, Beat, Outcome, Plan, TenantOrder, WaveOrder
from stacks.reports.model import Row

_BEAT = 1.0  # seconds: a tenth of a second's notice would not be sent on (worker.py)
_MOST = 300_000
"""Characters of an outcome. The SDK refuses one of 2 MB, and then the whole tenant is done again (tried)."""


class Activities:
    """One worker's."""

    def __init__(
        self, engines: EnginePool, read: ReadStack, threads: ThreadPoolExecutor, version: str, name: str
    ) -> None:
        """`name`: the worker's, for sentences."""
        self._engines = engines
        self._read = read
        self._threads = threads
        self._version = version
        self._name = name
        self._at_work: set[Attempt] = set()
        self._is_ending = False

    def hand_back(self) -> None:
        """End every tenant's step and no more; other workers go on with them."""
        self._is_ending = True
        for attempt in list(self._at_work):
            attempt.interrupt()

    def give_up(self) -> None:
        """End every tenant's step: the server has counted us as dead, and others take them up."""
        for attempt in list(self._at_work):
            attempt.lose()

    @activity.defn(name=RUN_TENANT)
    async def run_tenant(self, order: TenantOrder) -> Outcome:
        """Do a tenant's part, unless this worker is another than it is for."""
        if problem := self._find_difference(order):
            return Outcome(row=Row(tenant=order.target.tenant, verdict="failed", sentences=(problem,)))
        read_plain_settings.cache_clear()  # the file may have changed since the last one
        attempt = Attempt(order, _find_earlier(), self._read, os.environ)
        self._at_work.add(attempt)
        try:
            outcome, cancelled = await self._watch(attempt)
        finally:
            self._at_work.discard(attempt)
        row = outcome.row
        if row.verdict == "failed" and cancelled:
            row = row.but(verdict="stopped", code=None, transient=False)
        unfinished = row.verdict in ("failed", "stopped") and not cancelled
        handed_back = unfinished and (self._is_ending or attempt.is_lost)
        return Outcome(row=shorten_row(row), found=outcome.found, handed_back=handed_back)

    async def _watch(self, attempt: Attempt) -> tuple[Outcome, bool]:
        """Wait for an attempt, telling the server that we are alive; whether somebody wished it to end."""
        cancelled, beat = False, Beat(place=name_place())
        running = asyncio.get_running_loop().run_in_executor(self._threads, attempt.run, self._engines)
        tells = attempt.starts_engine  # where it is, before anything could be left behind there
        while not running.done():
            if tells:
                activity.heartbeat(beat.model_copy(update={"change": attempt.change}))
            tells = True
            try:
                await asyncio.wait({running}, timeout=_BEAT)
            except asyncio.CancelledError:
                details = activity.cancellation_details()
                if details and (details.not_found or details.timed_out):
                    attempt.lose()  # cut off, or back after that: the SDK counts a heartbeat's time by itself, too
                    continue
                if details and details.worker_shutdown:
                    self._is_ending = True
                else:
                    cancelled = True
                attempt.interrupt()
        return await running, cancelled

    @activity.defn(name=PLAN)
    async def plan(self, order: WaveOrder) -> Plan:
        """Choose the tenants of a schedule by this worker's folder."""
        read_plain_settings.cache_clear()
        generation = name_generation(datetime.now(UTC))
        choose: Callable[[], Plan] = lambda: plan(order, self._version, generation)  # noqa: E731
        return await asyncio.get_running_loop().run_in_executor(self._threads, choose)

    def _find_difference(self, order: TenantOrder) -> str:
        """Say in what this worker differs from whoever asked; empty where it doesn't."""
        asked, target = order.asked, order.target
        if asked.version != self._version:
            return (
                f"nothing was done: the worker {self._name} runs umbrella-psa {self._version}, and the job was made by "
                f"{asked.version}; give both the same version, and run it again."
            )
        digest, rotate = digest_file(target.tenant)
        own = asked.generation if asked.verb == "rotate" and not asked.dry_run else None
        if digest != target.digest or rotate not in (target.rotate, own):
            return (
                f"nothing was done: stacks/Pulumi.{target.tenant}.yaml of the worker {self._name} is not the one of "
                "whoever asked; give both the same project folder, and run it again."
            )
        if asked.verb == "rotate" and (name := to_environment_name(SETTING)) in os.environ:
            return f"nothing was done: {name} is set at the worker {self._name} and would win; unset it there."
        return ""


def _find_earlier() -> str | None:
    """Find where an earlier attempt was at work; None where this is the first. The server has counted it as dead."""
    info = activity.info()
    if info.attempt == 1:
        return None
    try:
        return Beat.model_validate(info.heartbeat_details[0]).place
    except (IndexError, ValueError):
        return ""


def shorten_row(row: Row) -> Row:
    """Shorten a row that the server would refuse; what it tells is kept, as much as there is room."""
    if len(row.model_dump_json()) <= _MOST:
        return row
    room, sentences = _MOST // 2, []
    for sentence in row.sentences:
        sentences.append(sentence[:2000])
        room -= len(sentences[-1])
        if room < 0:
            break
    sentences.append(f"There is more; `umbrella-psa sweep {row.tenant}` tells it.")
    return row.but(sentences=tuple(sentences), orders=row.orders[:1] if len(str(row.orders[:1])) < room else ())
