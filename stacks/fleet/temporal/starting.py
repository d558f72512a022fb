"""A wave's start: what is asked, under a name that the same command has again, so that it runs once at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError
from stacks.fleet.digest import name_version
from stacks.fleet.limits import Limits
from stacks.fleet.rotation import name_generation
from stacks.fleet.temporal.attributes import is_searchable
from stacks.fleet.temporal.planning import plan_targets
from stacks.fleet.temporal.shared import TASK_QUEUE, VERB_ATTRIBUTE, Asked, Target, Verb, WaveEnd, WaveOrder
from stacks.fleet.temporal.workflows import WaveWorkflow

_RESUMABLE = timedelta(hours=24)
_MOST = 1_900_000
"""Characters of what a wave is asked: some 12,000 tenants. The server refuses 2 MB."""


@dataclass(frozen=True)
class StartedWave:
    """A wave that was begun: the workflow's name, its run, its tenants. `remark`: what is true of it as a whole."""

    wave: str
    run: str
    waves: tuple[tuple[Target, ...], ...]
    remark: str = ""


async def start_wave(
    client: Client, verb: Verb, tenants: Sequence[str], limits: Limits, how: dict[str, Any]
) -> StartedWave:
    """Start a wave. Raises `ProviderError` while the same one is at work."""
    name = _name_wave(verb, tenants, how)
    earlier = await _find_generation(client, name) if verb == "rotate" else ""
    asked = Asked(
        verb=verb,
        version=name_version(),
        by=client.identity,
        deadline=limits.deadline.seconds,
        generation=earlier or name_generation(datetime.now(UTC)),
        **how,
    )
    order = WaveOrder(
        asked=asked,
        waves=plan_targets(tenants, verb),
        at_once=limits.jobs,
        max_failures=limits.max_failures,
        searchable=await is_searchable(client),
    )
    if len(order.model_dump_json()) > _MOST:
        raise ProviderError(
            f"{len(tenants)} tenants are more than one wave can hold", next_step="choose fewer by --label"
        )
    handle = await start(client, name, order)
    remark = "an earlier attempt has not finished; whoever has its new key already keeps it" if earlier else ""
    return StartedWave(name, handle, order.waves, remark)


async def start(client: Client, name: str, order: WaveOrder) -> str:
    """Start the workflow; gives its run. Raises `ProviderError` while one of the name is at work."""
    try:
        handle = await client.start_workflow(
            WaveWorkflow.run,
            order,
            id=name,
            task_queue=TASK_QUEUE,
            memo={"verb": order.asked.verb, "by": order.asked.by},
            search_attributes=describe_wave(order),
        )
    except WorkflowAlreadyStartedError:
        described = await client.get_workflow_handle(name).describe()
        by = str((await described.memo()).get("by", "somebody"))
        since = described.start_time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        raise ProviderError(
            f"the same is at work already: `{order.asked.verb}`, asked by {by}, since {since} UTC (workflow {name})",
            next_step="wait for its end, or cancel it",
        ) from None
    return handle.result_run_id or ""


def describe_wave(order: WaveOrder) -> TypedSearchAttributes:
    """Make what Temporal's own page finds the wave by."""
    key = SearchAttributeKey.for_keyword(VERB_ATTRIBUTE)
    return TypedSearchAttributes([SearchAttributePair(key, order.asked.verb)] if order.searchable else [])


def _name_wave(verb: Verb, tenants: Sequence[str], how: dict[str, Any]) -> str:
    asked = json.dumps([verb, sorted(tenants), how], sort_keys=True)
    return f"{PROJECT}/wave/{verb}-{hashlib.sha256(asked.encode()).hexdigest()[:12]}"


async def _find_generation(client: Client, name: str) -> str:
    """Find the generation of the same rotation that has ended early within a day: it is finished, not begun again."""
    handle = client.get_workflow_handle(name)
    try:
        described = await handle.describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return ""
        raise
    if described.close_time is None or described.close_time < datetime.now(UTC) - _RESUMABLE:
        return ""
    if described.status == WorkflowExecutionStatus.COMPLETED:
        end = await client.get_workflow_handle_for(WaveWorkflow.run, name, run_id=described.run_id).result()
        if WaveEnd.model_validate(end).finished:
            return ""
    async for event in client.get_workflow_handle(name, run_id=described.run_id).fetch_history_events(page_size=1):
        payloads = event.workflow_execution_started_event_attributes.input.payloads
        order: WaveOrder = (await client.data_converter.decode(payloads, [WaveOrder]))[0]
        return order.asked.generation
    return ""
