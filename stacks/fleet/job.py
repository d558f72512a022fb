"""One tenant's part of a run: the only place where the fleet starts an engine. Both runners call it.

Idempotent: asked again after it was cut off anywhere, it goes on from there, because the engine and the providers do.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from providers.core.configuration import PREFIX, Configuration, to_environment_name
from providers.core.errors import ProviderError
from providers.core.schema import sensitive_fields
from providers.core.settings import format_key
from providers.core.stack_file import FOLDER
from providers.stated import StatedSettings
from stacks.exit_codes import CLEAN, DRIFT
from stacks.fleet.stored import StoredStack
from stacks.fleet.sweep import ReadStack, describe_rows, list_orders, sweep_tenant
from stacks.fleet.warm_process import EngineRun
from stacks.open_deletions import find_open_deletion
from stacks.pulumi_cli import make_environment
from stacks.reports.model import Row, WorkOrder
from stacks.settings import NAMESPACES

Verb = Literal["up", "preview", "destroy"]
_FLAGS: dict[Verb, tuple[str, ...]] = {
    "up": ("--yes", "--skip-preview"),
    "preview": ("--expect-no-changes",),
    "destroy": ("--yes", "--skip-preview"),
}


class TenantJob(BaseModel):
    """What is to be done. Holds a tenant's name, never a setting. `force`: also where nothing differs.

    `cut_off`: an earlier attempt is known to be dead, so the lock that it may have left is taken away.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: str
    verb: Verb
    force: bool = False
    cut_off: bool = False


class Engine(Protocol):
    """Runs one `pulumi` command at a time."""

    def run(self, arguments: list[str], folder: Path, environment: Mapping[str, str], output: Path) -> EngineRun:
        """Run it with this environment, whole; what it prints goes to a file."""


def run_tenant(job: TenantJob, engine: Engine, read: ReadStack, environment: Mapping[str, str]) -> Row:
    """Do a job and tell how the tenant is afterwards. Whatever goes wrong is the row's sentence."""
    begun = monotonic()
    read_once = cache(read)
    row = (
        sweep_tenant(job.tenant, read_once, environment)
        if job.verb == "up"
        else Row(tenant=job.tenant, verdict="clean")
    )
    try:
        if job.verb != "up" or _needs_engine(job, row, read_once, environment):
            row = _run_engine(job, engine, read, environment, row)
    except ProviderError as error:
        row = row.but(verdict="failed", sentences=(str(error),), changes=())
    return row.but(seconds=monotonic() - begun)


def _needs_engine(job: TenantJob, row: Row, read: ReadStack, environment: Mapping[str, str]) -> bool:
    """Not for a tenant that is as wanted, nor for one that the engine would refuse in the same words."""
    if row.verdict == "failed":
        return False
    return job.force or row.verdict != "clean" or is_record_old(read(job.tenant), environment)


def is_record_old(stack: StoredStack, environment: Mapping[str, str]) -> bool:
    """Tell whether the state has other provider settings on record than the file: plain refreshes work with these."""
    recorded = Configuration(stack.recorded, environment)
    return bool(StatedSettings(recorded, lambda tenant: stack.settings.values).list_outdated(""))


def _run_engine(job: TenantJob, engine: Engine, read: ReadStack, environment: Mapping[str, str], row: Row) -> Row:
    with tempfile.TemporaryDirectory(prefix="umbrella-psa-") as folder:  # nobody else's to read
        output = Path(folder) / "output"
        whole = make_environment(environment)
        common = ["--stack", job.tenant, "--non-interactive", "--color", "never"]
        if job.cut_off:
            engine.run(["cancel", "--yes", *common], Path.cwd(), whole, output)
        done = engine.run([job.verb, *_FLAGS[job.verb], *common], Path.cwd(), whole, output)
        printed = output.read_text(encoding="utf-8", errors="replace").splitlines()
    return _judge(job, row, done, printed, read)


def _judge(job: TenantJob, row: Row, done: EngineRun, printed: list[str], read: ReadStack) -> Row:
    stack = read(job.tenant)
    row = describe_rows(row, stack.rows).but(changes=tuple(done.changes), sentences=tuple(done.information), orders=())
    if done.code == CLEAN:
        return row.but(verdict="clean")
    if done.code == DRIFT and job.verb == "preview":
        return row.but(verdict="drift")
    if orders := list_orders(job.tenant, stack.rows) or _list_deletions(job, stack, done.errors):
        return row.but(verdict="waiting", orders=orders)
    # What fails before the engine has begun (a lock, a backend) is printed, and no event.
    last = [line.removeprefix("error: ") for line in printed if line.startswith("error: ")]
    return row.but(
        verdict="failed", sentences=tuple(done.errors or last or [f"the engine ended with exit code {done.code}"])
    )


def _list_deletions(job: TenantJob, stack: StoredStack, errors: Sequence[str]) -> tuple[WorkOrder, ...]:
    """List what a destroy waits for: no row of the state is pending then, so the step is worked out, as `status` does.

    Only where the engine stopped at that very step: it may have failed before.
    """
    if job.verb != "destroy":
        return ()
    open_deletion = find_open_deletion(
        job.tenant, stack.read_state(), stack.settings.values, lambda: ("destroy", "failed")
    )
    order = open_deletion.order.replace("<tenant>", job.tenant) if open_deletion else ""
    title = order.partition("\n")[0]
    return (WorkOrder(text=order),) if title and any(title in error for error in errors) else ()


def digest_settings(tenant: str, environment: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> str:
    """Tell one version of a tenant's settings from another: a hash of its file and of what the environment sets.

    Nothing is made of a secret: of one in the environment only that it is set counts.
    """
    path = folder / f"Pulumi.{tenant}.yaml"
    hashed = hashlib.sha256(path.read_bytes() if path.is_file() else b"")
    secrets = {
        to_environment_name(format_key(namespace, name))
        for namespace, model in NAMESPACES.items()
        for name in sensitive_fields(model)
    }
    for name in sorted(name for name in environment if name.startswith(PREFIX)):
        hashed.update(f"{name}={'' if name in secrets else environment[name]}\0".encode())
    return hashed.hexdigest()
