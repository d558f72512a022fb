"""One tenant's part of a run: the only place where the fleet starts an engine. Both runners call it.

Idempotent: asked again after it was cut off anywhere, it goes on from there, because the engine and the providers do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from providers.core.configuration import Configuration, to_environment_name
from providers.core.errors import ProviderError
from providers.stated import StatedSettings
from stacks.backend_address import clean_words
from stacks.exit_codes import CLEAN, DRIFT
from stacks.fleet.deadline import Deadline
from stacks.fleet.failed_row import describe_failure
from stacks.fleet.rotation import (
    PAGE,
    SETTING,
    begin_rotation,
    describe_rotation,
    is_due,
    is_unfinished,
    verify_rotation,
)
from stacks.fleet.stored import StoredStack
from stacks.fleet.sweep import ReadStack, describe_rows, list_orders, list_unrecorded_orders, sweep_tenant
from stacks.fleet.warm_process import EngineKilled, EngineRun
from stacks.pulumi_cli import make_environment
from stacks.reports.model import Rotation, Row, WorkOrder
from stacks.tenant_session import open_session

Verb = Literal["up", "preview", "destroy", "rotate"]
_FLAGS: dict[Verb, tuple[str, ...]] = {
    "up": ("--yes", "--skip-preview"),
    "preview": ("--expect-no-changes",),
    "destroy": ("--yes", "--skip-preview"),
}
_DRY_FLAGS: dict[Verb, tuple[str, ...]] = {"destroy": ("--preview-only",), "preview": ()}


class TenantJob(BaseModel):
    """What is to be done. Holds a tenant's name, never a setting. `force`: also where nothing differs.

    `generation`: what a rotation makes `rotate`. `older_than`: only a key of more days. `dry_run`: tell and change
    nothing. `cut_off`: an earlier attempt is known to be dead, so the lock that it may have left is taken away.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: str
    verb: Verb
    force: bool = False
    generation: str = ""
    older_than: int | None = None
    dry_run: bool = False
    cut_off: bool = False


class Engine(Protocol):
    """Runs one `pulumi` command at a time, as `WarmProcess` does."""

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        output: Path,
        *,
        deadline: Deadline,
        tell: Callable[[str], None],
    ) -> EngineRun:
        """Run it with this environment, whole; what it prints goes to a file."""


def run_tenant(
    job: TenantJob,
    engine: Engine,
    read: ReadStack,
    environment: Mapping[str, str],
    deadline: Deadline = Deadline(),  # noqa: B008 - immutable
    tell: Callable[[str], None] = lambda change: None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Row:
    """Do a job and tell how the tenant is afterwards. Whatever goes wrong is the row's sentence.

    `tell` is called with each change as the engine begins it. No command is begun once `is_stopping` says so.
    """
    begun = monotonic()
    try:
        row = _TenantRun(job, engine, read, environment, deadline, tell, is_stopping).run()
    except Exception as error:  # whatever it is, it is one tenant's
        row = describe_failure(Row(tenant=job.tenant, verdict="failed"), error, job.verb)
    return row.but(seconds=monotonic() - begun)


@dataclass(frozen=True)
class _TenantRun:
    """One job with what it needs."""

    job: TenantJob
    engine: Engine
    read: ReadStack
    environment: Mapping[str, str]
    deadline: Deadline
    tell: Callable[[str], None]
    is_stopping: Callable[[], bool]

    def run(self) -> Row:
        """Do the job. Raises `ProviderError`."""
        if self.job.cut_off:
            self._unlock()
        if self.job.verb == "up":
            return self._bring_up()
        if self.job.verb == "rotate":
            return self._rotate()
        row = Row(tenant=self.job.tenant, verdict="clean")
        if self.job.verb == "destroy" and not self.read(self.job.tenant).holds_anything:
            return row
        return self._run_engine(self.job.verb, row)

    def _bring_up(self) -> Row:
        """Look first, and start the engine only for what differs, or is asked for by force."""
        read_once = cache(self.read)
        row = sweep_tenant(self.job.tenant, read_once, self.environment)
        # Not for a tenant that is as wanted, nor for one that the engine would refuse in the same words.
        if self.job.dry_run or row.verdict == "failed":
            return row
        if self.job.force or row.verdict != "clean" or is_record_old(read_once(self.job.tenant), self.environment):
            return self._run_engine("up", row)
        return row

    def _rotate(self) -> Row:
        """Give `rotate` a new value, run, and look whether the old key is gone."""
        job = self.job
        stack = self.read(job.tenant)
        session = open_session(job.tenant, stack, self.environment)
        row = describe_rows(Row(tenant=job.tenant, verdict="clean", site=session.tenant.connectwise.site), stack.rows)
        rotation = begin_rotation(session, job.generation)
        if job.older_than is not None and not is_due(session, job.older_than):
            return row.but(sentences=(f"its key is not older than {job.older_than} days and stays.",))
        if job.dry_run:
            return self._run_engine("preview", row, **{to_environment_name(SETTING): rotation.generation})
        if rotation.generation != session.tenant.own.rotate:
            self._ask("config", "set", SETTING, "--stack", job.tenant, "--", rotation.generation)
        elif not is_unfinished(session):
            return self._verify(row, rotation)
        row = self._run_engine("up", row)
        if row.verdict == "failed":
            return row.but(sentences=(f"the rotation is not finished: {row.sentences[0]}", *row.sentences[1:]))
        if row.verdict == "waiting":
            again = f"the rotation waits for a person; do this, then run `umbrella-psa rotate {job.tenant}` again."
            return row.but(sentences=(*row.sentences, again))
        return self._verify(row, rotation)

    def _verify(self, row: Row, rotation: Rotation) -> Row:
        try:
            session = open_session(self.job.tenant, self.read(self.job.tenant), self.environment)
            done = verify_rotation(session, rotation)
        except ProviderError as error:
            summary = f"the rotation is not finished: {error.headline}"
            raise ProviderError(**{**error.fields(), "summary": summary, "page": error.page or PAGE}) from None
        return row.but(rotation=done, sentences=(*row.sentences, describe_rotation(done, session.tenant.sink.name)))

    def _run_engine(self, verb: Verb, row: Row, **settings: str) -> Row:
        """Run a verb of the engine's and judge how it ended. `settings`: for this run, over the environment's."""
        tenant = self.job.tenant
        flags = _DRY_FLAGS[verb] if self.job.dry_run else _FLAGS[verb]
        with _open_output() as output:
            try:
                done = self._start([verb, *flags, "--stack", tenant], output, settings)
            except EngineKilled:
                self._unlock()
                raise
            printed = output.read_text(encoding="utf-8", errors="replace").splitlines()
        stack = self.read(tenant)
        row = describe_rows(row, stack.rows).but(
            changes=tuple(done.changes), sentences=tuple(done.information), orders=()
        )
        if done.code == CLEAN:
            return row.but(verdict="drift" if self.job.dry_run and done.changes else "clean")
        if done.code == DRIFT and verb == "preview":
            return row.but(verdict="drift")
        if orders := list_orders(tenant, stack.rows) or self._list_unrecorded_orders(stack, done.errors):
            return row.but(verdict="waiting", orders=orders)
        # What fails before the engine has begun (a lock, a backend) is printed, and no event.
        last = [clean_words(line.removeprefix("error: ")) for line in printed if line.startswith("error: ")]
        errors = done.errors or last or [f"the engine ended with exit code {done.code}"]
        late = (f"it took longer than {self.deadline.seconds:.0f} seconds and was interrupted",) if done.late else ()
        return row.but(verdict="failed", sentences=(*late, *errors), transient=done.transient and not done.late)

    def _list_unrecorded_orders(self, stack: StoredStack, errors: Sequence[str]) -> tuple[WorkOrder, ...]:
        """List the step of which no row of the state tells, where the engine stopped at that very step."""
        last = ("destroy" if self.job.verb == "destroy" else "update", "failed")
        orders = list_unrecorded_orders(self.job.tenant, stack, last)
        titles = [order.text.partition("\n")[0] for order in orders]
        return orders if any(title in error for title in titles for error in errors) else ()

    def _unlock(self) -> None:
        """Take away what a dead command has locked, also when nothing else is begun any more; there may be no lock."""
        with _open_output() as output:
            self._run_command(["cancel", "--yes", "--stack", self.job.tenant], output, {})

    def _ask(self, *arguments: str) -> None:
        """Run a command that is no run of the program. Raises `ProviderError` with what it printed."""
        with _open_output() as output:
            done = self._start(list(arguments), output, {})
            if done.code:
                printed = clean_words(" ".join(output.read_text(encoding="utf-8", errors="replace").split()))
                raise ProviderError(f"`pulumi {arguments[0]}` said: {printed.removeprefix('error: ')}")

    def _start(self, arguments: list[str], output: Path, settings: Mapping[str, str]) -> EngineRun:
        if self.is_stopping():
            raise ProviderError("interrupted before the engine began with it")
        return self._run_command(arguments, output, settings)

    def _run_command(self, arguments: list[str], output: Path, settings: Mapping[str, str]) -> EngineRun:
        whole = {**make_environment(self.environment), **settings}
        # First, because a `--` among the arguments ends the options.
        command = [arguments[0], "--non-interactive", "--color", "never", *arguments[1:]]
        return self.engine.run(command, Path.cwd(), whole, output, deadline=self.deadline, tell=self.tell)


@contextmanager
def _open_output() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="umbrella-psa-") as folder:  # nobody else's to read
        yield Path(folder) / "output"


def is_record_old(stack: StoredStack, environment: Mapping[str, str]) -> bool:
    """Tell whether the state has other provider settings on record than the file: plain refreshes work with these."""
    recorded = Configuration(stack.recorded, environment)
    return bool(StatedSettings(recorded, lambda tenant: stack.settings.values).list_outdated(""))
