"""The life of a fleet: brought up in waves, swept, repaired, cut off and gone on with, taken away."""

from __future__ import annotations

import time

import pytest

from providers.core.errors import ProviderError
from providers.http.budget import ADDRESS
from providers.http.budget_database import TABLE
from providers.http.turns import Turns
from stacks.fleet.lock import hold_fleet
from tests.fleet.fleet_folder import NAMES, FleetFolder, interrupt, tell_and_repair_drift
from tests.fleet.postgres_server import PASSWORD, PostgresServer


@pytest.fixture(autouse=True)
def settle(fleet: FleetFolder) -> None:
    """Begin each test with every tenant as wanted, whatever the one before did."""
    fleet.run("up", "--all")


def test_a_fleet_is_brought_up_in_waves_and_left_alone_when_it_is_as_wanted(fleet: FleetFolder) -> None:
    rows = fleet.first_rows
    assert {name: row["verdict"] for name, row in rows.items()} == dict.fromkeys(NAMES, "clean")
    assert sorted(row["wave"] for row in rows.values()) == [1, 2, 3, 3]
    assert all("create key" in row["changes"] for row in rows.values())
    assert all((row["sink"], row["key_age_days"]) == ("this key", 0) for row in rows.values())
    assert all(fleet.company(name).sink()["publicKey"] for name in NAMES)

    states = fleet.workspace.backend / ".pulumi" / "stacks" / "umbrella-psa"
    written = {name: (states / f"{name}.json").read_bytes() for name in NAMES}
    again = fleet.report("up", "--all", "--jobs", "2")
    assert {row["verdict"] for row in again.values()} == {"clean"}
    assert all(row["changes"] == [] for row in again.values())
    # No engine ran: it would have written the time into each state.
    assert {name: (states / f"{name}.json").read_bytes() for name in NAMES} == written


def test_a_sweep_tells_drift_and_reports_it_and_an_up_repairs_what_differs(fleet: FleetFolder) -> None:
    tell_and_repair_drift(fleet, fleet)


def test_each_request_of_a_run_takes_a_turn_from_the_database_of_all_machines(
    fleet: FleetFolder, postgres: PostgresServer
) -> None:
    address = postgres.make_address("turns")
    fleet.company("bell").set_sink(enabled=False)
    before = fleet.count_requests()
    text = fleet.run("up", "--all", "--jobs", "2", expect=0, **{ADDRESS: address})
    asked = fleet.count_requests() - before
    with postgres.connect("turns") as connection:
        kept = connection.execute(f"SELECT name, turns FROM {TABLE}").fetchall()
    taken = {name: Turns.unpack(turns).next for name, turns in kept}
    assert len(taken) == 2, taken  # the site, and where both gateways are
    assert sum(taken.values()) == asked > 40
    assert PASSWORD not in text
    written = [path.read_bytes() for path in fleet.workspace.project.parent.rglob("*") if path.is_file()]
    assert not [True for content in written if b"the%20database@" in content or PASSWORD.encode() in content]


def test_a_tenant_that_cant_be_read_is_a_row_and_not_the_end(fleet: FleetFolder) -> None:
    broken = fleet.workspace.project / "stacks" / "Pulumi.broken.yaml"
    broken.write_text("config:\n  connectwise:site: [\n", encoding="utf-8")
    try:
        text = fleet.run("sweep", "--all", expect=1)
    finally:
        broken.unlink()
    assert "broken: failed" in text
    assert "can't be read as YAML" in text
    assert "4 clean, 1 failed" in text


def test_what_would_hit_the_wrong_tenants_is_refused_before_anything(fleet: FleetFolder) -> None:
    asked = fleet.count_requests()
    text = fleet.run("up", "--all", expect=2, UMBRELLA_PSA_CONNECTWISE_COMPANY_ID="acme")
    assert "UMBRELLA_PSA_CONNECTWISE_COMPANY_ID is set, and would be used for all 4 tenants" in text
    assert "add --confirm 4" in fleet.run("destroy", "--all", "--yes", expect=2)
    assert "add --confirm 4" in fleet.run("destroy", "--all", "--confirm", "3", expect=2)
    assert "name the tenants, or give --all or --label" in fleet.run("up", expect=2)
    unknown = fleet.run("sweep", "acme", "bel", expect=2)
    assert 'there is no tenant bel: stacks/Pulumi.bel.yaml is not there. Did you mean "bell"?' in unknown
    for verb in ("sweep", "up", "status", "check"):
        locked = fleet.run(verb, "--all", expect=2, PULUMI_CONFIG_PASSPHRASE="another one")
        assert locked.count("PULUMI_CONFIG_PASSPHRASE: opens none of the 4 tenants") == 1
        assert locked.count("passphrase") == 0
    assert fleet.count_requests() == asked


def test_a_run_that_is_cut_off_goes_on_without_repeating_what_is_done(fleet: FleetFolder) -> None:
    for name in NAMES:
        fleet.company(name).set_sink(enabled=False)
    hold = fleet.company("bell").hold("before", method="PUT", path="/psaIntegration$")
    running = fleet.start("up", "--all", "--jobs", "1")
    assert running.stdout
    assert hold.reached(60)
    second = fleet.run("up", "--all", expect=1)
    assert f"another run over tenants is at work here: `up`, process {running.pid}" in second
    running.kill()
    running.wait()
    # Its engine is still at work, and is not disturbed: the lock is the whole run's.
    refused = fleet.run("up", "--all", expect=1)
    assert f"another run over tenants is at work here: `up`, process {running.pid}" in refused
    assert "which was killed; its engines end the step that they are at" in refused
    hold.release()
    first = running.stdout.readline()
    running.stdout.close()
    _wait_for_lock(fleet)

    done = first.partition(":")[0]
    asked = len(fleet.company(done).requests())
    text = fleet.run("up", "--all", "--jobs", "1")
    assert "an earlier attempt has finished" in text
    assert len(fleet.company(done).requests()) == asked
    assert "4 clean" in fleet.run("sweep", "--all")
    assert all(fleet.company(name).sink()["enabled"] for name in NAMES)


def test_ctrl_c_lets_the_tenant_at_work_end_and_begins_no_further_one(fleet: FleetFolder) -> None:
    for name in NAMES:
        fleet.company(name).set_sink(enabled=False)
    running = fleet.start("up", "--all", "--jobs", "1")
    assert running.stdout
    running.stdout.readline()
    text = interrupt(running)
    assert running.returncode == 8, text
    assert "stopped" in text
    fleet.run("up", "--all")
    assert all(fleet.company(name).sink()["enabled"] for name in NAMES)


def test_a_fleet_is_rotated_in_waves_and_a_cut_off_rotation_repeats_no_tenant(fleet: FleetFolder) -> None:
    old = {name: fleet.company(name).sink()["publicKey"] for name in NAMES}
    told = fleet.report("rotate", "--all", "--dry-run", expect=7)
    assert all("create key" in row["changes"] or "replace key" in row["changes"] for row in told.values()), told
    assert {name: fleet.company(name).sink()["publicKey"] for name in NAMES} == old

    hold = fleet.company("core").hold("before", method="PUT", path="/psaIntegration$")
    running = fleet.start("rotate", "--all", "--jobs", "1")
    assert running.stdout
    assert hold.reached(60)
    running.kill()
    running.wait()
    running.stdout.close()
    hold.release()
    _wait_for_lock(fleet)
    rotated = {name: key for name in NAMES if (key := fleet.company(name).sink()["publicKey"]) != old[name]}

    rows = fleet.report("rotate", "--all")
    assert {row["verdict"] for row in rows.values()} == {"clean"}
    for name in NAMES:
        company, rotation = fleet.company(name), rows[name]["rotation"]
        new = company.sink()["publicKey"]
        assert company.public_keys() == [new] != [old[name]], "neither a third key nor the old one"
        assert (rotation["old"], rotation["new"]) == (old[name], new)
        assert rotated.get(name, new) == new, "it was finished, and is not rotated again"
        assert company.dead_moments() == []
    assert len({row["rotation"]["generation"] for row in rows.values()}) == 1
    stays = fleet.run("rotate", "--all", "--older-than", "30")
    assert stays.count("its key is not older than 30 days and stays.") == len(NAMES)


def test_no_further_tenant_is_begun_once_one_too_many_failed(fleet: FleetFolder) -> None:
    for name in NAMES:
        fleet.company(name).set_sink(enabled=False)
        fleet.company(name).add_fault("status", status=403, method="PUT", path="psaIntegration$", times=None)
    try:
        rows = fleet.report("up", "--all", "--jobs", "1", expect=1)
    finally:
        for name in NAMES:
            fleet.company(name).simulator.ask("DELETE", f"/faults?company={fleet.company(name).id}")
    assert sorted(row["verdict"] for row in rows.values()) == ["failed", "stopped", "stopped", "stopped"]


def test_a_dry_run_changes_nothing_and_leaves_no_run_to_go_on_with(fleet: FleetFolder) -> None:
    fleet.company("bell").set_sink(enabled=False)
    assert fleet.report("up", "--all", "--dry-run", expect=7)["bell"]["changes"] == ["update umbrella"]
    assert not fleet.company("bell").sink()["enabled"]
    taken = fleet.report("destroy", "acme", "--dry-run", expect=7)["acme"]["changes"]
    assert "delete key" in taken
    assert fleet.company("acme").sink()["enabled"]


def test_a_destroy_that_is_gone_on_with_believes_the_states_and_no_list(fleet: FleetFolder) -> None:
    fleet.company("bell").add_fault("status", status=403, method="DELETE", path="psaIntegration$", times=None)
    count = ("--all", "--yes", "--confirm", str(len(NAMES)), "--max-failures", "4")
    fleet.run("destroy", *count, expect=1)
    bell = fleet.company("bell")
    bell.simulator.ask("DELETE", f"/faults?company={bell.id}")
    fleet.run("up", "acme")
    assert fleet.company("acme").sink()["publicKey"]
    rows = fleet.report("destroy", *count)
    assert {row["verdict"] for row in rows.values()} == {"clean"}
    assert all(fleet.company(name).public_keys() == [] for name in NAMES)


def test_a_fleet_is_destroyed_only_by_whoever_counts_it(fleet: FleetFolder) -> None:
    rows = fleet.report("destroy", "--all", "--yes", "--confirm", "4")
    assert {row["verdict"] for row in rows.values()} == {"clean"}
    assert all(fleet.company(name).public_keys() == [] for name in NAMES)


def _wait_for_lock(fleet: FleetFolder) -> None:
    """Until the processes that a killed run left have ended: they hold its lock, and one engine at a time is let in."""
    for _ in range(60):
        try:
            with hold_fleet("test", fleet.workspace.project / ".fleet"):
                return
        except ProviderError:
            time.sleep(1)
    raise AssertionError("what a killed run started is still at work")
