"""An API key's five chapters: minted once, never changed, revoked only when nobody holds it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyArgs, ApiKeyHandler
from providers.console.contract import Key
from providers.core.problems import LostAnswer, NotSignedIn, Refusal, RemoteProblem
from providers.core.tags import read_tag
from tests.unit.providers.connectwise.answers import Gate, Holder, OwnKeys
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

OWNER = "0" * 12


@pytest.fixture
def world() -> World:
    world = World()
    world.member("Umbrella")  # id 11
    return world


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def holder() -> Holder:
    return Holder()


@pytest.fixture
def handler(world: World, gate: Gate, holder: Holder) -> ApiKeyHandler:
    return ApiKeyHandler(Console(world), gate, holder, OwnKeys(), Site(world))


def args(**changed: Any) -> ApiKeyArgs:
    given = {"member_id": "11", "owner": OWNER, "description": "Umbrella PSA", "minted_on": "2026-01-01"}
    return ApiKeyArgs(company="acme@x", **{**given, **changed})


def test_a_key_is_minted_with_our_tag_after_its_description(handler: ApiKeyHandler, world: World) -> None:
    made_id, state = handler.create(args())
    member, key, private = world.keys[made_id]
    assert member == 11
    assert key.description.startswith("Umbrella PSA [psa:")
    tag = read_tag(key.description)
    assert tag is not None
    assert tag.owner == OWNER
    assert (state.public_key, state.private_key.get_secret_value()) == (key.publicKey, private)
    assert state.tagged == key.description


def test_a_key_says_for_which_vault_it_was_minted_while_that_is_the_one(handler: ApiKeyHandler, gate: Gate) -> None:
    gate.place = "vault://secret/umbrella/acme"
    made_id, state = handler.create(args())
    read = handler.read(made_id, state)
    assert read is not None
    assert read.escrow == gate.place
    for place in ("", "vault://secret/umbrella/moved"):
        gate.place = place
        read = handler.read(made_id, state)
        assert read is not None
        assert read.escrow == ""


def test_minting_never_revokes(handler: ApiKeyHandler, world: World) -> None:
    first, _ = handler.create(args())
    handler.create(args(rotate="again"))
    assert first in world.keys
    assert [what for what, *_ in world.writes] == ["mint", "mint"]


def test_what_could_be_refused_later_is_refused_before_a_key_is_minted(
    handler: ApiKeyHandler, world: World, gate: Gate
) -> None:
    gate.problem = Refusal("the sink is not ready")
    with pytest.raises(Refusal):
        handler.create(args())
    assert world.writes == []


def test_a_lost_answer_to_a_mint_is_an_error_and_no_second_mint(handler: ApiKeyHandler, world: World) -> None:
    world.lose.add("mint")
    with pytest.raises(LostAnswer):
        handler.create(args())
    # The key that nobody heard of carries our tag, so that it is retired later.
    assert [bool(read_tag(key.description)) for _, key, _ in world.keys.values()] == [True]


def test_an_unchanged_read_carries_the_private_key_that_no_site_shows_again(handler: ApiKeyHandler) -> None:
    made_id, made = handler.create(args())
    state = handler.read(made_id, made)
    assert state == made
    assert state.private_key.get_secret_value().startswith("private")
    assert compare(handler, state, args()).fields == []


def test_a_key_that_was_made_inactive_is_drift_and_is_switched_on_again(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(args())
    Console(world).set_inactive(11, made_id, True)
    state = handler.read(made_id, made)
    assert state is not None
    verdict = compare(handler, state, args())
    assert verdict.replaces == []
    assert verdict.words == [
        f"The API key {made.public_key} was made inactive, so Umbrella can't sign in; it should be active."
    ]
    assert handler.update(made_id, state, args()) == made
    assert not world.keys[made_id][1].inactive


def test_a_key_that_the_list_lacks_is_gone_and_told_so(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(args())
    world.keys.clear()
    assert handler.read(made_id, made) is None
    assert handler.gone(made) == (
        f"The API key {made.public_key} was deleted at the site; `pulumi up` makes a new one."
    )


class EmptyPage(Console):
    """A console whose list is well-formed and wrong."""

    def keys(self, member_id: int) -> list[Key]:
        return []


def test_an_empty_list_is_not_believed_while_the_key_signs_in(world: World) -> None:
    world.members[11].fields["securityRole"] = {"id": world.role("Umbrella")}
    site = Site(world)
    handler = ApiKeyHandler(EmptyPage(world), Gate(), Holder(), OwnKeys(), site)
    made_id, made = handler.create(args())
    for verb in (handler.read, handler.delete):
        with pytest.raises(RemoteProblem, match=f"lists no key of the API member, but the key {made.public_key} signs"):
            verb(made_id, made)
    world.keys.clear()
    site.provisioning_works = False
    with pytest.raises(NotSignedIn):
        handler.read(made_id, made)
    site.provisioning_works = True
    assert handler.read(made_id, made) is None
    handler.delete(made_id, made)


def test_another_pair_under_the_same_id_means_that_ours_is_gone(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(args())
    member, key, private = world.keys[made_id]
    world.keys[made_id] = (member, key.model_copy(update={"publicKey": "another"}), private)
    assert handler.read(made_id, made) is None


def test_a_member_that_is_not_found_says_nothing_about_the_key(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(args())
    world.members.clear()
    assert handler.read(made_id, made) == made


@pytest.mark.parametrize(
    ("changed", "replaces"),
    [
        ({"member_id": "12"}, ["member_id"]),
        ({"description": "Other"}, ["description"]),
        ({"rotate": "again"}, ["rotate"]),
        ({"minted_on": "2026-02-01"}, ["minted_on"]),
        ({"owner": "1" * 12}, ["owner"]),
        ({"max_age_days": 90}, []),
    ],
)
def test_what_makes_another_key(changed: dict[str, Any], replaces: list[str], handler: ApiKeyHandler) -> None:
    _, made = handler.create(args())
    assert compare(handler, made, args(**changed)).replaces == replaces


def test_an_unknown_member_in_a_preview_never_replaces_the_key(handler: ApiKeyHandler) -> None:
    _, made = handler.create(args())
    assert compare(handler, made, args(), unknown=["member_id"]).replaces == []


def test_no_private_key_is_in_any_repr(handler: ApiKeyHandler) -> None:
    _, made = handler.create(args())
    assert made.private_key.get_secret_value() not in repr(made) + str(made) + repr(dict(made))
    assert isinstance(made.private_key, SecretStr)
