"""Older stacks take the fleet's salt, with the real engine before, between and after."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from simulator.remote import RemoteSimulator
from tests.engine.workspace import Stack, Workspace
from tests.fleet.fleet_folder import FleetFolder


@pytest.fixture
def older(simulator: RemoteSimulator, swept_workspace: Workspace) -> FleetFolder:
    """One that is up, beside two that share a salt: each engine's own `stack init` makes another salt."""
    stacks = {name: swept_workspace.make_stack(simulator.company(f"salt-{name}"), name) for name in ("acme", "bell")}
    folder = FleetFolder(swept_workspace, stacks)
    stacks["bell"].up()
    shared = swept_workspace.project / "stacks" / "Pulumi.core.yaml"
    shared.write_text(f"encryptionsalt: {read_file_salt(stacks['acme'])}\nconfig: {{}}\n", encoding="utf-8")
    return folder


def read_file_salt(stack: Stack) -> str:
    file = stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml"
    return str(yaml.safe_load(file.read_text(encoding="utf-8"))["encryptionsalt"])


def read_state_salt(stack: Stack) -> str:
    file = stack.workspace.backend / ".pulumi" / "stacks" / "umbrella-psa" / f"{stack.name}.json"
    return str(json.loads(file.read_bytes())["checkpoint"]["latest"]["secrets_providers"]["state"]["salt"])


def read_clear(stack: Stack) -> tuple[Any, Any]:
    """All that the engine shows of settings and outputs."""
    settings = stack.run_pulumi("config", "-s", stack.name, "--show-secrets", "--json").text
    outputs = stack.run_pulumi("stack", "output", "-s", stack.name, "--show-secrets", "--json").text
    stack.seen.clear()  # asked for in clear
    return json.loads(settings), json.loads(outputs)


def test_an_older_stack_takes_the_fleets_salt_and_loses_nothing(older: FleetFolder) -> None:
    bell, shared = older.stacks["bell"], read_file_salt(older.stacks["acme"])
    file = older.workspace.project / "stacks" / "Pulumi.bell.yaml"
    file.write_text(f"# ours: call before noon\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    before, own = read_clear(bell), read_file_salt(bell)
    assert own == read_state_salt(bell) != shared

    assert "bell: has the shared salt now" in older.run("resalt", "acme", "bell")
    assert (read_file_salt(bell), read_state_salt(bell)) == (shared, own)
    assert file.read_text(encoding="utf-8").startswith("# ours: call before noon\n")
    # Between the two, everything reads and nothing is to be done: engine and sweep agree.
    assert read_clear(bell) == before
    assert bell.preview().code == 0

    bell.up()
    assert read_state_salt(bell) == shared
    assert read_clear(bell) == before
    assert "bell: has the shared salt already" in older.run("resalt", "--all")
    bell.destroy()
    assert bell.find_leaks() == []
