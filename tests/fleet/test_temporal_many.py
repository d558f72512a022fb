"""200 tenants on two workers, in a wave whose history has to go on in new runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil

from tests.bench.copies import Original, name_console, name_copy
from tests.bench.processes import WideSimulator
from tests.engine.workspace import ROOT, Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.temporal_fleet import TemporalFleet
from tests.fleet.temporal_server import start_server

MANY = 200
_EVENTS = 300  # of a history, after which the server wishes for a new one; its default is 4,096


def test_200_tenants_are_swept_by_two_workers_in_a_wave_that_goes_on_in_new_runs(tmp_path: Path) -> None:
    workspace = Workspace.link_product(tmp_path)
    limit = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={_EVENTS}")
    with WideSimulator() as simulator, start_server(tmp_path, *limit) as server:
        console = {"consoles": [{"kind": "msp", "consoleId": name_console(75, 0)}]}
        first = workspace.make_stack(simulator.company(name_copy("many", 0), **console))
        first.up()
        copies = Original(first, "many", 75).write_copies(range(1, MANY))
        # All are at one site: it is Temporal that is tried, not the site's patience.
        fleet = TemporalFleet(FleetFolder(workspace, {first.name: first}), server, module="tests.bench.unbounded")
        try:
            for _ in range(2):
                fleet.add_worker(PYTHONPATH=str(ROOT))
            drifted = copies[77]
            simulator.ask(
                "PUT", f"/companies/{drifted}/consoles/msp/{name_console(75, 78)}/psaIntegration", {"enabled": False}
            )
            processes = [psutil.Process(server.pid), *(psutil.Process(worker.process.pid) for worker in fleet.workers)]
            before = [sum(process.cpu_times()[:2]) for process in processes]
            rows = fleet.report("sweep", "--all", "--jobs", "8", expect=7)
            used = [sum(process.cpu_times()[:2]) - was for process, was in zip(processes, before, strict=True)]
            runs = json.loads(
                server.ask("workflow", "list", "--query", "WorkflowType = 'psa-wave'", "--output", "json")
            )
        finally:
            fleet.stop()
    sys.stdout.write(
        f"\n{MANY} tenants: server {used[0]:.1f} s, workers {used[1]:.1f} and {used[2]:.1f} s of CPU time\n"
    )
    assert len(rows) == MANY
    others = {name: row for name, row in rows.items() if row["verdict"] != "clean"}
    assert list(others) == [drifted], next(iter(others.values()))
    # Both took their share, and the wave went on in new runs.
    assert min(used[1:]) > 0.2 * max(used[1:])
    assert len(runs) > 2
