"""Somebody who has a site, a console and a key, and no stack yet: `umbrella-psa new` for one company."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulator.remote import Company
from tests.engine.terminal import Terminal
from tests.engine.workspace import DEADLINE, PASSPHRASE, ROOT, Run, Workspace


@dataclass
class Newcomer:
    """The tenant is named after its company; `folder` is for files with secrets."""

    workspace: Workspace
    company: Company
    folder: Path
    seen: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.company.id

    @property
    def file(self) -> Path:
        return self.workspace.project / "stacks" / f"Pulumi.{self.name}.yaml"

    def make_environment(self, **further: str) -> dict[str, str]:
        """As after a login and with a passphrase; an empty value takes a variable away."""
        path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
        whole = {
            **os.environ,
            "PATH": path,
            "PULUMI_BACKEND_URL": self.workspace.backend_url,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            **further,
        }
        return {key: value for key, value in whole.items() if value}

    def list_plain(self, **instead: str) -> list[str]:
        """Every plain setting as an option; `instead` uses `__` for the colon, an empty value leaves one out."""
        settings = self.company.settings() | {key.replace("__", ":"): value for key, value in instead.items()}
        return [part for key, value in settings.items() if value for part in ("--set", f"{key}={value}")]

    def write_secret_files(self) -> list[str]:
        """Every secret as an option that names a file."""
        options = []
        for number, (key, value) in enumerate(self.company.secrets().items()):
            file = self.folder / f"secret-{number}"
            file.write_text(f"{value}\n", encoding="utf-8")
            options += ["--secret", f"{key}=@{file}"]
        return options

    def run_new(
        self, *options: str, expect: int = 0, given: str | None = None, python: str = "python", **environment: str
    ) -> Run:
        """Without a terminal. `given` is on standard input, else nothing is."""
        process = subprocess.run(
            [python, "-m", "stacks", "new", self.name, *options],
            cwd=self.workspace.project,
            env=self.make_environment(**environment),
            input=given or "",
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        text = process.stdout + process.stderr
        self.seen.append(text)
        assert process.returncode == expect, text
        return Run(process.returncode, text)

    def run_at_terminal(self, *options: str, verb: str = "new") -> Terminal:
        command = ["python", "-m", "stacks", verb, self.name, *options]
        return Terminal(command, self.workspace.project, self.make_environment())

    def list_stacks(self) -> set[str]:
        """The backend's stacks, looked up without the engine."""
        return {path.stem for path in self.workspace.backend.glob(".pulumi/stacks/umbrella-psa/*.json")}

    def is_whole(self) -> bool:
        """Both, the file complete; or neither. Anything else is a failure."""
        stack, file = self.name in self.list_stacks(), self.file.exists()
        assert stack == file, f"stack: {stack}, file: {file}"
        if file:
            assert {*self.company.settings(), *self.company.secrets()} == set(self.read_configuration())
        return stack

    def read_configuration(self) -> dict[str, Any]:
        """What the file says, in its order."""
        found: dict[str, Any] = yaml.safe_load(self.file.read_text(encoding="utf-8"))["config"]
        return found

    def find_leaks(self) -> list[str]:
        """Where a secret stands in clear: what was shown, the project's new files, the backend."""
        secrets = [*self.company.secrets().values(), *self.company.private_keys()]
        places = {f"output {number}": text for number, text in enumerate(self.seen)}
        for root in (self.workspace.project / "stacks", self.workspace.project / ".work", self.workspace.backend):
            for path in root.rglob("*"):
                if path.is_file() and path.suffix != ".py" and path.suffix != ".pyc":
                    places[str(path)] = path.read_text(encoding="utf-8", errors="replace")
        return [place for place, text in places.items() for secret in secrets if secret in text]
