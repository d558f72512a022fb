"""The demo's Temporal server, with what tests look at."""

from __future__ import annotations

import json
from pathlib import Path

from demo.temporal_server import TemporalServer
from tests.vault.server import need
from toolchain.parts import TEMPORAL


def start_server(folder: Path, *options: str) -> TemporalServer:
    return TemporalServer(need(TEMPORAL), folder, *options)


def list_histories(server: TemporalServer) -> dict[str, str]:
    """The whole history of each workflow by its name and run, as the server gives it to whoever may look."""
    listed = json.loads(server.ask("workflow", "list", "--output", "json", "--limit", "1000"))
    names = [(row["execution"]["workflowId"], row["execution"]["runId"]) for row in listed]
    return {
        f"{name} {run}": server.ask("workflow", "show", "--workflow-id", name, "--run-id", run, "--output", "json")
        for name, run in names
    }
