"""What random histories found, shrunk and kept; each ends as every history does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.server import Running
from tests.histories.killable import FakeTime, Moment
from tests.histories.tenant_model import PLAIN, REFUSED, TenantModel, Verb, assert_converges


@pytest.fixture
def model() -> Iterator[TenantModel]:
    """A tenant that is up."""
    time = FakeTime()
    with Running() as running:
        made = TenantModel(running, time)
        made.run("up")
        yield made


def test_a_role_name_changed_back_amid_its_change_takes_the_old_role_again(model: TenantModel) -> None:
    """It was refused as not ours; and when adopted, deleted for being replaced, which the site refused forever."""
    role = model.state[0].id
    model.set(roleName="Umbrella 2")
    model.run("up", Moment(2, "before write"))
    model.set(roleName=None)
    assert_converges(model)
    assert next(resource.id for resource in model.state if resource.name == "role") == role


def test_that_holds_however_often_the_run_in_between_is_killed(model: TenantModel) -> None:
    model.set(roleName="Umbrella 2")
    model.run("up", Moment(2, "before write"))
    model.set(roleName=None)
    model.run("up", Moment(2, "before step"))
    model.run("up", Moment(1, "before step"))
    assert_converges(model)


@pytest.mark.parametrize("write", [1, 2, 3, 4])
def test_a_member_id_changed_back_amid_its_change_keeps_its_member_alive(model: TenantModel, write: int) -> None:
    """The live member was made inactive for being replaced, and Umbrella could not sign in."""
    model.set(memberId="Umbrella2")
    model.run("up", Moment(write, "after write"))
    model.set(memberId=None)
    assert_converges(model)


def test_another_member_id_and_wider_permissions_at_once_are_no_shared_role(model: TenantModel) -> None:
    """The member that was about to be replaced counted as somebody else who has the role."""
    model.set(memberId="Umbrella2", tableAccess='["Service / Priority", "Service / Severity"]')
    assert_converges(model)
    assert "allow" not in model.settings


def test_a_member_that_a_person_made_inactive_is_known_again_after_a_destroy(model: TenantModel) -> None:
    """It was refused as not ours, because a person had touched it last."""
    model.change_externally("member inactive")
    model.run("destroy")
    assert_converges(model)


def test_a_key_on_a_member_that_only_another_machine_knows_is_left_to_orphans(model: TenantModel) -> None:
    """The model counted it as ours: we never knew that member, and no setting of ours names it any more."""
    model.run("destroy")
    model.run_elsewhere(0, None)
    model.set(memberId="Umbrella2")
    assert_converges(model)


def test_a_member_that_another_machine_made_and_we_took_over_counts_with_its_key(model: TenantModel) -> None:
    model.run("destroy")
    model.run_elsewhere(0, None)
    assert_converges(model)


@pytest.mark.parametrize("first", REFUSED)
def test_what_a_refused_run_recorded_is_worked_with_by_no_verb(model: TenantModel, first: Verb) -> None:
    """Settings of another company, refused and set back: a plain destroy deleted at the other company."""
    for then in PLAIN:
        model.meet_foreign_settings(first, then)
    assert_converges(model)


@pytest.mark.parametrize("deed", ["sink set to Autotask", "sink given another key"])
def test_a_sink_that_is_to_be_replaced_is_put_right_whatever_somebody_entered(model: TenantModel, deed: str) -> None:
    """It was refused as not ours: a replacement is a creation, but what a state of ours holds is drift."""
    model.taint("umbrella")
    model.change_externally(deed)
    assert_converges(model)
    assert "umbrella:adopt" not in model.settings
