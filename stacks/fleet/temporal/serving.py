"""Who serves the queue, and whether they and we can read each other's payloads.

A worker's identity ends with the names of its payload keys, which are made of hashes and open nothing: a job that no
worker can read would be handed to them again and again, and the server tells nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from providers.core.errors import ProviderError, SettingError
from stacks.fleet.temporal.codec import list_key_names
from stacks.fleet.temporal.payload_keys import KEYS
from stacks.fleet.temporal.shared import PAYLOAD_KEYS, TASK_QUEUE, name_worker

_POLL = timedelta(seconds=75)
"""A worker asks for work and is answered within a minute; who has not asked for longer is gone."""
PAGE = "docs/fleet.md"


@dataclass(frozen=True)
class Serving:
    """A worker. `keys`: the names of its payload keys, of which the first encrypts."""

    name: str
    keys: tuple[str, ...] = ()

    @classmethod
    def parse(cls, identity: str) -> Serving:
        """Read what a worker calls itself."""
        return cls(name_worker(identity), tuple(identity.partition(PAYLOAD_KEYS)[2].split()))

    def reads(self, ours: Sequence[str]) -> bool:
        """Tell whether it can read what is encrypted with the first of our keys."""
        return not ours or ours[0] in self.keys

    def is_read(self, ours: Sequence[str]) -> bool:
        """Tell whether we can read what it encrypts."""
        return not self.keys or self.keys[0] in ours


def identify_worker(client: Client) -> str:
    """Name a worker for the server: who it is, and which payload keys it has."""
    keys = list_key_names(client.data_converter)
    return f"{client.identity}{PAYLOAD_KEYS}{' '.join(keys)}" if keys else client.identity


async def list_workers(client: Client) -> list[Serving]:
    """List the workers that serve the fleet's queue."""
    asking: list[set[str]] = []
    for kind in (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY):
        request = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=TASK_QUEUE), task_queue_type=kind
        )
        answer = await client.workflow_service.describe_task_queue(request)
        oldest = datetime.now(UTC) - _POLL
        asking.append({each.identity for each in answer.pollers if each.last_access_time.ToDatetime(UTC) > oldest})
    return [Serving.parse(identity) for identity in sorted(set.intersection(*asking))]


async def find_hindrance(client: Client) -> ProviderError | None:
    """Find why nobody would do what is asked, or could tell us what became of it; None where somebody would."""
    workers = await list_workers(client)
    if not workers:
        return ProviderError(
            f"no worker serves the queue {TASK_QUEUE} in the namespace {client.namespace} of the Temporal server at "
            f"{client.service_client.config.target_host}",
            next_step="start `umbrella-psa worker` where the project's folder is",
            page=PAGE,
        )
    return compare_keys(list_key_names(client.data_converter), workers)


def compare_keys(ours: Sequence[str], workers: Sequence[Serving]) -> SettingError | None:
    """Say it where we and no worker can read each other."""
    if any(worker.reads(ours) and worker.is_read(ours) for worker in workers):
        return None
    theirs = " ".join(sorted({worker.keys[0] for worker in workers if worker.keys})) or "none"
    if not any(worker.reads(ours) for worker in workers):
        return SettingError(
            KEYS,
            f"no worker has the key {ours[0]}, which is the first one here; the workers encrypt with: {theirs}",
            next_step="add it on the workers behind their first one and start them again, or begin with theirs here",
            page=PAGE,
        )
    return SettingError(
        KEYS,
        f"what the workers answer could not be read here: they encrypt with {theirs}, "
        + ("which is not among those that are set" if ours else "and none is set"),
        next_step="add that key here, behind the first one",
        page=PAGE,
    )


async def refuse_hindrance(client: Client) -> None:
    """Raise `ProviderError` where nobody would do what is asked."""
    if hindrance := await find_hindrance(client):
        raise hindrance
