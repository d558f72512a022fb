"""The life of a fleet whose states are in PostgreSQL, and of one in S3: with the real engine, and beside it without."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import RemoteSimulator
from stacks.fleet.stored import make_reader
from stacks.fleet.sweep import sweep
from stacks.pulumi_cli import PulumiCli, StackConfiguration, make_environment
from stacks.reports.model import Row
from tests.engine.sweeping import find_disagreement
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.kept_states import KeptStates, PostgresStates, S3States
from tests.fleet.postgres_server import PASSWORD, PostgresServer
from tests.vault.moto_server import MotoServer
from tests.vault.server import find_free_port

NAMES = ("acme", "bell")


class NoEngine(PulumiCli):
    """Says so when it is asked."""

    def export(self, tenant: str, *, in_clear: bool = True) -> Mapping[str, Any]:
        raise AssertionError(f"the engine was asked for {tenant}")

    def read_configuration(self, tenant: str) -> StackConfiguration:
        raise AssertionError(f"the engine was asked for {tenant}")


def found_fleet(
    simulator: RemoteSimulator, folder: Path, kept: KeptStates, providers: Mapping[str, str] | None = None
) -> FleetFolder:
    """Tenants that are up, by one run of the fleet's own. `providers`: who encrypts a tenant's secrets, if another."""
    workspace = replace(Workspace.link_product(folder), elsewhere=kept.address)
    stacks = {}
    for name in NAMES:
        options = ("--secrets-provider", providers[name]) if providers and name in providers else ()
        stacks[name] = workspace.make_stack(simulator.company(f"{name}-{folder.name[-6:]}"), name, *options)
    fleet = FleetFolder(workspace, stacks)
    fleet.first_rows = fleet.report("up", "--all", "--jobs", "1")
    return fleet


def sweep_without_engine(fleet: FleetFolder, monkeypatch: pytest.MonkeyPatch) -> dict[str, Row]:
    """Sweep as the command does, but there is no engine to ask."""
    monkeypatch.chdir(fleet.workspace.project)
    environment = fleet.workspace.make_environment()
    return {row.tenant: row for row in sweep(NAMES, make_reader(NoEngine(), environment), os.environ, 2)}


def live_through(fleet: FleetFolder, kept: KeptStates, monkeypatch: pytest.MonkeyPatch) -> None:
    """As wanted; drifted, in the words of a preview; repaired; gone. Nothing in clear, anywhere, at any time."""
    assert {name: row["verdict"] for name, row in fleet.first_rows.items()} == dict.fromkeys(NAMES, "clean")
    assert {row.verdict for row in sweep_without_engine(fleet, monkeypatch).values()} == {"clean"}

    fleet.company("bell").set_sink(enabled=False)
    found = sweep_without_engine(fleet, monkeypatch)
    assert (found["acme"].verdict, found["bell"].verdict) == ("clean", "drift")
    preview = fleet.stacks["bell"].preview(expect=7)
    assert not (problem := find_disagreement(found["bell"], preview.code, preview.text)), problem

    repaired = fleet.report("up", "--all", "--jobs", "1")
    assert [name for name, row in repaired.items() if row["changes"]] == ["bell"]
    assert fleet.company("bell").sink()["enabled"]

    fleet.run("destroy", "--all", "--yes", "--confirm", "2", "--jobs", "1")
    assert all(fleet.company(name).public_keys() == [] for name in NAMES)
    for number, (_, content) in enumerate(kept.list_contents()):
        (fleet.workspace.backend / f"{number}-acme-bell").write_bytes(content)
    assert [leak for stack in fleet.stacks.values() for leak in stack.find_leaks()] == []


def test_a_fleet_lives_in_postgres(
    simulator: RemoteSimulator, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = PostgresStates(postgres, "fleet")
    fleet = found_fleet(simulator, tmp_path, kept)
    live_through(fleet, kept, monkeypatch)

    dead = kept.address.replace(f":{postgres.port}/", f":{find_free_port()}/")
    told = fleet.run("sweep", "bell", expect=1, PULUMI_BACKEND_URL=dead)
    assert "bell: failed\n  the backend's database can't be reached: connection failed: " in told
    told = fleet.run("status", "bell", expect=1, PULUMI_BACKEND_URL=dead)
    assert told.startswith("bell: the backend's database can't be reached: connection failed: ")
    printed = "".join(text for stack in fleet.stacks.values() for text in stack.seen)
    ledger = (fleet.workspace.project / ".fleet" / "ledger.sqlite").read_bytes()
    for spelling in (PASSWORD, PASSWORD.replace(" ", "%20")):
        assert spelling not in printed
        assert spelling.encode() not in ledger


def test_an_engine_of_ours_can_list_more_stacks_than_it_has_connections(
    simulator: RemoteSimulator, postgres: PostgresServer, tmp_path: Path
) -> None:
    kept = PostgresStates(postgres, "listed")
    workspace = replace(Workspace.link_product(tmp_path), elsewhere=kept.address)
    workspace.make_stack(simulator.company("listed"), "acme")
    with postgres.connect("listed") as connection:
        connection.execute(
            "INSERT INTO pulumi_state (key, data) SELECT replace(key, 'acme', 'acme' || n), data "
            "FROM pulumi_state, generate_series(1, %s) n WHERE key LIKE %s",
            (8 * (os.cpu_count() or 1), "%/acme.json"),
        )
    environment = make_environment(workspace.make_environment())
    command = ["pulumi", "stack", "ls", "--json", "--non-interactive"]
    listed = subprocess.run(
        command, cwd=workspace.project, env=environment, capture_output=True, check=True, timeout=60
    ).stdout
    assert len(json.loads(listed)) == 1 + 8 * (os.cpu_count() or 1)


@pytest.mark.usefixtures("aws_credentials")
def test_a_fleet_lives_in_s3_packed_and_with_the_secrets_of_one_encrypted_by_kms(
    simulator: RemoteSimulator, moto: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_DIY_BACKEND_GZIP", "true")
    kept = S3States(moto, "fleets-states")
    fleet = found_fleet(simulator, tmp_path, kept, {"bell": kept.secrets_provider})
    live_through(fleet, kept, monkeypatch)
    assert "fleet/.pulumi/stacks/umbrella-psa/bell.json.gz" in dict(kept.list_contents())
