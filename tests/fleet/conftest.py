"""A project's folder with several tenants of the simulator, which the commands are run in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import Company, RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.engine.workspace import Stack, Workspace
from tests.fleet.postgres_server import PostgresServer
from tests.vault.moto_server import MotoServer

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


def interrupt(process: subprocess.Popen[str]) -> str:
    """Ctrl-C, and what was printed until the end."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=120)[0]


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    server = MotoServer(tmp_path_factory.mktemp("moto"))
    yield server
    server.stop()


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Made-up ones, and nothing of the machine's own."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "not-there"))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetFolder]:
    """Tenants that are up, by one run of the fleet's own. Each module has the same names, so a simulator of its own."""
    workspace = Workspace.link_product(tmp_path_factory.mktemp("fleet"))
    with RemoteSimulator() as simulator:
        stacks = {name: workspace.make_stack(simulator.company(name)) for name in NAMES}
        folder = FleetFolder(workspace, stacks)
        folder.first_rows = folder.report("up", "--all", "--jobs", "2")
        yield folder
        for stack in stacks.values():
            assert stack.find_leaks() == []


@pytest.fixture
def swept_workspace(tmp_path: Path, warm: WarmProcess) -> Workspace:
    """One whose previews are held against sweeps."""
    return replace(Workspace.link_product(tmp_path), run_program=True, warm=warm, swept=True)
