"""Whose member is it? What a destroy or an interrupted run left is taken up; somebody's is refused unless allowed."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.member_lookup import MemberLookup
from providers.core.errors import GuardViolation, OutcomeUnknown, ProviderError
from providers.core.reference_counter import ReferenceCounter
from providers.core.tags import Tag
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_member import make_args
from tests.unit.providers.connectwise.world import SOMEBODY, US, World, make_reference
from tests.unit.providers.served import Served

OURS = f"Umbrella PSA Integration {Tag('0' * 12, 'a' * 6, 'b' * 6)}"
OTHERS = f"Umbrella PSA Integration {Tag('f' * 12, 'a' * 6, 'b' * 6)}"
ROLE: dict[str, Any] = {"securityRole": {"id": 11}}
IDENTICAL = {
    **ROLE,
    "structureLevel": make_reference("/system/myCompany/corporateStructureLevels", "Corporate (Level 1)"),
    "securityLocation": make_reference("/system/locations", "Rome Office"),
    "defaultLocation": make_reference("/system/locations", "Rome Office"),
    "defaultDepartment": make_reference("/system/departments", "Services"),
    "salesDefaultLocation": make_reference("/system/locations", "Rome Office"),
    "timeZone": make_reference("/system/timeZoneSetups", "CET"),
}


@pytest.fixture
def world() -> World:
    world = World()
    world.add_role("Umbrella")  # id 11
    world.add_role("Admin", by=SOMEBODY)  # id 12
    return world


@pytest.fixture
def lookup(world: World) -> MemberLookup:
    return MemberLookup(Site(world), Console(world))


@pytest.fixture
def handler(world: World) -> ApiMemberHandler:
    return ApiMemberHandler(Site(world), Console(world), Holder())


def get_refusal(handler: ApiMemberHandler, adopt: str = "never") -> str:
    with pytest.raises(GuardViolation) as caught:
        handler.create(make_args(adopt=adopt))
    assert caught.value.lift == "adopt"
    return str(caught.value)


@pytest.mark.parametrize(
    "fields", [{"inactiveFlag": True}, {"inactiveFlag": True, **ROLE}, ROLE], ids=["inactive", "inactive-ours", "ours"]
)
def test_a_bare_member_that_we_touched_last_is_taken_up(
    fields: dict[str, Any], handler: ApiMemberHandler, world: World
) -> None:
    number = world.add_member("umbrella", **fields)
    made_id, state = handler.create(make_args())
    assert (made_id, state.adopted, state.active) == (str(number), False, True)
    assert world.members[number].fields["securityRole"] == {"id": 11}


def test_a_member_with_our_role_and_only_our_keys_is_taken_up(handler: ApiMemberHandler, world: World) -> None:
    number = world.add_member("Umbrella", US, **ROLE)
    world.add_key(number, OURS)
    world.add_key(number, OURS, inactive=True)
    assert not handler.create(make_args())[1].adopted


@pytest.mark.parametrize(
    ("by", "fields", "keys"),
    [
        (SOMEBODY, {"inactiveFlag": True}, []),
        (SOMEBODY, ROLE, [OURS]),
        (US, {"securityRole": {"id": 12}}, []),
        (US, {}, []),
        (US, {"inactiveFlag": True}, [OURS]),
        (US, {"inactiveFlag": True}, ["made by hand"]),
        (US, ROLE, ["made by hand"]),
        (US, ROLE, [OURS, "made by hand"]),
        (US, ROLE, [OTHERS]),
        (US, {"securityRole": {"id": 12}}, [OURS]),
    ],
)
def test_anything_else_of_that_name_is_somebodys(
    by: str, fields: dict[str, Any], keys: list[str], handler: ApiMemberHandler, world: World
) -> None:
    number = world.add_member("Umbrella", by=by, **fields)
    for description in keys:
        world.add_key(number, description)
    assert get_refusal(handler) == (
        "an API member 'Umbrella' exists already and is not ours; choose another memberId, or set adopt to identical "
        "or any to take it over."
    )
    assert world.writes == []


def test_an_identical_member_is_adopted_and_kept(handler: ApiMemberHandler, world: World) -> None:
    number = world.add_member("Umbrella", by=SOMEBODY, **IDENTICAL)
    made_id, state = handler.create(make_args(adopt="identical"))
    assert state.adopted
    world.writes.clear()
    handler.delete(made_id, state)
    assert world.writes == []
    assert not world.members[number].fields.get("inactiveFlag")


@pytest.mark.parametrize(
    ("different", "what"),
    [
        ({"name": "Other"}, "is named 'Other', should be 'Cisco Umbrella'."),
        ({"inactiveFlag": True}, "was made inactive, so its keys don't work; it should be active."),
        ({"timeZone": {"id": 2}}, "has the timeZone 'UTC', should have 'CET'."),
        ({"securityRole": {"id": 12, "name": "Admin"}}, "has another security role (id 12), should have Umbrella."),
    ],
)
def test_a_member_that_differs_is_not_identical_and_it_is_said_in_what(
    different: dict[str, Any], what: str, handler: ApiMemberHandler, world: World
) -> None:
    world.add_member("Umbrella", by=SOMEBODY, **{**IDENTICAL, **different})
    assert get_refusal(handler, "identical") == (
        "an API member 'Umbrella' exists already and is not ours, and it differs: The API member Umbrella "
        f"{what} Set adopt to any to take it over."
    )


def test_any_member_is_adopted_where_any_is_allowed(handler: ApiMemberHandler, world: World) -> None:
    number = world.add_member("Umbrella", by=SOMEBODY, inactiveFlag=True, name="Old")
    made_id, state = handler.create(make_args(adopt="any"))
    assert (made_id, state.adopted, state.name, state.active) == (str(number), True, "Cisco Umbrella", True)


def test_taking_a_member_up_patches_it_and_makes_no_second_one(handler: ApiMemberHandler, world: World) -> None:
    world.add_member("Umbrella", inactiveFlag=True)
    handler.create(make_args(email="psa@example.com"))
    ((what, _, values),) = world.writes
    assert what == "patch_member"
    assert values["inactiveFlag"] is False
    assert (values["emailAddress"], values["timeZone"]) == ("psa@example.com", {"id": 1})


def test_a_member_is_in_use_once_it_has_a_key_with_our_tag(lookup: MemberLookup, world: World) -> None:
    number = world.add_member("Umbrella")
    record = lookup.existing("UMBRELLA")
    assert record is not None
    assert not lookup.is_in_use(record, "0" * 12)
    world.add_key(number, OTHERS)
    assert not lookup.is_in_use(record, "0" * 12)
    world.add_key(number, OURS)
    assert lookup.is_in_use(record, "0" * 12)


def test_a_public_key_is_ours_only_with_our_tag_on_our_member(lookup: MemberLookup, world: World) -> None:
    number, other = world.add_member("Umbrella"), world.add_member("Other")
    ours, theirs = world.add_key(number, OURS), world.add_key(number, OTHERS)
    elsewhere = world.add_key(other, OURS)
    asked = [lookup.is_ours(str(number), "0" * 12, key.publicKey) for key in (ours, theirs, elsewhere)]
    assert asked == [True, False, False]


def test_a_member_that_says_nothing_about_who_made_it_is_not_ours(world: World) -> None:
    site = Site(world)
    site.me = ""
    world.add_member("Umbrella", by="", inactiveFlag=True)
    with pytest.raises(ProviderError):
        ApiMemberHandler(site, Console(world), Holder()).create(make_args())


def test_an_address_that_the_settings_do_not_name_is_no_difference(handler: ApiMemberHandler, world: World) -> None:
    world.add_member("Umbrella", by=SOMEBODY, **IDENTICAL, emailAddress="somebody@example.com")
    assert handler.create(make_args(adopt="identical"))[1].adopted


def test_a_member_that_was_to_be_replaced_is_taken_again_and_stays_alive(
    handler: ApiMemberHandler, world: World
) -> None:
    """Its identifier was changed, the run was cut off, and it is changed back: the state has the old member marked."""
    made_id, marked = handler.create(make_args())
    claims = ReferenceCounter()
    later = Served(ApiMemberHandler(Site(world), Console(world), Holder(), recorded=claims), claims)
    assert later.read(made_id, marked)
    assert later.create(make_args())[0] == made_id
    later.delete(made_id, marked)
    assert not world.members[int(made_id)].fields.get("inactiveFlag")


def test_a_member_that_is_taken_again_stays_alive_although_the_answer_was_lost(
    handler: ApiMemberHandler, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_id, marked = handler.create(make_args())
    claims, site = ReferenceCounter(), Site(world)
    later = Served(ApiMemberHandler(site, Console(world), Holder(), recorded=claims), claims)
    assert later.read(made_id, marked)

    def lose(member_id: int, values: dict[str, Any]) -> NoReturn:
        raise OutcomeUnknown("the connection broke", sent=True)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(site, "patch_member", lose)
        with pytest.raises(OutcomeUnknown):
            later.create(make_args())
    later.delete(made_id, marked)
    assert not world.members[int(made_id)].fields.get("inactiveFlag")


def test_a_member_that_a_person_made_inactive_is_known_for_ours_after_a_destroy(
    handler: ApiMemberHandler, world: World
) -> None:
    made_id, made = handler.create(make_args())
    world.members[int(made_id)].fields["inactiveFlag"] = True
    world.members[int(made_id)].by = SOMEBODY
    handler.delete(made_id, made)
    assert handler.create(make_args())[0] == made_id
