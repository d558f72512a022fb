"""A tenant that an earlier version made lives on under today's code: nothing is replaced, nothing even changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.remote import RemoteSimulator
from tests.engine import released
from tests.engine.test_drift import assert_as_wanted
from tests.engine.workspace import Stack, Workspace


@pytest.fixture(params=released.versions())
def inherited(request: pytest.FixtureRequest, tmp_path: Path, simulator: RemoteSimulator) -> Iterator[Stack]:
    """A tenant as that version left it, in a backend of its own: every version's tenant has the same name."""
    stack = released.stack_of(request.param, Workspace.of_product(tmp_path), simulator)
    yield stack
    assert stack.leaks() == []
    stack.company.ask("DELETE", "")


def test_a_state_of_each_released_version_is_taken_on_as_it_is(inherited: Stack) -> None:
    company = inherited.company
    before, key = company.ask("GET", ""), company.sink()["publicKey"]

    assert inherited.changed(expect=0) == {}
    inherited.up("--expect-no-changes")
    assert company.ask("GET", "") == before
    assert [one["method"] for one in company.requests() if one["method"] != "GET"] == []

    inherited.set("rotate", "after the upgrade")
    inherited.up()
    assert company.sink()["publicKey"] != key
    assert_as_wanted(inherited)
    assert company.dead_moments() == []
    inherited.preview(expect=0)


def test_there_is_a_state_of_todays_version() -> None:
    assert released.version() in released.versions()
