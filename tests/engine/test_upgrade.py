"""A tenant that an earlier version made lives on under today's code: nothing is replaced, nothing even changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.remote import RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.engine import released
from tests.engine.manual import Person, read_order
from tests.engine.workspace import Stack, Workspace
from tests.stories.drifts import assert_as_wanted


@pytest.fixture
def inherited(
    request: pytest.FixtureRequest, tmp_path: Path, simulator: RemoteSimulator, warm: WarmProcess
) -> Iterator[Stack]:
    """A tenant as that version left it, in a backend of its own: every version's tenant has the same name."""
    escrow = tmp_path / "escrow"
    escrow.mkdir()
    workspace = replace(Workspace.link_product(tmp_path), warm=warm)
    stack = released.make_stack(request.param, workspace, simulator, escrow)
    yield stack
    assert stack.find_leaks() == []
    stack.company.ask("DELETE", "")


@pytest.mark.parametrize("inherited", released.list_states(*released.AT_REST), indirect=True)
def test_a_state_of_each_released_version_is_taken_on_as_it_is(inherited: Stack, tmp_path: Path) -> None:
    company = inherited.company
    escrow = read_files(tmp_path)
    before, key = company.ask("GET", ""), company.sink()["publicKey"]
    since = max(
        (request["n"] for request in company.requests()), default=0
    )  # another version's company has the same name

    assert inherited.list_changed(expect=0) == {}
    inherited.up("--expect-no-changes")
    assert company.ask("GET", "") == before
    assert [request["method"] for request in company.requests(since) if request["method"] != "GET"] == []
    assert read_files(tmp_path) == escrow

    inherited.set("rotate", "after the upgrade")
    inherited.up()
    assert company.sink()["publicKey"] != key
    assert [name for name, content in read_files(tmp_path).items() if escrow[name] == content] == []
    assert_as_wanted(inherited)
    assert company.dead_moments() == []
    inherited.preview(expect=0)


@pytest.mark.parametrize("inherited", released.list_states(released.HALF_ROTATED), indirect=True)
def test_a_rotation_that_an_earlier_version_began_is_finished_without_another_key(inherited: Stack) -> None:
    company = inherited.company
    _, new = company.public_keys()
    assert company.sink()["publicKey"] == new
    assert "replace" not in inherited.list_changed().values()
    inherited.up()
    assert company.public_keys() == [new]
    assert_as_wanted(inherited)
    assert company.dead_moments() == []
    inherited.preview(expect=0)


@pytest.mark.parametrize("inherited", released.list_states(released.OPEN_STEP), indirect=True)
def test_a_step_that_an_earlier_version_opened_stays_open_until_a_person_did_it(inherited: Stack) -> None:
    assert "replace" not in inherited.list_changed().values()
    told = read_order(inherited.up(expect=1), "set the permissions of the security role Umbrella")
    person = Person(inherited)
    person.set_levels()
    person.set_tables()
    assert read_order(inherited.up(expect=1), "make an API key") != told


def test_there_are_states_of_todays_version() -> None:
    assert {f"{released.read_version()}/{name}" for name in released.NAMES} <= set(
        released.list_states(*released.NAMES)
    )


def read_files(folder: Path) -> dict[str, bytes]:
    """The vault's files; none for a tenant without one."""
    return {file.name: file.read_bytes() for file in (folder / "escrow").iterdir()}
