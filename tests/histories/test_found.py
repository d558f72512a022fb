"""What random histories found, shrunk and kept; each ends as every history does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.server import Running
from tests.histories.mortal import Moment, OwnTime
from tests.histories.tenancy import Tenancy, convergence


@pytest.fixture
def tenancy() -> Iterator[Tenancy]:
    """A tenant that is up."""
    time = OwnTime()
    with Running() as running:
        time.without_limit(running.url)
        made = Tenancy(running, time)
        made.run("up")
        yield made


def test_a_role_name_changed_back_amid_its_change_takes_the_old_role_again(tenancy: Tenancy) -> None:
    """It was refused as not ours; and when adopted, deleted for being replaced, which the site refused for ever."""
    role = tenancy.state[0].id
    tenancy.set(roleName="Umbrella 2")
    tenancy.run("up", Moment(2, "before write"))
    tenancy.set(roleName=None)
    convergence(tenancy)
    assert next(each.id for each in tenancy.state if each.name == "role") == role


def test_that_holds_however_often_the_run_in_between_is_killed(tenancy: Tenancy) -> None:
    tenancy.set(roleName="Umbrella 2")
    tenancy.run("up", Moment(2, "before write"))
    tenancy.set(roleName=None)
    tenancy.run("up", Moment(2, "before step"))
    tenancy.run("up", Moment(1, "before step"))
    convergence(tenancy)


@pytest.mark.parametrize("write", [1, 2, 3, 4])
def test_a_member_id_changed_back_amid_its_change_keeps_its_member_alive(tenancy: Tenancy, write: int) -> None:
    """The live member was made inactive for being replaced, and Umbrella could not sign in."""
    tenancy.set(memberId="Umbrella2")
    tenancy.run("up", Moment(write, "after write"))
    tenancy.set(memberId=None)
    convergence(tenancy)


def test_another_member_id_and_wider_permissions_at_once_are_no_shared_role(tenancy: Tenancy) -> None:
    """The member that was about to be replaced counted as somebody else who has the role."""
    tenancy.set(memberId="Umbrella2", tableAccess='["Service / Priority", "Service / Severity"]')
    convergence(tenancy)
    assert "allow" not in tenancy.settings


def test_a_member_that_a_person_made_inactive_is_known_again_after_a_destroy(tenancy: Tenancy) -> None:
    """It was refused as not ours, because a person had touched it last."""
    tenancy.somebody("member inactive")
    tenancy.run("destroy")
    convergence(tenancy)


def test_a_key_on_a_member_that_only_another_machine_knows_is_left_to_orphans(tenancy: Tenancy) -> None:
    """The model counted it as ours: we never knew that member, and no setting of ours names it any more."""
    tenancy.run("destroy")
    tenancy.run_elsewhere(0, None)
    tenancy.set(memberId="Umbrella2")
    convergence(tenancy)


def test_a_member_that_another_machine_made_and_we_took_over_counts_with_its_key(tenancy: Tenancy) -> None:
    tenancy.run("destroy")
    tenancy.run_elsewhere(0, None)
    convergence(tenancy)
