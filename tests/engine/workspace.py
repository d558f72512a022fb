"""A copy of the project's shape in a throw-away folder, and the real `run_pulumi` in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time
from typing import Any, ClassVar

from providers.core.configuration import to_environment_name
from providers.engines.pulumi.warm import WITH_PROGRAM
from simulator.remote import Company
from stacks.fleet.warm_process import WarmProcess
from tests.engine.leaks import find_files_with, holds, make_needles
from tests.engine.shortcuts import UNCOLLECTED
from tests.engine.stack_files import EmptyStack, SettingsFile, get_settings_file
from tests.engine.sweeping import find_disagreement, sweep_stack
from tests.stories.stack import Verb

ROOT = Path(__file__).parents[2]
PASSPHRASE = "a passphrase for throw-away stacks"
_CHANGES = ("create", "update", "replace", "delete")
DEADLINE = 120  # seconds for one command; none needs a tenth of it


@dataclass(frozen=True)
class Run:
    """One finished command."""

    code: int
    text: str  # standard output and standard error, as a person would see them

    def count(self, sentence: str) -> int:
        """How often a sentence stands in the closing diagnostics: the engine repeats each line it streams there."""
        return self.text.partition("Diagnostics:")[2].count(sentence)


@dataclass
class Workspace:
    """A project's folder and a backend for its stacks. `python`, `run_program`, `warm`: tests/engine/shortcuts.py.

    `typed`: stacks and settings are made by the engine's own commands, not by tests/engine/stack_files.py.
    `elsewhere`: the address of a backend that is no folder.
    """

    project: Path
    backend: Path
    python: Path | None = None
    run_program: bool = False
    warm: WarmProcess | None = None
    swept: bool = False  # each preview is held against a sweep
    typed: bool = False
    elsewhere: str = ""

    @property
    def backend_url(self) -> str:
        """Without the engine's side files, one of which a kill can leave empty (docs/decisions.md)."""
        return self.elsewhere or f"{self.backend.as_uri()}?metadata=skip"

    @property
    def left_over(self) -> Path:
        """What the engine keeps for itself, its logs among them, and what its processes leave in /tmp."""
        return self.backend.parent / f"{self.backend.name}-left-over"

    def make_environment(self) -> dict[str, str]:
        """What every command in this workspace runs with."""
        home, temporary = self.left_over / "home", self.left_over / "tmp"
        for place in (home, temporary):
            place.mkdir(parents=True, exist_ok=True)
        return {
            **os.environ,
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "PULUMI_BACKEND_URL": self.backend_url,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_HOME": str(home),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "TMPDIR": str(temporary),
            **({"PULUMI_PYTHON_CMD": str(self.python)} if self.python else {}),
        }

    @classmethod
    def link_product(cls, folder: Path, python: Path | None = None, run_program: bool = False) -> Workspace:
        """The project as the engine sees it: program and providers by link, stacks and backend of its own."""
        made = cls(folder / "project", folder / "backend", python, run_program)
        (made.project / "stacks").mkdir(parents=True)
        made.backend.mkdir()
        for name in ("Pulumi.yaml", "uv.lock", "__main__.py", "providers", ".venv"):
            (made.project / name).symlink_to(ROOT / name)
        packages = [found.parent for found in (ROOT / "stacks").glob("*/__init__.py")]
        for module in (*(ROOT / "stacks").glob("*.py"), *packages):
            (made.project / "stacks" / module.name).symlink_to(module)
        # Else each workspace's first command compiles all of these anew.
        (made.project / "stacks" / "__pycache__").symlink_to(ROOT / "stacks" / "__pycache__")
        return made

    def make_stack(self, company: Company, name: str | None = None, *options: str, **settings: str) -> Stack:
        """A stack for this company, configured as a person would; `settings` use `__` for the colon.

        `options`: those of `stack init`.
        """
        stack = Stack(self, name or company.id, company=company)
        plain = company.settings() | {key.replace("__", ":"): value for key, value in settings.items()}
        if options or self.typed or self.elsewhere:
            stack.run_pulumi("stack", "init", stack.name, *options)
            given = [part for key, value in plain.items() for part in ("--plaintext", f"{key}={value}")]
            given += [part for key, value in company.secrets().items() for part in ("--secret", f"{key}={value}")]
            stack.run_pulumi("config", "set-all", "-s", stack.name, *given)
        else:
            _make_empty_stack().copy(self.backend, self.project, stack.name)
            stack.settings.set(plain, company.secrets())
        return stack


@dataclass
class AnyStack:
    """The engine's verbs on one stack, whatever its program."""

    workspace: Workspace
    name: str
    seen: list[str] = field(default_factory=list)
    began: float = field(default_factory=time)

    @property
    def folder(self) -> Path:
        """Where its commands run."""
        return self.workspace.project

    def make_environment(self) -> dict[str, str]:
        """What they run with."""
        return self.workspace.make_environment()

    @property
    def settings(self) -> SettingsFile:
        return SettingsFile(get_settings_file(self.workspace.project, self.name), PASSPHRASE)

    def run_pulumi(self, *arguments: str, expect: int | None = 0, **environment: str) -> Run:
        """Run a command and keep what it printed. `expect`: the exit code that must come, None for any."""
        command = [*arguments, "--non-interactive", "--color", "never"]
        # What changes how Python starts is for processes of the engine's own.
        warm = self.workspace.warm if "PYTHONPATH" not in environment else None
        if warm and arguments[0] in WITH_PROGRAM:
            output = self.workspace.backend.parent / "printed"
            given = {**self.workspace.make_environment(), **UNCOLLECTED, **environment}
            code = warm.run(command, self.workspace.project, given, output).code
            return self._keep(["pulumi", *command], code, output.read_text(encoding="utf-8"), expect)
        return self._run(["pulumi", *command], expect, environment)

    def run_command(self, verb: str, *arguments: str, expect: int | None = 0, **environment: str) -> Run:
        """`umbrella-psa <verb>`, without a terminal."""
        return self._run(["python", "-m", "stacks", verb, *arguments], expect, environment)

    def _run(self, command: list[str], expect: int | None, environment: dict[str, str]) -> Run:
        process = subprocess.run(
            command,
            cwd=self.workspace.project,
            env={**self.workspace.make_environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
            stdin=subprocess.DEVNULL,
        )
        return self._keep(command, process.returncode, process.stdout + process.stderr, expect)

    def _keep(self, command: list[str], code: int, text: str, expect: int | None) -> Run:
        self.seen.append(text)
        if expect is not None:
            assert code == expect, f"{command[:4]} exited {code}:\n{text}"
        return Run(code, text)

    def up(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        options = ("-s", self.name, "--yes", "--skip-preview", *flags)
        return self.run_pulumi("up", *options, expect=expect, **self._program(), **environment)

    def preview(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        """`--expect-no-changes`: exits 7 on drift."""
        options = ("-s", self.name, "--expect-no-changes", *flags)
        run = self.run_pulumi("preview", *options, expect=expect, **self._program(), **environment)
        if self.workspace.swept and not flags:
            place = self.workspace
            row = sweep_stack(self.name, place.project, place.backend_url, PASSPHRASE, environment)
            assert not (problem := find_disagreement(row, run.code, run.text)), problem
        return run

    def _program(self) -> dict[str, str]:
        """Not for a destroy or a refresh: they would run the program for this alone."""
        return {"PULUMI_RUN_PROGRAM": "true"} if self.workspace.run_program else {}

    def destroy(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        return self.run_pulumi(
            "destroy", "-s", self.name, "--yes", "--skip-preview", *flags, expect=expect, **environment
        )

    def set(self, key: str, value: str) -> None:
        """As `config set` does."""
        if self.workspace.typed:
            self.run_pulumi("config", "set", "-s", self.name, "--plaintext", key, value)
        else:
            self.settings.set({key: value})

    def set_secret(self, key: str, value: str) -> None:
        """As `config set --secret` does."""
        if self.workspace.typed:
            self.run_pulumi("config", "set", "-s", self.name, "--secret", key, value)
        else:
            self.settings.set({}, {key: value})

    def unset(self, *keys: str) -> None:
        """As `config rm` does."""
        for key in keys:
            if self.workspace.typed:
                self.run_pulumi("config", "rm", "-s", self.name, key)
            else:
                self.settings.remove(key)


@dataclass
class Stack(AnyStack):
    """One tenant's stack (`tests.stories.stack.TenantStack`)."""

    drifted: ClassVar[int] = 7
    without_refresh: ClassVar[tuple[str, ...]] = ("--refresh=false",)
    keep_going: ClassVar[tuple[str, ...]] = ("--continue-on-error",)
    fresh: ClassVar[tuple[str, ...]] = ("--run-program",)
    renewal: ClassVar[str] = "replace"
    held_beside_a_lost_key: ClassVar[str] = "holds the public key {}; it should hold"
    looks_before_creation: ClassVar[int] = 1

    company: Company = field(kw_only=True)

    def word(self, sentence: str) -> str:
        """As it is: sentences of the stories name Pulumi's commands."""
        return sentence

    def set_for_a_run(self, setting: str, value: str) -> dict[str, str]:
        """Our own variables win over a stack's configuration."""
        return {to_environment_name(setting): value}

    def make_command(self, verb: Verb) -> list[str]:
        """The whole command, for a process of its own."""
        return ["pulumi", verb, "-s", self.name, "--yes", "--skip-preview", "--non-interactive"]

    def unlock(self) -> None:
        """Take away what a killed engine left locked."""
        if any((self.workspace.backend / ".pulumi" / "locks").rglob("*.json")):
            self.run_pulumi("cancel", "--yes", "-s", self.name)

    def get_urn(self, name: str) -> str:
        """What names a resource where no pattern may."""
        state = json.loads(self.run_pulumi("stack", "export", "-s", self.name).text)
        urns: list[str] = [one["urn"] for one in state["deployment"]["resources"]]
        return next(urn for urn in urns if urn.endswith(f"::{name}"))

    def save_state(self, folder: Path) -> Path:
        """Export it into this folder."""
        path = folder / "state.json"
        self.run_pulumi("stack", "export", "-s", self.name, "--file", str(path))
        return path

    def restore_state(self, path: Path) -> None:
        """Import what was exported."""
        self.run_pulumi("stack", "import", "-s", self.name, "--file", str(path))

    def forget_everything(self) -> None:
        """Lose the state's resources."""
        self._rewrite_state(lambda resources: [])

    def backdate_key(self, day: str) -> None:
        """Turn the recorded day of minting back, as time would."""

        def age(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
            for resource in resources:
                if resource["urn"].endswith("::key"):
                    resource["inputs"]["minted_on"] = resource["outputs"]["minted_on"] = day
            return resources

        self._rewrite_state(age)

    def _rewrite_state(self, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
        path = self.save_state(self.folder)
        state = json.loads(path.read_text(encoding="utf-8"))
        state["deployment"]["resources"] = change(state["deployment"]["resources"])
        path.write_text(json.dumps(state), encoding="utf-8")
        self.restore_state(path)

    def make_second_machine(self, folder: Path) -> Stack:
        """The same stack, with a copy of its backend and of its settings."""
        there = Workspace.link_product(folder)
        other = replace(self.workspace, project=there.project, backend=there.backend)
        shutil.copytree(self.workspace.backend, other.backend, dirs_exist_ok=True)
        shutil.copy(self.settings.path, get_settings_file(other.project, self.name))
        return Stack(other, self.name, company=self.company)

    def read_pair(self) -> tuple[str, str]:
        """The key in the state, in clear. Past `run_pulumi`, which keeps what it sees to search it for leaks."""
        shown = subprocess.run(
            ["pulumi", "stack", "output", "--show-secrets", "--json", "--non-interactive", "-s", self.name],
            cwd=self.workspace.project,
            env=self.workspace.make_environment(),
            capture_output=True,
            check=True,
        )
        outputs = json.loads(shown.stdout)
        return outputs["publicKey"], outputs["privateKey"]

    def list_recorded(self) -> list[str]:
        """The URNs in the state."""
        words = self.run_pulumi("stack", "--show-urns", "-s", self.name).text.split()
        return [word for word in words if word.startswith("urn:pulumi:")]

    def read_outputs(self) -> dict[str, Any]:
        """Stack outputs as the engine shows them to anybody: secrets masked."""
        text = self.run_pulumi("stack", "output", "-s", self.name, "--json").text
        found: dict[str, Any] = json.loads(text)
        return found

    def list_changed(self, *flags: str, expect: int = 7, **environment: str) -> dict[str, str]:
        """What a preview would do: operation by resource name, unchanged ones left out."""
        run = self.preview("--json", *flags, expect=expect, **environment)
        steps = json.loads(run.text[run.text.index("{") : run.text.rindex("}") + 1])["steps"]
        return {step["urn"].rpartition("::")[2]: step["op"] for step in steps if step["op"] in _CHANGES}

    def list_secrets(self) -> list[str]:
        """Everything that must never be seen in clear; keys whose reply was lost, too."""
        return [*self.company.secrets().values(), *self.company.private_keys(), *self.company.tokens()]

    def find_leaks(self) -> list[str]:
        """Where a secret stands in clear: in what was printed, in the backend, and in whatever a run left behind."""
        wanted, workspace = make_needles(self.list_secrets()), self.workspace
        printed = [f"output {number}" for number, text in enumerate(self.seen) if holds(text, wanted)]
        return [
            *printed,
            *find_files_with(workspace.backend, wanted, named=self.name),
            *find_files_with(workspace.project, wanted, self.began),
            *find_files_with(workspace.left_over, wanted, self.began),
        ]


@cache
def _make_empty_stack() -> EmptyStack:
    """Once in a test process, with the engine's own command."""
    with TemporaryDirectory() as folder:
        place = Workspace.link_product(Path(folder))
        AnyStack(place, "empty").run_pulumi("stack", "init", "empty")
        return EmptyStack.read(place.backend, place.project, "empty")
