"""An API key's five chapters: minted once, never changed, revoked only when nobody holds it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyArgs, ApiKeyHandler
from providers.console.contract import Key
from providers.core.errors import GuardViolation, OutcomeUnknown, RemoteError, Unauthenticated
from providers.core.tags import parse_tag
from tests.unit.providers.connectwise.answers import Gate, Holder, KnowsKeys
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

OWNER = "0" * 12


@pytest.fixture
def world() -> World:
    world = World()
    world.add_member("Umbrella")  # id 11
    return world


@pytest.fixture
def preconditions() -> Gate:
    return Gate()


@pytest.fixture
def key_usage() -> Holder:
    return Holder()


@pytest.fixture
def handler(world: World, preconditions: Gate, key_usage: Holder) -> ApiKeyHandler:
    return ApiKeyHandler(Console(world), preconditions, key_usage, KnowsKeys(), Site(world))


def make_args(**changed: Any) -> ApiKeyArgs:
    given = {"member_id": "11", "owner": OWNER, "description": "Umbrella PSA", "minted_on": "2026-01-01"}
    return ApiKeyArgs(company="acme@x", **{**given, **changed})


def test_a_key_is_minted_with_our_tag_after_its_description(handler: ApiKeyHandler, world: World) -> None:
    made_id, state = handler.create(make_args())
    member, key, private = world.keys[made_id]
    assert member == 11
    assert key.description.startswith("Umbrella PSA [psa:")
    tag = parse_tag(key.description)
    assert tag is not None
    assert tag.owner == OWNER
    assert (state.public_key, state.private_key.get_secret_value()) == (key.publicKey, private)
    assert state.full_description == key.description


def test_a_key_says_for_which_vault_it_was_minted_while_that_is_the_one(
    handler: ApiKeyHandler, preconditions: Gate
) -> None:
    preconditions.place = "vault://secret/umbrella/acme"
    made_id, state = handler.create(make_args())
    read = handler.read(made_id, state)
    assert read is not None
    assert read.escrow == preconditions.place
    for place in ("", "vault://secret/umbrella/moved"):
        preconditions.place = place
        read = handler.read(made_id, state)
        assert read is not None
        assert read.escrow == ""


def test_minting_never_revokes(handler: ApiKeyHandler, world: World) -> None:
    first, _ = handler.create(make_args())
    handler.create(make_args(rotate="again"))
    assert first in world.keys
    assert [what for what, *_ in world.writes] == ["mint", "mint"]


def test_what_could_be_refused_later_is_refused_before_a_key_is_minted(
    handler: ApiKeyHandler, world: World, preconditions: Gate
) -> None:
    preconditions.problem = GuardViolation("the sink is not ready")
    with pytest.raises(GuardViolation):
        handler.create(make_args())
    assert world.writes == []


def test_a_lost_answer_to_a_mint_is_an_error_and_no_second_mint(handler: ApiKeyHandler, world: World) -> None:
    world.lose.add("mint")
    with pytest.raises(OutcomeUnknown):
        handler.create(make_args())
    # The key that nobody heard of carries our tag, so that it is retired later.
    assert [bool(parse_tag(key.description)) for _, key, _ in world.keys.values()] == [True]


def test_an_unchanged_read_carries_the_private_key_that_no_site_shows_again(handler: ApiKeyHandler) -> None:
    made_id, made = handler.create(make_args())
    state = handler.read(made_id, made)
    assert state == made
    assert state.private_key.get_secret_value().startswith("private")
    assert compare(handler, state, make_args()).fields == []


def test_a_key_that_was_made_inactive_is_drift_and_is_switched_on_again(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    Console(world).set_inactive(11, made_id, True)
    state = handler.read(made_id, made)
    assert state is not None
    verdict = compare(handler, state, make_args())
    assert verdict.replaces == []
    assert verdict.words == [
        f"The API key {made.public_key} was made inactive, so Umbrella can't sign in; it should be active."
    ]
    assert handler.update(made_id, state, make_args()) == made
    assert not world.keys[made_id][1].inactive


def test_a_key_that_the_list_lacks_is_gone_and_told_so(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    world.keys.clear()
    assert handler.read(made_id, made) is None
    assert handler.describe_missing(made) == (
        f"The API key {made.public_key} was deleted at the site; `pulumi up` makes a new one."
    )


def test_a_key_of_which_the_site_made_another_pair_is_not_told_as_deleted(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    member, key, private = world.keys[made_id]
    world.keys[made_id] = (member, key.model_copy(update={"publicKey": "Another1"}), private)
    assert handler.read(made_id, made) is None
    assert handler.describe_missing(made) == (
        f"The API key {made.public_key} has another pair at the site now (Another1), and this one is dead; `pulumi up` "
        "makes a new one."
    )


class EmptyPage(Console):
    """A console whose list is well-formed and wrong."""

    def list_keys(self, member_id: int) -> list[Key]:
        return []


def test_an_empty_list_is_not_believed_while_the_key_signs_in(world: World) -> None:
    world.members[11].fields["securityRole"] = {"id": world.add_role("Umbrella")}
    site = Site(world)
    handler = ApiKeyHandler(EmptyPage(world), Gate(), Holder(), KnowsKeys(), site)
    made_id, made = handler.create(make_args())
    for verb in (handler.read, handler.delete):
        with pytest.raises(RemoteError, match=f"lists no key of the API member, but the key {made.public_key} signs"):
            verb(made_id, made)
    world.keys.clear()
    site.provisioning_works = False
    with pytest.raises(Unauthenticated):
        handler.read(made_id, made)
    site.provisioning_works = True
    assert handler.read(made_id, made) is None
    handler.delete(made_id, made)


def test_another_pair_under_the_same_id_means_that_ours_is_gone(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
    member, key, private = world.keys[made_id]
    world.keys[made_id] = (member, key.model_copy(update={"publicKey": "another"}), private)
    assert handler.read(made_id, made) is None


def test_a_member_that_is_not_found_says_nothing_about_the_key(handler: ApiKeyHandler, world: World) -> None:
    made_id, made = handler.create(make_args())
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
    _, made = handler.create(make_args())
    assert compare(handler, made, make_args(**changed)).replaces == replaces


def test_an_unknown_member_in_a_preview_never_replaces_the_key(handler: ApiKeyHandler) -> None:
    _, made = handler.create(make_args())
    assert compare(handler, made, make_args(), unknown=["member_id"]).replaces == []


def test_no_private_key_is_in_any_repr(handler: ApiKeyHandler) -> None:
    _, made = handler.create(make_args())
    assert made.private_key.get_secret_value() not in repr(made) + str(made) + repr(dict(made))
    assert isinstance(made.private_key, SecretStr)
