"""A folder where a tenant's file should be: a row or a sentence at every verb, never the end of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.workspace import PASSPHRASE, Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.unit.stacks.salts import make_salt

IS_A_FOLDER = "stacks/Pulumi.dune.yaml"


@pytest.fixture(scope="module")
def odd_fleet(tmp_path_factory: pytest.TempPathFactory) -> FleetFolder:
    """Three stacks' files, two with one salt, and the folder."""
    workspace = Workspace.link_product(tmp_path_factory.mktemp("odd"))
    shared, own = make_salt(PASSPHRASE), make_salt(PASSPHRASE)
    folder: Path = workspace.project / "stacks"
    for name, salt in {"acme": shared, "bell": own, "core": shared}.items():
        (folder / f"Pulumi.{name}.yaml").write_text(f"encryptionsalt: {salt}\nconfig: {{}}\n", encoding="utf-8")
    (folder / "Pulumi.dune.yaml").mkdir()
    return FleetFolder(workspace, {})


def test_the_others_take_the_fleets_salt(odd_fleet: FleetFolder) -> None:
    told = odd_fleet.run("resalt", "--all", expect=1)
    assert f"error: dune: {IS_A_FOLDER} can't be read: Is a directory; put the stack's file there." in told
    assert "bell: has the shared salt now" in told
    assert "core: has the shared salt already" in told


@pytest.mark.parametrize(
    "asked",
    [
        "sweep dune",
        "sweep --all",
        "up dune",
        "up dune --dry-run",
        "rotate dune",
        "destroy dune --yes",
        "preview dune",
        "check dune",
        "orphans dune",
        "status dune --drift",
        "export dune --to - --show-secret",
        "terraform import-blocks dune",
    ],
)
def test_it_is_told_which_file_and_why(odd_fleet: FleetFolder, asked: str) -> None:
    told = odd_fleet.run(*asked.split(), expect=1)
    assert "Traceback" not in told
    assert "this is a defect" not in told
    assert "dune" in told
    assert f"{IS_A_FOLDER}: can't be read: Is a directory" in told


def test_a_tenant_without_a_stack_stays_what_it_is(odd_fleet: FleetFolder) -> None:
    told = odd_fleet.run("remove", "dune", "--yes", expect=1)
    assert "dune: the backend keeps no stack of that name" in told
    assert (odd_fleet.workspace.project / IS_A_FOLDER).is_dir()
