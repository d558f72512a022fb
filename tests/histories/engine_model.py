"""One tenant's life with the real engine, warm: the same histories, the same oracle.

What a model of the engine can do and the engine can't: end before a step of its own (a kill is at a write then), and
tell a provider that days have passed.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import yaml

from providers.core.errors import GuardViolation, ProviderError
from providers.stated import ForeignOwner
from simulator.server import Running
from stacks.fleet.backends import open_backend
from stacks.fleet.stored import read_stack
from stacks.fleet.warm_process import EngineRun
from tests.engine.shortcuts import UNCOLLECTED
from tests.engine.stack_files import get_state_file
from tests.engine.workspace import PASSPHRASE, Stack, Workspace
from tests.histories.killable import FakeTime, Killed, Moment
from tests.histories.run import NAMES, Resource, State
from tests.histories.stored_model import WRITES, StoredState, StoredTenantModel
from tests.histories.tenant_model import LIFTS, Outcome, Verb

_COMMANDS: dict[Verb, tuple[str, ...]] = {
    "up": ("up", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "up without a refresh": ("up", "--yes", "--skip-preview", "--refresh=false"),
    "destroy without a refresh": ("destroy", "--yes", "--skip-preview", "--refresh=false"),
}


class EngineTenantModel(StoredTenantModel):
    """Everything that can happen to one tenant, by the engine's own commands."""

    def __init__(self, running: Running, time: FakeTime, workspace: Workspace) -> None:
        super().__init__(running, time)
        self._stack: Stack = workspace.make_stack(self.site)
        self._workspace = workspace
        self._encrypted = self._read_file()
        self.state = self._load(StoredState())

    def _change_state(self, verb: str, name: str) -> None:
        urns = [row["urn"] for row in self._read_rows() if row["urn"].endswith(f"::{name}") and not row.get("delete")]
        self._store(self.state)
        for urn in urns:
            self._stack.run_pulumi("state", verb, "-s", self._stack.name, "--yes", urn)
        self._load(self.state)

    def _run(
        self,
        state: State,
        verb: Verb,
        end: Moment | None,
        targets: Collection[str],
        given: Mapping[str, str] | None = None,
        stated: Mapping[str, str] | None = None,
    ) -> Outcome:
        assert isinstance(state, StoredState)
        file = stated or self.settings
        self._store(state)
        self._configure(file)
        since = len(self.site.requests())
        chosen = (
            [] if set(targets) == set(NAMES) else [word for name in targets for word in ("--target", f"**::{name}")]
        )
        # What the engine hands over is the file's, unless it is told to use what it has recorded.
        fresh = {"PULUMI_RUN_PROGRAM": "true"} if (given or file) == file else {}
        done, killed = self._run_engine([*_COMMANDS[verb], *chosen], end, fresh)
        printed = (self._workspace.backend.parent / "printed").read_text(encoding="utf-8")
        self.messages += [*done.information, *done.errors, printed]
        if killed:
            self._stack.run_pulumi("cancel", "--yes", "-s", self._stack.name)
        self._load(state)
        problem = Killed() if killed else None if done.code == 0 else _recognize(done, printed)
        return Outcome(problem, list(done.changes), self._list_writes(since))

    def _run_engine(self, command: list[str], end: Moment | None, fresh: dict[str, str]) -> tuple[EngineRun, bool]:
        """Run a command, and kill the engine at a write when the history says so. Whether it was."""
        warm, place = self._workspace.warm, self._workspace
        assert warm
        arguments = [*command, "--stack", self._stack.name, "--non-interactive", "--color", "never"]
        environment = {**place.make_environment(), **UNCOLLECTED, **fresh}
        with ThreadPoolExecutor(1) as pool:
            when = "after" if end and end.when == "after write" else "before"
            hold = self.site.hold(when, method=WRITES, skip=end.n - 1) if end else None
            running = pool.submit(warm.run, arguments, place.project, environment, place.backend.parent / "printed")
            if hold is None:
                return running.result(), False
            number = _wait(hold, running)
            if number is not None:
                (engine,) = [one for one in psutil.Process(warm.pid).children() if one.name() == "pulumi"]
                engine.send_signal(signal.SIGKILL)
                engine.wait(10)
            hold.release()
            done = running.result()
            self.site.clear_faults()  # a hold that no request came to
            return done, number is not None

    def _configure(self, settings: Mapping[str, str]) -> None:
        """Write the settings as somebody with an editor does; secrets stay as the engine has encrypted them."""
        secret = self.site.secrets()
        changed = {key: settings[key] for key in secret if settings[key] != secret[key]}
        plain = {key: value for key, value in settings.items() if key not in secret}
        content = yaml.safe_load(self._encrypted)
        content["config"] = {
            **{key: value for key, value in content["config"].items() if isinstance(value, dict) and "secure" in value},
            **{_name(key): _parse(value) for key, value in plain.items()},
        }
        self._stack.settings.path.write_text(yaml.safe_dump(content), encoding="utf-8")
        self._stack.settings.set({}, changed)

    @property
    def _state_file(self) -> Path:
        return get_state_file(self._workspace.backend, self._stack.name)

    def _read_file(self) -> str:
        return self._stack.settings.path.read_text(encoding="utf-8")

    def _store(self, state: StoredState) -> None:
        if state.file:
            self._state_file.write_bytes(state.file)

    def _read_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.state.file)["checkpoint"]["latest"].get("resources") or []
        return rows

    def _load(self, state: StoredState) -> StoredState:
        """Read the rows that the engine's file holds now."""
        state.file = self._state_file.read_bytes()
        folder = self._workspace.project / "stacks"
        found = read_stack(self._stack.name, open_backend(self._workspace.backend_url), PASSPHRASE, folder)
        rows = found.deployment.get("resources") or []
        tainted = {row["urn"].rpartition("::")[2] for row in rows if row.get("taint")}
        state[:] = [
            Resource(row.name, row.id, dict(row.inputs), dict(row.outputs), row.awaits_deletion, row.name in tainted)
            for row in found.rows
        ]
        return state


def _wait(hold: Any, running: Future[EngineRun]) -> int | None:
    """Wait until a request is held or the run has ended without it; its number, or None."""
    while (number := hold.reached(0.2)) is None and not running.done():
        pass
    return number if not running.done() else None


def _name(key: str) -> str:
    return key if ":" in key else f"umbrella-psa:{key}"


def _parse(value: str) -> Any:
    return json.loads(value) if value[:1] in "[{" else value


def _recognize(done: EngineRun, printed: str) -> ProviderError:
    """The error of ours that the engine told, as far as the oracle asks what it is."""
    text = " ".join(" ".join(done.errors).split())
    if "this stack belongs to the" in text or "this stack's file names the" in text:
        return ForeignOwner(text)
    asked = next((lift for lift in sorted(LIFTS, key=len, reverse=True) if lift in text), None)
    return GuardViolation(text, lift=asked) if asked else ProviderError(text or printed)
