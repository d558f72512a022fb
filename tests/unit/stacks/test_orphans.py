"""The report of `orphans`, whose names scripts know."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stacks.commands.orphans import command
from stacks.exit_codes import ERROR
from stacks.fleet.orphans import Orphan
from stacks.reports.model import FleetRun, Row


def test_a_row_of_the_report_has_the_names_that_scripts_know() -> None:
    orphan = Orphan("acme", 7, "12", "PUBLIC", "Umbrella [psa:a.b.c]", "2026-01-31T00:00:00+00:00", "Umbrella holds it")
    assert orphan.to_row(revoked=False) == {
        "tenant": "acme",
        "member_id": 7,
        "key_id": "12",
        "public_key": "PUBLIC",
        "description": "Umbrella [psa:a.b.c]",
        "created_at": "2026-01-31T00:00:00+00:00",
        "kept": "Umbrella holds it",
        "revoked": False,
    }


def test_tenants_that_no_worker_has_looked_at_are_not_called_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wave that somebody terminated."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.acme.yaml").write_text("config: {}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    stopped = Row(tenant="acme", verdict="stopped", code=ERROR)
    run = FleetRun(verb="orphans", rows=[stopped], remarks=["somebody terminated the wave's workflow"])
    monkeypatch.setattr("stacks.fleet.temporal.runner.collect_outcomes", lambda *asked, **how: (run, []))
    done = CliRunner().invoke(command, ["acme", "--runner", "temporal"], standalone_mode=False)
    assert (done.return_value, "no orphans" in done.output) == (ERROR, False)
