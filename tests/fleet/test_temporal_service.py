"""The worker's unit at work: its command, with its environment's variables, as systemd starts and stops it."""

from __future__ import annotations

import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from providers.http.budget import ADDRESS
from providers.http.budget_database import TABLE
from providers.http.turns import Turns
from simulator.remote import RemoteSimulator
from stacks.fleet.temporal.payload_keys import KEYS_FILE
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.postgres_server import PASSWORD, PostgresServer
from tests.fleet.schedules import INSTALLED, SCHEDULES, read_unit
from tests.fleet.temporal_fleet import TemporalFleet
from tests.fleet.temporal_server import start_server


@pytest.fixture(scope="module")
def serviced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalFleet]:
    """A tenant that nobody has brought up yet, and a server."""
    workspace = Workspace.link_product(tmp_path_factory.mktemp("serviced"))
    with RemoteSimulator() as simulator, start_server(tmp_path_factory.mktemp("server")) as server:
        yield TemporalFleet(FleetFolder(workspace, {"acme": workspace.make_stack(simulator.company("acme"))}), server)


def fill_in(fleet: TemporalFleet, address: str, folder: Path) -> dict[str, str]:
    """The environment file as an operator fills it in; the server has no TLS, and the backend is the test's."""
    key, password = folder / "payload-keys", folder / "pgpass"
    made = subprocess.run(["openssl", "rand", "-base64", "32"], capture_output=True, text=True, check=True)
    for file, text in ((key, made.stdout), (password, f"*:*:*:keeper:{PASSWORD}\n")):
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
    lines = (SCHEDULES / "temporal" / "worker").read_text(encoding="utf-8").splitlines()
    given = {name: value for name, _, value in (line.partition("=") for line in lines if line[0] != "#")}
    filled_in = {KEYS_FILE: str(key), "PGPASSFILE": str(password), ADDRESS: address}
    assert filled_in.keys() < given.keys()
    skipped = ("TEMPORAL_TLS", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE")
    given = {name: value for name, value in given.items() if not name.startswith(skipped)}
    whole = {**fleet.folder.workspace.make_environment(), **given, **filled_in, **fleet.server.variables}
    return {**whole, "PYTHONPATH": str(fleet.folder.workspace.project)}  # the installed command may be another clone's


def test_the_units_command_serves_with_its_environment_and_ends_at_its_signal(
    serviced: TemporalFleet, postgres: PostgresServer, tmp_path: Path
) -> None:
    address = postgres.make_address("service").replace(":a%20password%20of%20the%20database", "")
    environment = fill_in(serviced, address, tmp_path)
    service = read_unit("umbrella-psa-worker.service", "temporal")["Service"]
    project = serviced.folder.workspace.project
    command = shlex.split(service["ExecStart"].replace(INSTALLED, str(project)))
    log = tmp_path / "journal"
    with log.open("wb") as journal:
        worker = subprocess.Popen(command, cwd=project, env=environment, stdout=journal, stderr=journal)
    until = monotonic() + 120
    while "serves the queue" not in log.read_text(encoding="utf-8"):
        assert worker.poll() is None and monotonic() < until, log.read_text(encoding="utf-8")
        sleep(0.1)
    before = serviced.folder.count_requests()
    text = serviced.run("sweep", "acme", expect=7, **{name: environment[name] for name in (KEYS_FILE,)})
    assert "acme: drift" in text
    worker.send_signal(getattr(signal, service["KillSignal"]))
    assert worker.wait(60) == 0
    told = log.read_text(encoding="utf-8")
    assert "takes no further tenant and ends once those at work are done" in told
    assert PASSWORD not in told
    with postgres.connect("service") as connection:
        kept = connection.execute(f"SELECT turns FROM {TABLE}").fetchall()
    assert sum(Turns.unpack(turns).next for (turns,) in kept) == serviced.folder.count_requests() - before > 5
