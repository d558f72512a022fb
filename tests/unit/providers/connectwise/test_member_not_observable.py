"""A member whose keys no driver can see, or whose console does not show it: not knowing is never "none"."""

from __future__ import annotations

import pytest

from providers.connectwise.api_member import ApiMemberHandler
from providers.console.contract import Key
from providers.core.errors import GuardViolation, NotObservable, RemoteError
from providers.core.guards import Guards
from providers.core.tags import Tag
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_member import make_args
from tests.unit.providers.connectwise.test_api_member import world as world
from tests.unit.providers.connectwise.world import World


class Blind(Console):
    """The driver `manual`: it can't list keys."""

    def list_keys(self, member_id: int) -> list[Key]:
        raise NotObservable("which API keys it has can't be seen")


def make_handler(world: World, holder: Holder | None = None, *words: str) -> ApiMemberHandler:
    return ApiMemberHandler(Site(world), Blind(world), holder or Holder(), Guards(words))


def make_inactive(world: World, made_id: str) -> bool:
    return bool(world.members[int(made_id)].fields.get("inactiveFlag"))


@pytest.mark.parametrize(
    ("held", "of", "words", "told"),
    [
        ("K1", "this", (), "owns the key that Umbrella holds"),
        ("K1", "this", ("foreign-keys",), "owns the key that Umbrella holds"),
        ("K1", "", (), "can't be seen, so that is not made inactive.*foreign-keys"),
        ("K1", "", ("foreign-keys",), ""),
        ("K1", "99", (), ""),
        ("", "", (), ""),
    ],
    ids=["its own", "its own, and no word lifts it", "nobody knows whose", "lifted", "another member's", "none"],
)
def test_it_is_made_inactive_only_when_what_umbrella_holds_is_known_to_be_anothers(
    world: World, held: str, of: str, words: tuple[str, ...], told: str
) -> None:
    holder = Holder()
    made_id, made = make_handler(world).create(make_args())
    holder.held = held
    holder.members = {held: made_id if of == "this" else of}
    if told:
        with pytest.raises(GuardViolation, match=told):
            make_handler(world, holder, *words).delete(made_id, made)
    else:
        make_handler(world, holder, *words).delete(made_id, made)
    assert make_inactive(world, made_id) is not bool(told)


def test_an_active_one_that_was_there_before_is_another_stacks_although_the_same_key_made_it(world: World) -> None:
    made_id, _ = make_handler(world).create(make_args())
    world.add_key(int(made_id), f"Umbrella PSA {Tag('f' * 12, 'a' * 6, 'b' * 6)}")
    with pytest.raises(GuardViolation, match="'Umbrella' exists already and is not ours"):
        make_handler(world).create(make_args())


def test_one_that_a_destroy_left_is_taken_up(world: World) -> None:
    made_id, made = make_handler(world).create(make_args())
    make_handler(world).delete(made_id, made)
    again_id, again = make_handler(world).create(make_args())
    assert (again_id, again.adopted, make_inactive(world, made_id)) == (made_id, False, False)


def test_one_whose_making_was_not_answered_is_taken_up_in_the_same_run(world: World) -> None:
    world.lose.add("create_member")
    made_id, made = make_handler(world).create(make_args())
    assert (made.adopted, make_inactive(world, made_id)) == (False, False)


def test_one_that_the_console_does_not_show_is_left_as_it_is(world: World) -> None:
    console = Console(world)
    shown = ApiMemberHandler(Site(world), console, Holder())
    made_id, made = shown.create(make_args())
    console.hidden.add(int(made_id))
    with pytest.raises(RemoteError, match="does not show the API member Umbrella, which the site has"):
        ApiMemberHandler(Site(world), console, Holder()).delete(made_id, made)
    assert not make_inactive(world, made_id)
