"""What goes wrong between machines: workers and the server die, two start at once, a wave is cancelled."""

from __future__ import annotations

import json
import re
from time import monotonic, sleep
from typing import Any

import pytest

from tests.fleet.fleet_folder import NAMES, interrupt
from tests.fleet.temporal_fleet import TemporalFleet, Worker, wait_until

SINK = {"method": "PUT", "path": "/psaIntegration$"}


@pytest.fixture(autouse=True)
def settle(temporal_fleet: TemporalFleet) -> None:
    """Begin each test with two workers and every tenant as wanted, whatever the one before did."""
    while len(temporal_fleet.workers) < 2:
        temporal_fleet.add_worker()
    temporal_fleet.run("up", "--all")


def find_worker(fleet: TemporalFleet, tenant: str) -> Worker:
    """Who is at work on a tenant, by the product's own word."""
    until = monotonic() + 120
    while True:
        rows = read_work(fleet)
        if (row := rows.get(tenant)) and (found := re.search(r"process (\d+)", row["worker"])):
            return next(worker for worker in fleet.workers if worker.process.pid == int(found[1]))
        assert monotonic() < until, rows
        sleep(0.2)


def read_work(fleet: TemporalFleet) -> dict[str, dict[str, Any]]:
    file = fleet.folder.workspace.project / "status.json"
    fleet.start("status", "--all", "--json", str(file)).communicate(timeout=120)  # 7 where a run is cut off, so far
    return {row["tenant"]: row for row in json.loads(file.read_text(encoding="utf-8"))["work"]}


def test_a_worker_that_is_killed_amid_a_rotation_leaves_it_to_another_without_an_orphan(
    temporal_fleet: TemporalFleet,
) -> None:
    company = temporal_fleet.folder.company("acme")
    old = company.sink()["publicKey"]
    hold = company.hold("before", **SINK)
    running = temporal_fleet.start("rotate", "acme")
    assert hold.reached(60)
    # The new key is made, the sink has the old one.
    assert len(company.public_keys()) == 2
    temporal_fleet.drop(find_worker(temporal_fleet, "acme"))
    hold.release()
    text, _ = running.communicate(timeout=240)
    assert running.returncode == 0, text
    assert company.public_keys() == [company.sink()["publicKey"]]
    assert company.sink()["publicKey"] != old
    assert company.dead_moments() == []


def test_a_server_that_is_killed_goes_on_with_its_history(temporal_fleet: TemporalFleet) -> None:
    for name in NAMES:
        temporal_fleet.folder.company(name).set_sink(enabled=False)
    hold = temporal_fleet.folder.company("acme").hold("before", **SINK)
    running = temporal_fleet.start("up", "--all")
    assert hold.reached(60)
    temporal_fleet.server.kill()
    hold.release()
    sleep(2)
    temporal_fleet.server.start()
    text, _ = running.communicate(timeout=240)
    assert running.returncode == 0, text
    assert "4 clean" in text
    assert all(temporal_fleet.folder.company(name).sink()["enabled"] for name in NAMES)


def test_a_second_start_is_told_who_runs(temporal_fleet: TemporalFleet) -> None:
    company = temporal_fleet.folder.company("bell")
    company.set_sink(enabled=False)
    since = company.requests()[-1]["n"]
    hold = company.hold("before", **SINK)
    running = temporal_fleet.start("up", "bell")
    assert hold.reached(60)
    again = temporal_fleet.run("up", "bell", expect=1)
    assert re.search(r"the same is at work already: `up`, asked by \S+@\S+, process \d+, since .* UTC", again)
    other = temporal_fleet.report("rotate", "bell", expect=1)["bell"]
    assert other["wave"] == 1
    assert re.search(r"another run is at work on it: bell: `up` at work on \S+@\S+, process \d+", other["sentences"][0])
    # A run of this machine's own does not begin beside the worker's either.
    beside = temporal_fleet.folder.run("up", "--all", expect=1)
    assert "another run over tenants is at work here: `worker, up`" in beside
    asked = [request for request in company.requests(since) if request["method"] == "PUT"]
    hold.release()
    text, _ = running.communicate(timeout=120)
    assert running.returncode == 0, text
    assert len(asked) == 1


def test_ctrl_c_cancels_the_wave_and_the_tenant_at_work_ends_its_step(temporal_fleet: TemporalFleet) -> None:
    for name in NAMES:
        temporal_fleet.folder.company(name).set_sink(enabled=False)
    hold = temporal_fleet.folder.company("acme").hold("before", **SINK)
    running = temporal_fleet.start("up", "--all", "--jobs", "1")
    assert hold.reached(60)
    releaser = interrupt_and_release(running, hold)
    assert running.returncode == 8, releaser
    assert "interrupted" in releaser
    assert read_work(temporal_fleet) == {}
    # The step that was under way is whole, and nobody else was begun.
    enabled = [name for name in NAMES if temporal_fleet.folder.company(name).sink()["enabled"]]
    assert enabled == ["acme"]


def interrupt_and_release(process: Any, hold: Any) -> str:
    from threading import Timer

    Timer(3.0, hold.release).start()
    return interrupt(process)


def test_weather_is_waited_for_and_a_refusal_is_not(temporal_fleet: TemporalFleet) -> None:
    company = temporal_fleet.folder.company("core")
    company.add_fault("status", status=503, times=5, path="/apis/")
    assert "core: clean" in temporal_fleet.run("sweep", "core")

    company.set_sink(enabled=False)
    company.add_fault("status", status=422, body={"code": "refused", "message": "not today"}, **SINK)
    text = temporal_fleet.run("up", "core", expect=1)
    assert "not today" in text
    assert len([request for request in company.requests() if request["status"] == 422]) == 1


def test_a_tenant_that_kills_its_workers_is_left_alone(temporal_fleet: TemporalFleet) -> None:
    company = temporal_fleet.folder.company("dune")
    temporal_fleet.add_worker()
    running = None
    for _ in range(3):
        # What a dead worker's engine was doing is done; so it is undone for the next one.
        company.set_sink(enabled=False)
        hold = company.hold("before", **SINK)
        running = running or temporal_fleet.start("up", "dune")
        assert hold.reached(60)
        temporal_fleet.drop(find_worker(temporal_fleet, "dune"))
        hold.release()
        wait_until(lambda: bool(company.sink()["enabled"]))
    temporal_fleet.add_worker()
    assert running
    text, _ = running.communicate(timeout=120)
    assert running.returncode == 1, text
    assert "3 workers fell silent while they were at work on it" in text
