"""The workflows: a wave of many tenants, and one tenant. Replayed by the server's history, so they only decide.

They import the standard library, temporalio and shared.py, nothing else (tests/unit/test_architecture.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import (
    ActivityError,
    ChildWorkflowError,
    WorkflowAlreadyStartedError,
    is_cancelled_exception,
)
from temporalio.exceptions import TimeoutError as Silence

with workflow.unsafe.imports_passed_through():
    from stacks.fleet.temporal.shared import (
        DEATHS,
        FINISHED,
        HEARTBEAT,
        INTERRUPT,
        PAUSE,
        PLAN,
        RUN_TENANT,
        SITE_ATTRIBUTE,
        TENANT_ATTRIBUTE,
        TRIES,
        VERB_ATTRIBUTE,
        VERDICT_ATTRIBUTE,
        WITHOUT_ENGINE,
        Outcome,
        Plan,
        Row,
        Target,
        TenantOrder,
        WaveEnd,
        WaveOrder,
        judge_failure,
        name_tenant_workflow,
        name_worker,
    )

_VERDICT = SearchAttributeKey.for_keyword(VERDICT_ATTRIBUTE)
_TENANT = SearchAttributeKey.for_keyword(TENANT_ATTRIBUTE)
_SITE = SearchAttributeKey.for_keyword(SITE_ATTRIBUTE)
_VERB = SearchAttributeKey.for_keyword(VERB_ATTRIBUTE)
_COMMANDS = 6  # of the engine, at most, in one tenant's part
_SHORT = timedelta(seconds=60)


@workflow.defn(name="psa-tenant")
class TenantWorkflow:
    """One tenant. Its name is the mutex."""

    @workflow.run
    async def run(self, order: TenantOrder) -> Outcome:
        """Have it done; in bad weather again, and again by another worker when one ends or dies."""
        weather = 0
        while True:
            try:
                outcome = await self._run_once(order)
            except ActivityError as error:
                outcome = Outcome(row=_describe_lost(order.target.tenant, error))
            weather += not outcome.handed_back
            if not (outcome.handed_back or outcome.row.transient) or weather == TRIES:
                break
            if not outcome.handed_back:
                with suppress(asyncio.CancelledError):
                    await workflow.sleep(PAUSE * weather)
            # Not by that error alone: while the activity is ending it goes there, and nothing comes of it.
            if workflow.cancellation_reason() is not None:
                outcome = Outcome(row=outcome.row.but(verdict="stopped", code=None, transient=False))
                break
        if order.searchable:
            workflow.upsert_search_attributes([_VERDICT.value_set(outcome.row.verdict)])
        return outcome

    async def _run_once(self, order: TenantOrder) -> Outcome:
        outcome: Outcome = await workflow.execute_activity(
            RUN_TENANT,
            order,
            result_type=Outcome,
            start_to_close_timeout=timedelta(seconds=_COMMANDS * (order.asked.deadline + 120)),
            heartbeat_timeout=HEARTBEAT,
            # Only a dead worker's: what a worker tells is a result, a failed one, too.
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=DEATHS),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
        return outcome


def _describe_lost(tenant: str, error: ActivityError) -> Row:
    """Make the row of a tenant that no worker has told anything of."""
    if is_cancelled_exception(error):
        return Row(tenant=tenant, verdict="stopped")
    worker = name_worker(error.identity)
    sentence = (
        f"{DEATHS} workers fell silent while they were at work on it, the last one {worker or 'unknown'}; look into "
        "their logs before it is run again."
    )
    if isinstance(error.cause, Silence):
        return Row(tenant=tenant, verdict="failed", sentences=(sentence,))
    return Row(
        tenant=tenant,
        verdict="failed",
        sentences=(f"the worker {worker} can't do it: {error.cause}",),
    )


@workflow.defn(name="psa-wave")
class WaveWorkflow:
    """Many tenants: a canary, a share, the rest. Ends well whatever its tenants do."""

    @workflow.init
    def __init__(self, order: WaveOrder) -> None:
        """Begin, or go on where an earlier run of the same has ended."""
        self._order = order
        self._failures = order.failures
        self._unfinished = order.unfinished
        self._stopped_because = ""

    @workflow.run
    async def run(self, order: WaveOrder) -> WaveEnd:
        """Have all tenants done, wave by wave; begin none once there is a reason not to."""
        if order.choice:
            await self._plan()
        waves = list(self._order.waves)
        for done, wave in enumerate(waves):
            left = await self._run_wave(deque(wave))
            if left and not self._stopped_because:
                rest = (tuple(left), *waves[done + 1 :])
                changed = {"waves": rest, "failures": self._failures, "unfinished": self._unfinished}
                workflow.continue_as_new(self._order.model_copy(update=changed))
            if self._stopped_because:
                break
        finished = not (self._unfinished or self._stopped_because)
        return WaveEnd(stopped_because=self._stopped_because, finished=finished)

    async def _plan(self) -> None:
        # By the worker that decides, at once: those at work with tenants may have no room.
        plan = await workflow.execute_local_activity(
            PLAN,
            self._order,
            result_type=Plan,
            start_to_close_timeout=_SHORT,
            retry_policy=RetryPolicy(maximum_attempts=5),
        )
        if plan.problem:
            self._stopped_because = plan.problem
        # The schedule may be older than the workers; what it asks for is for those of today.
        asked = self._order.asked.model_copy(update={"version": plan.version, "generation": plan.generation})
        self._order = self._order.model_copy(update={"waves": plan.waves, "asked": asked, "choice": None})

    async def _run_wave(self, waiting: deque[Target]) -> deque[Target]:
        """Run one wave; gives the tenants that were not begun."""
        running: set[asyncio.Task[Row]] = set()
        while True:
            while waiting and len(running) < self._order.at_once and not self._is_ending():
                running.add(asyncio.create_task(self._run_tenant(waiting.popleft())))
            if not running:
                return waiting
            try:
                done, left = await workflow.wait(running, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                self._stopped_because = self._stopped_because or INTERRUPT
                for task in running:
                    task.cancel()
                continue
            running = set(left)
            for task in done:
                self._judge(task.result())

    def _is_ending(self) -> bool:
        """Tell whether no further tenant is begun in this run: a history has a length that is good for it."""
        return bool(self._stopped_because) or workflow.info().is_continue_as_new_suggested()

    def _judge(self, row: Row) -> None:
        self._unfinished += row.verdict not in FINISHED
        if row.verdict == "failed" and self._order.asked.verb not in WITHOUT_ENGINE:
            self._failures += 1
            reason = judge_failure(row, self._failures, self._order.max_failures)
            self._stopped_because = self._stopped_because or reason

    async def _run_tenant(self, target: Target) -> Row:
        asked, name = self._order.asked, name_tenant_workflow(target.tenant)
        order = TenantOrder(asked=asked, target=target, searchable=self._order.searchable)
        try:
            outcome = await workflow.execute_child_workflow(
                TenantWorkflow.run,
                order,
                id=name,
                parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
                cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
                search_attributes=self._describe(target),
                memo={"verb": asked.verb, "by": asked.by},
            )
            return outcome.row
        except WorkflowAlreadyStartedError:
            return Row(tenant=target.tenant, verdict="failed", sentences=(f"{name} is at work already.",))
        except ChildWorkflowError as error:
            if is_cancelled_exception(error):
                return Row(tenant=target.tenant, verdict="stopped")
            return Row(tenant=target.tenant, verdict="failed", sentences=(f"{name}: {error.cause or error}",))

    def _describe(self, target: Target) -> TypedSearchAttributes | None:
        if not self._order.searchable:
            return None
        pairs = [SearchAttributePair(_TENANT, target.tenant), SearchAttributePair(_VERB, self._order.asked.verb)]
        return TypedSearchAttributes([*pairs, *([SearchAttributePair(_SITE, target.site)] if target.site else [])])
