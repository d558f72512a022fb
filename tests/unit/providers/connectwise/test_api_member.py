"""An API member's five chapters. The site has no delete: inactive is the end, and the same member is taken up again."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from providers.connectwise.api_member import ApiMemberArgs, ApiMemberHandler, ApiMemberState
from providers.core.errors import Conflict, GuardViolation, OutcomeUnknown, PermissionDenied, RemoteError, SettingError
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World, make_reference
from tests.unit.providers.core.verdict import Verdict, compare

LOCATIONS = "/system/locations"
DEFAULTS = {
    "level": "Corporate (Level 1)",
    "securityLocation": "Rome Office",
    "location": "Rome Office",
    "department": "Services",
    "territory": "Rome Office",
    "timeZone": "CET",
}


@pytest.fixture
def world() -> World:
    world = World()
    world.add_role("Umbrella")  # id 11
    return world


@pytest.fixture
def handler(world: World) -> ApiMemberHandler:
    return ApiMemberHandler(Site(world), Console(world), Holder())


def make_args(**changed: Any) -> ApiMemberArgs:
    given = {"identifier": "Umbrella", "name": "Cisco Umbrella", "role_id": "11", "role_name": "Umbrella"}
    return ApiMemberArgs(company="acme@x", **{**given, "defaults": DEFAULTS, "owner": "0" * 12, **changed})


def read_seen(handler: ApiMemberHandler, made_id: str, state: ApiMemberState, wanted: ApiMemberArgs) -> Verdict:
    live = handler.read(made_id, state)
    assert live is not None
    return compare(handler, live, wanted)


def test_a_member_is_made_with_the_role_and_every_reference_by_id(handler: ApiMemberHandler, world: World) -> None:
    made_id, state = handler.create(make_args(email="psa@example.com"))
    ((what, body),) = world.writes
    assert what == "create_member"
    assert body == {
        "identifier": "Umbrella",
        "name": "Cisco Umbrella",
        "emailAddress": "psa@example.com",
        "securityRole": {"id": 11},
        "structureLevel": {"id": 1},
        "securityLocation": {"id": 1},
        "defaultLocation": {"id": 1},
        "defaultDepartment": {"id": 1},
        "salesDefaultLocation": {"id": 1},
        "timeZone": {"id": 1},
    }
    assert int(made_id) in world.members
    assert state == ApiMemberState(**make_args(email="psa@example.com").model_dump(), manages_email=True)


def test_references_that_the_settings_do_not_name_come_from_the_site(handler: ApiMemberHandler, world: World) -> None:
    world.defaults = {"defaultDepartment": {"id": 2, "name": "Sales"}, "serviceDefaultBoard": {"id": None}}
    handler.create(make_args(defaults={what: name for what, name in DEFAULTS.items() if what != "department"}))
    body = world.writes[0][1]
    assert body["defaultDepartment"] == {"id": 2}
    assert "serviceDefaultBoard" not in body


def test_a_reference_that_nobody_names_is_refused_before_anything_is_made(
    handler: ApiMemberHandler, world: World
) -> None:
    with pytest.raises(
        SettingError, match="suggests no level, no securityLocation and no timeZone for a new API member; name it there"
    ):
        handler.create(make_args(defaults={what: DEFAULTS[what] for what in ("location", "department", "territory")}))
    assert world.writes == []


def test_what_nobody_touched_reads_back_unchanged(handler: ApiMemberHandler) -> None:
    made_id, state = handler.create(make_args(email="psa@example.com"))
    assert handler.read(made_id, state) == state
    assert read_seen(handler, made_id, state, make_args(email="psa@example.com")).fields == []


@pytest.mark.parametrize(
    ("touched", "words"),
    [
        ({"name": "Other"}, "is named 'Other', should be 'Cisco Umbrella'."),
        ({"name": None}, "is named '', should be 'Cisco Umbrella'."),
        ({"emailAddress": None}, "has the e-mail address '', should have 'psa@example.com'."),
        ({"securityRole": {"id": 99}}, "has another security role (id 99), should have Umbrella."),
        ({"securityRole": None}, "has another security role (id none), should have Umbrella."),
        ({"inactiveFlag": True}, "was made inactive, so its keys don't work; it should be active."),
        ({"timeZone": {"id": 2}}, "has the timeZone 'UTC', should have 'CET'."),
        ({"salesDefaultLocation": None}, "has the territory '', should have 'Rome Office'."),
        ({"securityLocation": {"id": 2}}, "has the securityLocation 'Paris Office', should have 'Rome Office'."),
        ({"defaultLocation": {"id": 2}}, "has the location 'Paris Office', should have 'Rome Office'."),
    ],
)
def test_drift_is_told_in_words_and_put_right_in_place(
    touched: dict[str, Any], words: str, handler: ApiMemberHandler, world: World
) -> None:
    wanted = make_args(email="psa@example.com")
    made_id, made = handler.create(wanted)
    world.members[int(made_id)].fields |= touched
    state = handler.read(made_id, made)
    assert state is not None
    verdict = compare(handler, state, wanted)
    assert verdict.words == [f"The API member Umbrella {words}"]
    assert verdict.replaces == []
    assert handler.update(made_id, state, wanted) == made
    assert handler.read(made_id, made) == made


def test_an_address_that_the_settings_do_not_name_is_not_ours_to_compare(
    handler: ApiMemberHandler, world: World
) -> None:
    made_id, made = handler.create(make_args())
    world.members[int(made_id)].fields["emailAddress"] = "somebody@example.com"
    assert read_seen(handler, made_id, made, make_args()).fields == []
    handler.update(made_id, made, make_args(name="New"))
    assert world.members[int(made_id)].fields["emailAddress"] == "somebody@example.com"


def test_only_references_that_differ_are_patched(handler: ApiMemberHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    handler.update(made_id, made, make_args(defaults={**DEFAULTS, "board": "Alerts"}))
    values = world.writes[-1][2]
    assert values == {"name": "Cisco Umbrella", "securityRole": {"id": 11}, "serviceDefaultBoard": {"id": 1}}


def test_another_identifier_is_another_member(handler: ApiMemberHandler) -> None:
    _, made = handler.create(make_args())
    assert compare(handler, made, make_args(identifier="Umbrella2")).replaces == ["identifier"]


def test_a_member_that_is_gone_is_gone_and_told_so(handler: ApiMemberHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    world.members.clear()
    assert handler.read(made_id, made) is None
    assert (
        handler.describe_missing(made) == "The API member Umbrella is gone from the site; `pulumi up` makes it again."
    )


def test_a_member_is_deactivated_on_delete_and_the_same_one_is_taken_up_again(
    handler: ApiMemberHandler, world: World
) -> None:
    made_id, made = handler.create(make_args())
    handler.delete(made_id, made)
    assert world.members[int(made_id)].fields["inactiveFlag"] is True
    again, state = handler.create(make_args())
    assert (again, state.active, state.adopted) == (made_id, True, False)
    assert len(world.members) == 1


def test_deleting_twice_or_a_gone_member_writes_nothing(handler: ApiMemberHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    handler.delete(made_id, made)
    world.writes.clear()
    handler.delete(made_id, made)
    world.members.clear()
    handler.delete(made_id, made)
    assert world.writes == []


def test_an_adopted_member_is_kept(handler: ApiMemberHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    world.writes.clear()
    handler.delete(made_id, made.model_copy(update={"adopted": True}))
    assert world.writes == []


def test_a_lost_answer_is_looked_up_and_not_asked_again(handler: ApiMemberHandler, world: World) -> None:
    world.lose.add("create_member")
    made_id, state = handler.create(make_args())
    assert list(world.members) == [int(made_id)]
    assert not state.adopted


class Deaf(Site):
    problem: Exception

    def create_member(self, body: dict[str, Any]) -> Any:
        raise self.problem


@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknown("lost", sent=True),
        OutcomeUnknown("unsent", sent=False),
        Conflict("taken"),
        PermissionDenied("no"),
    ],
)
def test_what_did_not_arrive_is_an_error(error: RemoteError, world: World) -> None:
    site = Deaf(world)
    site.problem = error
    with pytest.raises(type(error)):
        ApiMemberHandler(site, Console(world), Holder()).create(make_args())
    assert world.members == {}


@pytest.mark.parametrize("identifier", ["", "a.b", " a", "a ", " ", "a" * 16, "a\tb"])
def test_an_identifier_that_the_site_would_not_take_is_refused(identifier: str) -> None:
    with pytest.raises(ValidationError):
        make_args(identifier=identifier)


def test_an_identifier_may_have_blanks_inside(handler: ApiMemberHandler, world: World) -> None:
    made_id, state = handler.create(make_args(identifier="Cisco Umbrella"))
    assert (world.members[int(made_id)].identifier, state.identifier) == ("Cisco Umbrella", "Cisco Umbrella")


def test_another_member_id_means_another_key_and_says_so(handler: ApiMemberHandler) -> None:
    _, made = handler.create(make_args())
    assert compare(handler, made, make_args(identifier="Umbrella2")).words == [
        "The API member Umbrella will be replaced by Umbrella2, which gets a new API key before the old one goes."
    ]


def test_reading_twice_does_not_hide_drift(handler: ApiMemberHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    world.members[int(made_id)].fields["securityLocation"] = make_reference(LOCATIONS, "Paris Office")
    once = handler.read(made_id, made)
    assert once is not None
    assert compare(handler, once, make_args()).fields == ["defaults"]
    # `pulumi refresh` records what it saw; the next look must see the same.
    assert read_seen(handler, made_id, once, make_args()).fields == ["defaults"]


def test_every_update_names_the_member(handler: ApiMemberHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    handler.update(made_id, made, make_args(name="New"))
    handler.delete(made_id, made)
    assert all("name" in values for what, *_, values in world.writes if what == "patch_member")


def test_a_live_member_is_never_moved_to_a_role_that_has_not_got_its_permissions(
    handler: ApiMemberHandler, world: World
) -> None:
    """As when a changed roleName is applied to the targets role and member alone."""
    made_id, made = handler.create(make_args(granted="11"))
    world.add_role("Other")
    world.writes.clear()
    asked = make_args(role_id="13", role_name="Other", granted="11")
    with pytest.raises(GuardViolation) as refused:
        handler.update(made_id, made, asked)
    assert str(refused.value) == (
        "the security role Other has not got its permissions yet, so the API member Umbrella is not put on it: its "
        "keys could do nothing there; run `pulumi up` on the whole stack."
    )
    assert world.writes == []
    assert handler.update(made_id, made, asked.model_copy(update={"granted": "13"})).role_id == "13"


def test_no_member_is_made_with_a_role_whose_permissions_wait_for_a_person(
    handler: ApiMemberHandler, world: World
) -> None:
    with pytest.raises(GuardViolation, match="has not got its permissions yet"):
        handler.create(make_args(granted=""))
    assert world.members == {}


def test_a_member_may_be_renamed_while_its_role_waits_for_other_permissions(handler: ApiMemberHandler) -> None:
    made_id, made = handler.create(make_args(granted="11"))
    assert handler.update(made_id, made, make_args(name="New", granted="")).name == "New"
