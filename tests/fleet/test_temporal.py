"""The same jobs on Temporal: two workers, a real server, the simulator."""

from __future__ import annotations

from xml.etree.ElementTree import parse

from tests.fleet.fleet_folder import NAMES
from tests.fleet.temporal_fleet import TemporalFleet


def test_a_fleet_is_brought_up_in_waves_by_two_workers(temporal_fleet: TemporalFleet) -> None:
    rows = temporal_fleet.folder.first_rows
    assert {name: row["verdict"] for name, row in rows.items()} == dict.fromkeys(NAMES, "clean")
    assert sorted(row["wave"] for row in rows.values()) == [1, 2, 3, 3]
    assert all("create key" in row["changes"] for row in rows.values())
    assert all((row["sink"], row["key_age_days"]) == ("this key", 0) for row in rows.values())
    assert all(row["seconds"] > 0 for row in rows.values())
    assert all(temporal_fleet.folder.company(name).sink()["publicKey"] for name in NAMES)


def test_a_sweep_tells_drift_in_every_report_and_an_up_repairs_it(temporal_fleet: TemporalFleet) -> None:
    temporal_fleet.folder.company("bell").set_sink(enabled=False)
    project = temporal_fleet.folder.workspace.project
    text = temporal_fleet.run(
        "sweep", "--all", "--junit", str(project / "junit.xml"), "--html", str(project / "page.html"), expect=7
    )
    assert "bell: drift" in text
    assert "has its PSA integration disabled; it should be enabled." in text
    assert "3 clean, 1 drift" in text
    suite = parse(project / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "0")
    assert "has its PSA integration disabled" in (project / "page.html").read_text(encoding="utf-8")

    rows = temporal_fleet.report("up", "--all")
    assert [name for name, row in rows.items() if row["changes"]] == ["bell"]
    assert "4 clean" in temporal_fleet.run("sweep", "--all")
