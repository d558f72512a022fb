"""A wave as it goes, read from its history: that needs no worker, and tells all of it from the beginning."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from stacks.fleet.temporal.presence import describe_work
from stacks.fleet.temporal.shared import Outcome, WaveEnd, read_tenant
from stacks.reports.model import Row

_GONE = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.UNKNOWN)
_BATCH = 0.4  # seconds
_LOST = {
    EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED: "its workflow failed",
    EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT: "its workflow ran out of time",
    EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED: "somebody terminated its workflow",
    EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED: "",
}
_ENDED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "the wave's workflow failed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "the wave's workflow ran out of time",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "somebody terminated the wave's workflow",
}


class Watcher(Protocol):
    """Who wants to know."""

    def begin(self, tenant: str) -> None:
        """Note that a tenant was handed out."""

    def end(self, outcome: Outcome) -> None:
        """Note how a tenant is."""


class Following:
    """Follows one wave to its end, over all the runs that it goes on in, and over the server's absences."""

    def __init__(self, client: Client, wave: str, run: str, watcher: Watcher, miss: Callable[[], None]) -> None:
        """`miss` is told when the server does not answer."""
        self._client, self._wave, self._run, self._watcher, self._miss = client, wave, run, watcher, miss
        self._read_up_to = 0
        self._begun: datetime | None = None

    async def follow(self) -> WaveEnd:
        """Follow until the wave has ended."""
        while True:
            try:
                if (end := await self._follow_run()) is not None:
                    return end
            except RPCError as error:
                if error.status not in _GONE:
                    raise
                self._miss()

    async def _follow_run(self) -> WaveEnd | None:
        """Follow one run; gives the wave's end, None where it goes on in another run."""
        handle = self._client.get_workflow_handle(self._wave, run_id=self._run)
        pages = handle.fetch_history_events(wait_new_event=True)
        while True:
            await pages.fetch_next_page()
            for event in pages.current_page or ():
                if event.event_id <= self._read_up_to:
                    continue
                self._read_up_to = event.event_id
                if (end := await self._take(event)) is not None:
                    return end
            if not pages.next_page_token:
                return None
            await asyncio.sleep(_BATCH)  # a page for each event would cost the server as much as the wave

    async def _take(self, event: HistoryEvent) -> WaveEnd | None:
        """Take one event; the wave's end, if it is that."""
        kind = event.event_type
        if kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            self._begun = self._begun or event.event_time.ToDatetime(UTC)
        elif kind == EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
            self._watcher.begin(_name_tenant(event.child_workflow_execution_started_event_attributes))
        elif kind == EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
            await self._take_outcome(event)
        elif kind == EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
            tenant = read_tenant(event.start_child_workflow_execution_failed_event_attributes.workflow_id)
            self._watcher.end(Outcome(row=await self._describe_holder(tenant)))
        elif kind in _LOST:
            self._take_lost(event)
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            self._run = event.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
            self._read_up_to = 0
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            result = event.workflow_execution_completed_event_attributes.result.payloads
            return WaveEnd.model_validate((await self._client.data_converter.decode(result, [WaveEnd]))[0])
        elif kind in _ENDED:
            failure = event.workflow_execution_failed_event_attributes.failure.message
            return WaveEnd(stopped_because=": ".join(filter(None, (_ENDED[kind], failure))))
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
            return WaveEnd(stopped_because="interrupted")
        return None

    async def _take_outcome(self, event: HistoryEvent) -> None:
        result = event.child_workflow_execution_completed_event_attributes.result.payloads
        outcome = Outcome.model_validate((await self._client.data_converter.decode(result, [Outcome]))[0])
        # By the server's clock alone: the machines' may differ.
        ended = (event.event_time.ToDatetime(UTC) - (self._begun or datetime.now(UTC))).total_seconds()
        begun = max(0.0, ended - outcome.row.seconds)
        self._watcher.end(outcome.model_copy(update={"row": outcome.row.but(begun=begun)}))

    def _take_lost(self, event: HistoryEvent) -> None:
        attributes = getattr(event, str(event.WhichOneof("attributes")))
        why = _LOST[event.event_type]
        row = Row(tenant=_name_tenant(attributes), verdict="failed" if why else "stopped")
        self._watcher.end(Outcome(row=row.but(sentences=(f"{why}.",)) if why else row))

    async def _describe_holder(self, tenant: str) -> Row:
        """Say who is at work on a tenant that could not be begun because of that."""
        holder = await describe_work(self._client, tenant)
        who = f"another run is at work on it: {holder}" if holder else "another run was at work on it, and has ended"
        return Row(tenant=tenant, verdict="failed", sentences=(f"{who}; wait for its end, and run the same again.",))


def _name_tenant(attributes: Any) -> str:
    return read_tenant(attributes.workflow_execution.workflow_id)
