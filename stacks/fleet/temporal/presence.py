"""Who holds a tenant, and what runs where: asked of the server."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from stacks.fleet.temporal.serving import list_workers
from stacks.fleet.temporal.shared import Beat, name_tenant_workflow, name_worker, read_tenant


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


async def look_around(client: Client, tenants: Collection[str]) -> tuple[list[str], list[Work]]:
    """List the workers, and which of these tenants are being worked on."""
    return [worker.name for worker in await list_workers(client)], await list_work(client, tenants)


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
    names = [read_tenant(found.id) async for found in client.list_workflows(query)]
    work = [await describe_work(client, name) for name in names if name in tenants]
    return sorted((each for each in work if each), key=lambda each: each.tenant)


async def _read_work(tenant: str, described: WorkflowExecutionDescription) -> Work:
    memo, worker, change, attempt = await described.memo(), "", "", 1
    for activity in described.raw_description.pending_activities:
        attempt = activity.attempt
        if activity.HasField("last_started_time"):
            worker = name_worker(activity.last_worker_identity)
        for beat in await described.data_converter.decode(activity.heartbeat_details.payloads, [Beat]):
            change = beat.change
    started = described.execution_time or described.start_time
    return Work(tenant, str(memo.get("verb", "")), str(memo.get("by", "")), worker, started, change, attempt)
