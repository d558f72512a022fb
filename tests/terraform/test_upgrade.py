"""States of other versions: an older schema's row is upgraded by name, a newer one is refused, nothing touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.drifts import assert_as_wanted
from tests.terraform.workspace import Workspace


@pytest.fixture
def rested(tenant: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """A tenant at rest, whose state a test may change."""
    saved = tenant.save_state(tmp_path)
    yield tenant
    tenant.restore_state(saved)


def rewrite(tenant: Workspace, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Change each row of the state; what was written."""
    state = json.loads(tenant.state_file.read_text(encoding="utf-8"))
    for resource in state["resources"]:
        for instance in resource["instances"]:
            change(instance)
    tenant.state_file.write_text(json.dumps(state), encoding="utf-8")
    return tenant.state_file.read_bytes()


def make_older(instance: dict[str, Any]) -> None:
    """Before there was `lost`, and while there still was something else."""
    assert instance["schema_version"] == 1
    instance["schema_version"] = 0
    del instance["attributes"]["lost"]
    instance["attributes"]["of_old"] = ["given up"]


def test_a_state_of_an_older_schema_is_upgraded_and_nothing_changes(rested: Workspace) -> None:
    rewrite(rested, make_older)
    since = rested.company.requests()[-1]["n"]
    key = rested.company.sink()["publicKey"]
    assert rested.preview(expect=0).count("No changes.") == 1
    rested.up()
    assert [row["method"] for row in rested.company.requests(since) if row["method"] != "GET"] == []
    rested.set("rotate", "after the upgrade")
    rested.up()
    assert rested.company.sink()["publicKey"] != key
    assert_as_wanted(rested)
    versions: list[int] = []
    rewrite(rested, lambda instance: versions.append(instance["schema_version"]))
    assert set(versions) == {1}


def test_a_state_of_a_newer_schema_is_refused_and_nothing_is_changed(rested: Workspace) -> None:
    newer = rewrite(rested, lambda instance: instance.update(schema_version=2))
    asked = len(rested.company.requests())
    for refused in (rested.preview(expect=1), rested.up(expect=1), rested.destroy(expect=1)):
        assert refused.count("Resource instance managed by newer provider version") >= 1
        assert refused.count("was created by a newer provider version than is currently selected.") >= 1
    assert len(rested.company.requests()) == asked
    assert rested.state_file.read_bytes() == newer
