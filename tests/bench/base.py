"""Another commit of this project, set up in a folder of its own as `make setup` does it, to be measured beside ours.

Only what both know is used: its toolchain, its simulator, and the engine's commands.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.workspace import ROOT, AnyStack, Workspace

# Founds a company in that commit's simulator and tells its settings, which had other names once; ends with its input.
_FOUND = """\
import json, sys
from simulator.remote import RemoteSimulator

with RemoteSimulator() as simulator:
    company = simulator.company("base")
    print(json.dumps([company.settings(), company.secrets()]), flush=True)
    sys.stdin.read()
"""


class _BaseWorkspace(Workspace):
    """The commit's folder is the project."""

    def make_environment(self) -> dict[str, str]:
        return {
            **super().make_environment(),
            "PATH": f"{self.project / '.venv' / 'bin'}:{os.environ['PATH']}",
            "VIRTUAL_ENV": str(self.project / ".venv"),
        }


def set_up(commit: str, folder: Path) -> Workspace:
    """Put a commit into a folder and set it up: some minutes, unless the package index is near."""
    place = _BaseWorkspace(folder / "project", folder / "backend")
    for made in (place.project, place.backend):
        made.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(place.project)], input=archive, check=True)
    # Outside of our own environment, which its toolchain would take for the one to fill.
    python = Path(sys.base_prefix) / "bin" / "python3"
    subprocess.run([str(python), "-m", "toolchain"], cwd=place.project, check=True, stdout=sys.stderr)
    return place


@contextmanager
def open_tenant(place: Workspace) -> Iterator[AnyStack]:
    """Give a tenant that is up."""
    command = [str(place.project / ".venv" / "bin" / "python"), "-c", _FOUND]
    with subprocess.Popen(
        command, cwd=place.project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            plain, secret = json.loads(process.stdout.readline() if process.stdout else "")
            stack = AnyStack(place, "base")
            stack.run_pulumi("stack", "init", stack.name)
            given = [part for key, value in plain.items() for part in ("--plaintext", f"{key}={value}")]
            given += [part for key, value in secret.items() for part in ("--secret", f"{key}={value}")]
            stack.run_pulumi("config", "set-all", "-s", stack.name, *given)
            stack.up()
            yield stack
        finally:
            process.communicate()
