"""The real `pulumi`, with a project, a backend and a passphrase that live only for the demo."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STACK = "demo"


@dataclass(frozen=True)
class Outcome:
    """One finished command: its exit code, what it printed, how long it took."""

    code: int
    text: str
    seconds: float

    def section(self, title: str) -> list[str]:
        """The lines below a heading such as `Outputs:`, up to the first that is not indented."""
        lines = iter(self.text.splitlines())
        for line in lines:
            if line.startswith(title):
                break
        section = []
        for line in lines:
            if line and not line.startswith(" "):
                break
            if line.strip():
                section.append(line)
        return section


class DemoPulumi:
    """Runs `pulumi` for one stack, as a person would in this folder, but in a project of links to it.

    So no file of a tenant is touched, whatever its name.
    """

    def __init__(self, work: Path, stack: str = STACK) -> None:
        self.work = work
        self.stack = stack
        backend = work / "state"
        backend.mkdir(parents=True, mode=0o700)
        self.project = work / "project"
        (self.project / "stacks").mkdir(parents=True)
        for part in ("Pulumi.yaml", "uv.lock", "__main__.py", "providers", ".venv"):
            (self.project / part).symlink_to(ROOT / part)
        for module in (ROOT / "stacks").iterdir():
            if module.suffix != ".yaml":
                (self.project / "stacks" / module.name).symlink_to(module)
        self.environment = {
            **os.environ,
            "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_BACKEND_URL": f"{backend.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(24),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def configure(self, plain: Mapping[str, str], secret: Mapping[str, str]) -> None:
        """Make the stack, with these settings."""
        self.run("stack", "init")
        self.run("config", "set-all", *(part for pair in plain.items() for part in ("--plaintext", "=".join(pair))))
        for key, value in secret.items():
            self.run("config", "set", "--secret", key, secret=value)

    def run(self, *arguments: str, secret: str | None = None, expect: int = 0) -> Outcome:
        """Run a command; a secret goes in on standard input. An exit code that is not expected ends the demo."""
        started = time.monotonic()
        process = subprocess.run(
            ["pulumi", *arguments, "--stack", self.stack, "--non-interactive", "--color", "never"],
            cwd=self.project,
            env=self.environment,
            input=secret or "",
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if process.returncode != expect:
            raise SystemExit(
                f"the demo expected exit code {expect} from `pulumi {arguments[0]}` and got {process.returncode}:\n"
                f"{process.stdout}{process.stderr}"
            )
        return Outcome(process.returncode, process.stdout + process.stderr, time.monotonic() - started)
