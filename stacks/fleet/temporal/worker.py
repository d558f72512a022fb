"""A worker: serves the fleet's queue until it is told to end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import NondeterminismError

from providers.core.configuration import to_environment_name
from providers.core.errors import ProviderError, SettingError
from stacks.fleet.digest import name_version
from stacks.fleet.engines import open_engines
from stacks.fleet.selection import ONE_TENANTS
from stacks.fleet.shared_budget import refuse_unusable_budget
from stacks.fleet.stored import make_reader
from stacks.fleet.temporal.activities import Activities
from stacks.fleet.temporal.attributes import make_searchable
from stacks.fleet.temporal.codec import PayloadCipher
from stacks.fleet.temporal.connection import connect
from stacks.fleet.temporal.serving import identify_worker
from stacks.fleet.temporal.shared import TASK_QUEUE
from stacks.fleet.temporal.workflows import TenantWorkflow, WaveWorkflow
from stacks.pulumi_cli import PulumiCli, refuse_missing_engine

_ASK_AGAIN, _LOST = timedelta(seconds=3), 20.0
"""How often the server is asked whether it is there, and seconds without it. With the minute that a step has then
(attempt.py) that is less than what another machine waits. The SDK ends a step that has told of itself sooner, after
about ten (tried)."""
_LONGEST_UP = timedelta(hours=2)
"""How long a worker that is to end waits for the tenants at work. The SDK's default, nothing, would cut them off."""


def serve(jobs: int, tell: Callable[[str], None]) -> None:
    """Serve until a signal. The first lets the tenants at work come to their end, the second ends their step and hands
    them back. Raises `ProviderError`."""
    refuse_missing_engine(os.environ)
    _refuse_one_tenants_settings(os.environ)
    refuse_unusable_budget()
    asyncio.run(_serve(jobs, tell))


async def _serve(jobs: int, tell: Callable[[str], None]) -> None:
    client = await connect()
    version, name = name_version(), client.identity
    read = make_reader(PulumiCli(), os.environ)
    await make_searchable(client)
    with open_engines(jobs) as engines, ThreadPoolExecutor(jobs + 1, "tenant") as threads:
        activities = Activities(engines, read, threads, version, name)
        worker = _make_worker(client, activities, jobs)
        ending = _end_on_signals(activities, tell)
        _tell_what_cant_be_read(client, tell)
        running = asyncio.create_task(worker.run())
        tell(
            f"serves the queue {TASK_QUEUE} in the namespace {client.namespace} at "
            f"{client.service_client.config.target_host} as {name}, {jobs} at once, version {version}"
        )
        fence = asyncio.create_task(_fence(client, activities, tell))
        await asyncio.wait({running, asyncio.create_task(ending.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await worker.shutdown()
        fence.cancel()
        try:
            await running
        except RuntimeError as error:
            raise ProviderError(f"the worker had to end: {error}", next_step="start it again") from None


def _tell_what_cant_be_read(client: Client, tell: Callable[[str], None]) -> None:
    """Tell once of each key that is not here: the job waits for a worker that has it."""
    told: set[str] = set()

    def note(error: SettingError) -> None:
        if str(error) not in told:
            told.add(str(error))
            tell(str(error).removesuffix("."))

    if isinstance(codec := client.data_converter.payload_codec, PayloadCipher):
        codec.on_refusal = note


def _refuse_one_tenants_settings(environment: Mapping[str, str]) -> None:
    """Raise where this process's settings would be used for whichever tenant comes."""
    for key in ONE_TENANTS:
        if (name := to_environment_name(key)) in environment:
            raise SettingError(name, "is set, and a worker would use it for every tenant", next_step="unset it")


async def _fence(client: Client, activities: Activities, tell: Callable[[str], None]) -> None:
    """End what is at work once the server has not been heard of for so long that it has handed all of it to others."""
    heard, is_told = monotonic(), False
    while True:
        await asyncio.sleep(_ASK_AGAIN.total_seconds())
        try:
            await client.service_client.check_health(timeout=_ASK_AGAIN)
            heard, is_told = monotonic(), False
        except RPCError:
            if monotonic() - heard > _LOST and not is_told:
                tell(
                    "the Temporal server does not answer; ends the step of each tenant at work, others go on with them"
                )
                is_told = True
                activities.give_up()


def _make_worker(client: Client, activities: Activities, jobs: int) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        identity=identify_worker(client),
        workflows=[WaveWorkflow, TenantWorkflow],
        activities=[activities.run_tenant, activities.plan],
        # What a sandbox would keep out, a test does: workflows.py imports next to nothing. It would import it for each.
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_activities=jobs,
        # A tenant goes to whoever is free, and not first of all to the worker that has decided about it.
        disable_eager_activity_execution=True,
        # So a cancellation arrives within a second or two.
        max_heartbeat_throttle_interval=timedelta(seconds=1),
        graceful_shutdown_timeout=_LONGEST_UP,
        # A wave that another version has begun is ended with a sentence, and does not hang.
        workflow_failure_exception_types=[NondeterminismError],
    )


def _end_on_signals(activities: Activities, tell: Callable[[str], None]) -> asyncio.Event:
    ending = asyncio.Event()

    def end() -> None:
        if ending.is_set():
            tell("ends the step of each tenant at work; other workers go on with them")
            activities.hand_back()
        else:
            tell("takes no further tenant and ends once those at work are done; once more: after their step")
            ending.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    return ending
