"""With the driver `manual`: the old key's end, rights that only the key shows, keys that nobody sees."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofHandler, AccessProofState
from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.key_retirement import KeyRetirementArgs, KeyRetirementHandler, KeyRetirementState
from providers.connectwise.member_lookup import MemberLookup
from providers.core.errors import NotFound, WorkOrder
from providers.core.tags import Tag
from providers.core.values import parse
from tests.unit.providers.connectwise import test_access_proof, test_api_key, test_api_member
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_pending_steps import ManualDriver, make_pair
from tests.unit.providers.connectwise.test_pending_steps import person as person
from tests.unit.providers.connectwise.test_pending_steps import world as world
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

TAGGED = f"Umbrella PSA {Tag(test_api_key.OWNER, 'a' * 6, 'b' * 6)}"


def test_the_retirement_stays_at_the_replaced_key_until_the_site_refuses_it(
    world: World, person: ManualDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = KeyRetirementHandler(person, Holder(), Site(world))
    old = make_pair(world, person)
    ours: dict[str, Any] = {"company": "acme@x", "member_id": "12", "owner": test_api_key.OWNER}
    current = KeyRetirementArgs(**ours, key_id="old", public_key=old.publicKey, private_key=old.privateKey)
    _, state = handler.create(current)
    assert person.unseen in capsys.readouterr().out
    following = KeyRetirementArgs(**ours, key_id="new", public_key="New1", private_key=SecretStr("x"))
    with pytest.raises(WorkOrder) as order:
        handler.update("x", state, following)
    assert order.value.title == f"delete {old.publicKey}"
    world.keys.clear()
    assert handler.update("x", state, following) == KeyRetirementState(**following.model_dump())


def test_a_retirement_whose_member_is_gone_has_nothing_left(world: World, person: ManualDriver) -> None:
    def gone(*_: object) -> None:
        raise NotFound("no such member", status=404)

    world.members.clear()
    person.find_key = gone  # type: ignore[method-assign, assignment]
    handler = KeyRetirementHandler(person, Holder(), Site(world))
    ours: dict[str, Any] = {"company": "acme@x", "member_id": "12", "owner": test_api_key.OWNER}
    state = KeyRetirementState(**ours, key_id="old", public_key="Old1", private_key=SecretStr("x"))
    assert handler.update("x", state, KeyRetirementArgs(**ours, key_id="new")).key_id == "new"


def test_rights_that_only_the_key_shows_are_ordered_by_the_screens_labels() -> None:
    scene = test_access_proof.Case()
    scene.role.tables = ["Service / Priority", "Company / Country"]
    person = ManualDriver(scene.world)
    handler = AccessProofHandler(scene.site, person, person)
    with pytest.raises(WorkOrder):
        handler.create(scene.args())
    assert "Table Setup: Company / Country is allowed, should not be (wider)." in person.asked
    live = handler.read("x", AccessProofState(**scene.args().model_dump()))
    assert live is not None
    assert any("Company / Country is allowed" in told for told in compare(handler, live, scene.args()).words)


def test_a_member_whose_keys_nobody_sees_is_taken_up_when_we_left_it_and_is_said_so(
    world: World, person: ManualDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = ApiMemberHandler(Site(world), person, Holder())
    world.members[12].fields["inactiveFlag"] = True
    asked = test_api_member.make_args()
    object_id, made = handler.create(asked)
    assert (object_id, made.adopted) == ("12", False)
    assert person.unseen in capsys.readouterr().out
    ApiMemberHandler(Site(world), person, Holder()).delete(object_id, made)  # in another run
    assert world.members[12].fields["inactiveFlag"] is True
    assert MemberLookup(Site(world), person).is_ours("12", asked.owner, "Any1") is False


def test_a_gateway_that_comes_later_knows_the_current_key_by_its_public_half(world: World) -> None:
    old, current = world.add_key(12, TAGGED), world.add_key(12, TAGGED)
    handler = KeyRetirementHandler(Console(world), Holder(), Site(world))
    ours: dict[str, Any] = {"company": "acme@x", "member_id": "12", "owner": test_api_key.OWNER}
    state = KeyRetirementState(**ours, key_id="psa:x", public_key=current.publicKey, private_key=SecretStr("x"))
    live = handler.read("x", state)
    assert live is not None
    assert live.leftovers == [old.publicKey]
    handler.update("x", live, parse(KeyRetirementArgs, dict(state)))
    assert [key for _, key, _ in world.keys.values()] == [current]
