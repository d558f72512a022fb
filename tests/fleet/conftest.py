"""What the tests of many tenants share: servers, and fleets that are up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from demo.temporal_server import TemporalServer
from simulator.remote import RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import NAMES, FleetFolder
from tests.fleet.postgres_server import PostgresServer
from tests.fleet.temporal_fleet import TemporalFleet
from tests.fleet.temporal_server import start_server
from tests.vault.moto_server import MotoServer


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


@pytest.fixture(scope="session")
def temporal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    with start_server(tmp_path_factory.mktemp("temporal")) as server:
        yield server


@pytest.fixture(scope="session")
def temporal_fleet(
    tmp_path_factory: pytest.TempPathFactory, temporal_server: TemporalServer
) -> Iterator[TemporalFleet]:
    """Tenants that are up, by one wave over two workers."""
    workspace = Workspace.link_product(tmp_path_factory.mktemp("fleet"))
    with RemoteSimulator() as simulator:
        stacks = {name: workspace.make_stack(simulator.company(name)) for name in NAMES}
        made = TemporalFleet(FleetFolder(workspace, stacks), temporal_server)
        try:
            for _ in range(2):
                made.add_worker()
            made.folder.first_rows = made.report("up", "--all", "--jobs", "2")
            yield made
        finally:
            made.stop()
        for stack in stacks.values():
            stack.seen += [worker.read() for worker in made.workers]
            assert stack.find_leaks() == []
