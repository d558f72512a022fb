"""Waves by the clock: Temporal Schedules, which the server keeps and no machine of ours has to be up for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
)
from temporalio.service import RPCError, RPCStatusCode

from providers.core.configuration import PROJECT
from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.http.text import clean_text
from stacks.fleet.temporal.attributes import is_searchable
from stacks.fleet.temporal.shared import TASK_QUEUE, WaveOrder
from stacks.fleet.temporal.starting import describe_wave
from stacks.fleet.temporal.workflows import WaveWorkflow

OVERLAPS = {
    "skip": ScheduleOverlapPolicy.SKIP,
    "buffer-one": ScheduleOverlapPolicy.BUFFER_ONE,
    "cancel-other": ScheduleOverlapPolicy.CANCEL_OTHER,
}
"""What happens when the wave before is still at work. Two of one schedule at once are not offered: each would find the
other's tenants taken."""
_LATE = timedelta(hours=1)
"""So late a start is made up for, after the server was away; the server's default is a year."""
_PREFIX = f"{PROJECT}/"


@dataclass(frozen=True)
class Planned:
    """A schedule, as it is listed."""

    name: str
    verb: str
    tenants: str
    cron: str
    paused: bool
    note: str
    next_at: datetime | None
    last_at: datetime | None


async def make_schedule(
    client: Client, name: str, cron: str, zone: str | None, overlap: str, order: WaveOrder
) -> datetime | None:
    """Make a schedule; gives its next start. Raises `SettingError` for a name that is taken, and a wrong expression."""
    order = order.model_copy(update={"searchable": await is_searchable(client)})
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            WaveWorkflow.run,
            order,
            id=f"{_PREFIX}wave/{name}",
            task_queue=TASK_QUEUE,
            memo={"verb": order.asked.verb, "by": order.asked.by},
            typed_search_attributes=describe_wave(order),
        ),
        spec=ScheduleSpec(cron_expressions=[cron], time_zone_name=zone),
        policy=SchedulePolicy(overlap=OVERLAPS[overlap], catchup_window=_LATE),
        state=ScheduleState(note=f"{order.asked.verb} by {PROJECT}"),
    )
    try:
        memo = {"verb": order.asked.verb, "tenants": _describe_choice(order), "cron": f"{cron} {zone or 'UTC'}"}
        handle = await client.create_schedule(_PREFIX + name, schedule, memo=memo)
    except ScheduleAlreadyRunningError:
        raise SettingError(
            "--name", f"there is a schedule {name} already", next_step="remove it, or give this one another name"
        ) from None
    except RPCError as error:
        if error.status != RPCStatusCode.INVALID_ARGUMENT:
            raise
        raise SettingError("--cron", f"the server does not take it: {clean_text(error.message)}") from None
    described = await handle.describe()
    return next(iter(described.info.next_action_times), None)


async def list_schedules(client: Client) -> AsyncIterator[Planned]:
    """List the schedules of this product; others of the namespace are left out."""
    async for listed in await client.list_schedules():
        if not listed.id.startswith(_PREFIX):
            continue
        memo, info, state = await listed.memo(), listed.info, listed.schedule.state if listed.schedule else None
        yield Planned(
            name=listed.id.removeprefix(_PREFIX),
            verb=str(memo.get("verb", "")),
            tenants=str(memo.get("tenants", "")),
            cron=str(memo.get("cron", "")),
            paused=bool(state and state.paused),
            note=state.note or "" if state else "",
            next_at=next(iter(info.next_action_times), None) if info else None,
            last_at=info.recent_actions[-1].started_at if info and info.recent_actions else None,
        )


async def pause_schedule(client: Client, name: str, note: str) -> None:
    """Pause it. Raises `SettingError` for one that is not there."""
    with _naming(name, await _list_names(client)):
        await _find(client, name).pause(note=note or None)


async def unpause_schedule(client: Client, name: str, note: str) -> None:
    """Let it go on; what was missed is not made up for. Raises `SettingError` for one that is not there."""
    with _naming(name, await _list_names(client)):
        await _find(client, name).unpause(note=note or None)


async def remove_schedule(client: Client, name: str) -> None:
    """Take it away; a wave that it has begun goes on. Raises `SettingError` for one that is not there."""
    with _naming(name, await _list_names(client)):
        await _find(client, name).delete()


def _find(client: Client, name: str) -> ScheduleHandle:
    return client.get_schedule_handle(_PREFIX + name)


async def _list_names(client: Client) -> list[str]:
    return [planned.name async for planned in list_schedules(client)]


@contextmanager
def _naming(name: str, known: list[str]) -> Iterator[None]:
    try:
        yield
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        near = suggest_nearest(name, known)
        raise SettingError(
            "NAME", f"there is no schedule {name}", next_step="look with `umbrella-psa schedule list`", detail=near
        ) from None


def _describe_choice(order: WaveOrder) -> str:
    choice = order.choice
    if choice is None:
        return ""
    words = ["all"] if choice.every else list(choice.tenants)
    return " ".join([*words, *(f"--label {label}" for label in choice.labels)])
