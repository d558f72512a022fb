"""Who serves the queue, who holds a tenant, and what runs where: asked of the server."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from providers.core.errors import ProviderError
from stacks.fleet.temporal.shared import TASK_QUEUE, Beat, name_tenant_workflow

_POLL = timedelta(seconds=75)
"""A worker asks for work and is answered within a minute; who has not asked for longer is gone."""


@dataclass(frozen=True)
class Work:
    """A tenant that is being worked on. `worker`: empty while none has taken it."""

    tenant: str
    verb: str
    by: str
    worker: str
    since: datetime
    change: str = ""
    attempt: int = 1

    def __str__(self) -> str:
        """Make its sentence."""
        since = f"since {self.since.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, asked by {self.by or 'somebody'}"
        if not self.worker:
            return f"{self.tenant}: `{self.verb}` waits for a worker, {since}"
        doing = f", {self.change}" if self.change else ""
        again = f", attempt {self.attempt}" if self.attempt > 1 else ""
        return f"{self.tenant}: `{self.verb}` at work on {self.worker}{doing}{again}, {since}"


async def list_workers(client: Client) -> list[str]:
    """List the workers that serve the fleet's queue, by the names that they give themselves."""
    asking: list[set[str]] = []
    for kind in (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY):
        request = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=TASK_QUEUE), task_queue_type=kind
        )
        answer = await client.workflow_service.describe_task_queue(request)
        oldest = datetime.now(UTC) - _POLL
        asking.append({each.identity for each in answer.pollers if each.last_access_time.ToDatetime(UTC) > oldest})
    return sorted(set.intersection(*asking))


async def look_around(client: Client, tenants: Collection[str]) -> tuple[list[str], list[Work]]:
    """List the workers, and which of these tenants are being worked on."""
    return await list_workers(client), await list_work(client, tenants)


async def refuse_empty_queue(client: Client) -> None:
    """Raise `ProviderError` where nobody would do what is asked."""
    if not await list_workers(client):
        raise make_empty_queue_error(client)


def make_empty_queue_error(client: Client) -> ProviderError:
    """Say that no worker serves the queue."""
    return ProviderError(
        f"no worker serves the queue {TASK_QUEUE} in the namespace {client.namespace} of the Temporal server at "
        f"{client.service_client.config.target_host}",
        next_step="start `umbrella-psa worker` where the project's folder is",
        page="docs/fleet.md",
    )


async def describe_work(client: Client, tenant: str) -> Work | None:
    """Describe who is at work on a tenant; None when nobody is."""
    try:
        described = await client.get_workflow_handle(name_tenant_workflow(tenant)).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    return await _read_work(tenant, described) if described.status == WorkflowExecutionStatus.RUNNING else None


async def list_work(client: Client, tenants: Collection[str]) -> list[Work]:
    """List which of these tenants are being worked on, as soon as the server's index has them: a second or so."""
    query = "WorkflowType = 'psa-tenant' AND ExecutionStatus = 'Running'"
    names = [found.id.partition("/")[2] async for found in client.list_workflows(query)]
    work = [await describe_work(client, name) for name in names if name in tenants]
    return sorted((each for each in work if each), key=lambda each: each.tenant)


async def _read_work(tenant: str, described: WorkflowExecutionDescription) -> Work:
    memo, worker, change, attempt = await described.memo(), "", "", 1
    for activity in described.raw_description.pending_activities:
        attempt = activity.attempt
        if activity.HasField("last_started_time"):
            worker = activity.last_worker_identity
        for beat in await described.data_converter.decode(activity.heartbeat_details.payloads, [Beat]):
            change = beat.change
    started = described.execution_time or described.start_time
    return Work(tenant, str(memo.get("verb", "")), str(memo.get("by", "")), worker, started, change, attempt)
