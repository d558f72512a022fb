"""What travels between whoever asks, the server and the workers. The server keeps all of it, so nothing is secret.

A job carries the tenant's name, never a setting: each worker has the project's folder and its own way to the secrets.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from providers.core.configuration import PROJECT
from stacks.fleet.waves import INTERRUPT, judge_failure
from stacks.reports.model import Row

__all__ = ["INTERRUPT", "Row", "judge_failure"]

TASK_QUEUE = PROJECT
RUN_TENANT, PLAN = "run-tenant", "plan"
"""The activities, by name: a workflow imports none of them."""

PAYLOAD_KEYS = ", payload keys "
"""In a worker's identity, before the names of those that it has."""

TENANT_ATTRIBUTE, SITE_ATTRIBUTE, VERDICT_ATTRIBUTE, VERB_ATTRIBUTE = "PsaTenant", "PsaSite", "PsaVerdict", "PsaVerb"
"""By these Temporal's own page finds the tenants that failed tonight."""

HEARTBEAT = timedelta(seconds=5)
"""A worker that is silent for so long is dead. The SDK's throttle would be 80 % of it; worker.py sets a second."""
DEATHS = 3
"""So many workers may die on a tenant before it is left alone."""
TRIES = 3
"""So often a tenant is asked about again in bad weather."""
PAUSE = timedelta(seconds=5)
"""Before the second try; before the third twice as long."""

FINISHED = ("clean", "drift")
"""The verdicts of a tenant that need not be done again."""

Verb = Literal["up", "preview", "destroy", "rotate", "sweep", "orphans"]
WITHOUT_ENGINE: tuple[Verb, ...] = ("sweep", "orphans")
"""What only looks: no engine is started, all tenants are one wave, and what fails ends no run."""


class Data(BaseModel):
    """Never changed. What another version has added is passed over: its `version` decides whether the job is ours."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Asked(Data):
    """What is asked of every tenant of a wave; the fields are those of `stacks.fleet.job.TenantJob`.

    `version`: the product's, of whoever asks. `by`: who that is. `deadline`: seconds of each command of the engine.
    """

    verb: Verb
    version: str
    by: str
    deadline: float = 1800.0
    generation: str = ""
    force: bool = False
    older_than: int | None = None
    dry_run: bool = False
    revoke: bool = False


class Target(Data):
    """A tenant. `digest`: of its settings file, but for `rotate`, which a rotation writes itself."""

    tenant: str
    digest: str
    rotate: str = ""
    site: str = ""


class TenantOrder(Data):
    """One tenant's part. `searchable`: the server knows our search attributes."""

    asked: Asked
    target: Target
    searchable: bool = False


class Outcome(Data):
    """How a tenant is. `found`: what `orphans` tells of it. `handed_back`: the worker ends; another one goes on."""

    row: Row
    found: dict[str, Any] | None = None
    handed_back: bool = False


class Choice(Data):
    """Which tenants, where a schedule asks: looked up when it does, so that new ones are in it."""

    tenants: tuple[str, ...] = ()
    every: bool = False
    labels: tuple[str, ...] = ()


class WaveOrder(Data):
    """Many tenants. The fields from `failures` on tell how far it is, when it goes on in a new run.

    `waves`: each ends before the next begins. `choice`: what they are planned by, where nobody has done that yet.
    """

    asked: Asked
    waves: tuple[tuple[Target, ...], ...] = ()
    choice: Choice | None = None
    at_once: int = 4
    max_failures: int = 0
    searchable: bool = False
    failures: int = 0
    unfinished: int = 0


class Plan(Data):
    """What a worker has planned: waves, the product's version there, and the generation for a rotation."""

    waves: tuple[tuple[Target, ...], ...]
    version: str
    generation: str = ""
    problem: str = ""
    """Why nothing can be planned; empty when all is well."""


class WaveEnd(Data):
    """How a wave ended. `stopped_because`: why no further tenant was begun; empty when all were."""

    stopped_because: str = ""
    finished: bool = False
    """Every tenant is as wanted: asked again, it is another run."""


class Beat(Data):
    """What a heartbeat tells. `place`: the machine and the folder; `change`: what the engine has begun last."""

    place: str
    change: str = ""


def name_worker(identity: str) -> str:
    """Name a worker for people, by what it calls itself at the server."""
    return identity.partition(PAYLOAD_KEYS)[0]


def name_tenant_workflow(tenant: str) -> str:
    """Name the workflow that is a tenant's mutex: a server runs one of a name at a time."""
    return f"{PROJECT}/{tenant}"


def read_tenant(workflow: str) -> str:
    """Read from a tenant's workflow's name whose it is."""
    return workflow.removeprefix(name_tenant_workflow(""))
