"""The same jobs on Temporal: two workers, a real server, the simulator."""

from __future__ import annotations

import base64
import re

from tests.engine.leaks import holds, make_needles
from tests.fleet.fleet_folder import NAMES, tell_and_repair_drift
from tests.fleet.temporal_fleet import TemporalFleet, wait_until
from tests.fleet.temporal_server import list_histories


def test_a_fleet_is_brought_up_in_waves_by_two_workers(temporal_fleet: TemporalFleet) -> None:
    rows = temporal_fleet.folder.first_rows
    assert {name: row["verdict"] for name, row in rows.items()} == dict.fromkeys(NAMES, "clean")
    assert sorted(row["wave"] for row in rows.values()) == [1, 2, 3, 3]
    assert all("create key" in row["changes"] for row in rows.values())
    assert all((row["sink"], row["key_age_days"]) == ("this key", 0) for row in rows.values())
    assert all(row["seconds"] > 0 for row in rows.values())
    assert all(temporal_fleet.folder.company(name).sink()["publicKey"] for name in NAMES)


def test_a_sweep_tells_drift_in_every_report_and_an_up_repairs_it(temporal_fleet: TemporalFleet) -> None:
    tell_and_repair_drift(temporal_fleet.folder, temporal_fleet)


def test_previews_orphans_and_a_destroy_are_the_workers_too(temporal_fleet: TemporalFleet) -> None:
    assert "4 clean" in temporal_fleet.run("preview", "--all")
    assert temporal_fleet.run("orphans", "--all") == "no orphans.\n"
    assert "add --yes" in temporal_fleet.run("orphans", "--all", "--revoke", "--confirm", "4", expect=2)
    told = temporal_fleet.run("destroy", "dune", "--yes")
    assert "dune: clean" in told
    assert temporal_fleet.folder.company("dune").sink()["kind"] is None
    unused = temporal_fleet.run("up", "dune", UMBRELLA_PSA_MAX_AGE_DAYS="80")
    assert "not used here: UMBRELLA_PSA_MAX_AGE_DAYS; settings of the environment are the workers' own" in unused


def test_a_schedule_is_made_listed_paused_and_removed_and_finds_who_has_drifted(temporal_fleet: TemporalFleet) -> None:
    def schedule(*arguments: str, expect: int = 0) -> str:
        return temporal_fleet.folder.run("schedule", *arguments, expect=expect, **temporal_fleet.server.variables)

    assert "there is no tenant bel" in schedule("sweep", "bel", "--cron", "0 3 * * *", expect=2)
    assert "--cron: the server does not take it" in schedule("sweep", "--all", "--cron", "at night", expect=2)
    made = schedule("sweep", "--all", "--cron", "0 3 * * *", "--time-zone", "Europe/Rome")
    assert re.search(r"sweep: is made; it starts \d{4}-\d\d-\d\d 0[12]:00:00 UTC for the first time", made)
    assert "there is a schedule sweep already" in schedule("sweep", "--all", "--cron", "0 3 * * *", expect=2)
    schedule("rotate", "acme", "bell", "--cron", "0 4 * * 2", "--older-than", "80", "--name", "tuesdays")
    # The server's list takes a moment.
    wait_until(lambda: "tuesdays" in schedule("list"))
    assert 'there is no schedule tuesday; look with `umbrella-psa schedule list`. Did you mean "tuesdays"?' in schedule(
        "pause", "tuesday", expect=2
    )
    schedule("pause", "tuesdays", "--note", "until the new key is there")
    wait_until(lambda: "paused: until the new key is there" in schedule("list"))
    schedule("unpause", "tuesdays")
    schedule("remove", "tuesdays")
    wait_until(lambda: "tuesdays" not in schedule("list"))

    temporal_fleet.folder.company("core").set_sink(enabled=False)
    server = temporal_fleet.server
    server.ask("schedule", "trigger", "--schedule-id", "umbrella-psa/sweep")
    drifted = "PsaVerb = 'sweep' AND PsaVerdict = 'drift' AND PsaTenant = 'core'"
    wait_until(lambda: "umbrella-psa/core" in server.ask("workflow", "list", "--query", drifted))
    schedule("remove", "sweep")


def test_nothing_secret_is_in_any_history(temporal_fleet: TemporalFleet) -> None:
    # Everything that the tests of this module have done, and what those of others did before on the same server.
    histories = list_histories(temporal_fleet.server)
    assert len(histories) > 10
    for stack in temporal_fleet.folder.stacks.values():
        needles = make_needles(stack.list_secrets())
        assert [name for name, text in histories.items() if holds(unfold(text), needles)] == []


def unfold(text: str) -> str:
    """A history with what its payloads hold, too: base64 in the server's JSON."""
    found = re.findall(r'"data": ?"([A-Za-z0-9+/=]+)"', text)
    return "\n".join([text, *(base64.b64decode(data).decode("utf-8", "replace") for data in found)])
