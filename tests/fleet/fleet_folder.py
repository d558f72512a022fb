"""A project's folder with several tenants of the simulator, which the commands are run in."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Protocol
from xml.etree.ElementTree import parse

from simulator.remote import Company
from tests.engine.workspace import Stack, Workspace

NAMES = ("acme", "bell", "core", "dune")


@dataclass
class FleetFolder:
    """Commands run in the project's folder; `companies` and `stacks` by tenant."""

    workspace: Workspace
    stacks: dict[str, Stack]
    first_rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def company(self, tenant: str) -> Company:
        return self.stacks[tenant].company

    def start(self, verb: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "stacks", verb, *arguments],
            cwd=self.workspace.project,
            env={**self.workspace.make_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def run(self, verb: str, *arguments: str, expect: int = 0, **environment: str) -> str:
        """Run a command to its end; what it printed."""
        process = self.start(verb, *arguments, **environment)
        text, _ = process.communicate(timeout=240)
        for stack in self.stacks.values():
            stack.seen.append(text)
        assert process.returncode == expect, f"{verb} exited {process.returncode}:\n{text}"
        return text

    def report(self, verb: str, *arguments: str, expect: int = 0, **environment: str) -> dict[str, dict[str, Any]]:
        """Run a command and give its rows, by tenant."""
        file = self.workspace.project / "report.json"
        self.run(verb, *arguments, "--json", str(file), expect=expect, **environment)
        return {row["tenant"]: row for row in json.loads(file.read_text(encoding="utf-8"))["rows"]}

    def count_requests(self) -> int:
        return sum(len(stack.company.requests()) for stack in self.stacks.values())


class Commands(Protocol):
    """The commands over a fleet, whatever runs them."""

    def run(self, verb: str, *arguments: str, expect: int = 0) -> str: ...

    def report(self, verb: str, *arguments: str, expect: int = 0) -> dict[str, dict[str, Any]]: ...


def tell_and_repair_drift(folder: FleetFolder, commands: Commands) -> None:
    """A sweep tells it in every report, and an `up` repairs what differs and nothing else."""
    folder.company("bell").set_sink(enabled=False)
    project = folder.workspace.project
    text = commands.run(
        "sweep", "--all", "--junit", str(project / "junit.xml"), "--html", str(project / "page.html"), expect=7
    )
    assert "bell: drift" in text
    assert "has its PSA integration disabled; it should be enabled." in text
    assert "3 clean, 1 drift" in text
    suite = parse(project / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "0")
    assert "has its PSA integration disabled" in (project / "page.html").read_text(encoding="utf-8")

    rows = commands.report("up", "--all")
    assert [name for name, row in rows.items() if row["changes"]] == ["bell"]
    assert "4 clean" in commands.run("sweep", "--all")


def interrupt(process: subprocess.Popen[str]) -> str:
    """Ctrl-C, and what was printed until the end."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=120)[0]
