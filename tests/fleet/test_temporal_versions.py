"""A worker that is not as whoever asks: it does nothing, and the tenant is told as failed."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.engine.workspace import ROOT
from tests.fleet.temporal_fleet import TemporalFleet


def copy_project(fleet: TemporalFleet, folder: Path) -> Path:
    """The fleet's project, with code and settings of its own."""
    for name in ("providers", "stacks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml"))
    for name in ("Pulumi.yaml", "uv.lock", "__main__.py", "pyproject.toml", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    for file in (fleet.folder.workspace.project / "stacks").glob("Pulumi.*.yaml"):
        shutil.copy(file, folder / "stacks")
    return folder


def test_a_worker_with_other_settings_or_another_version_does_nothing_and_says_which(
    temporal_fleet: TemporalFleet, tmp_path: Path
) -> None:
    for worker in temporal_fleet.workers:
        worker.stop()
    temporal_fleet.workers.clear()
    temporal_fleet.folder.company("acme").set_sink(enabled=False)
    asked = temporal_fleet.folder.count_requests()

    project = copy_project(temporal_fleet, tmp_path)
    with (project / "stacks" / "Pulumi.acme.yaml").open("a", encoding="utf-8") as file:
        file.write("  umbrella-psa:maxAgeDays: '80'\n")
    worker = temporal_fleet.add_worker(project=project)
    text = temporal_fleet.run("up", "acme", expect=1)
    assert "nothing was done: stacks/Pulumi.acme.yaml of the worker" in text
    assert "is not the one of whoever asked; give both the same project folder, and run it again." in text
    worker.stop()

    with (project / "stacks" / "fleet" / "job.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    worker = temporal_fleet.add_worker(project=project)
    text = temporal_fleet.run("up", "acme", expect=1)
    assert "nothing was done: the worker" in text
    assert "and the job was made by 0.1.0+" in text
    worker.stop()
    assert temporal_fleet.folder.count_requests() == asked

    temporal_fleet.workers.clear()
    temporal_fleet.add_worker()
    assert "acme: clean (update umbrella)" in temporal_fleet.run("up", "acme")
