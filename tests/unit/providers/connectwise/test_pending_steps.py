"""With the driver `manual`: what is recorded of an open step, and what is made of what nobody can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyHandler, ApiKeyState
from providers.connectwise.permission_set import PermissionSetArgs, PermissionSetHandler
from providers.console.contract import Key, MintedKey, RoleSetting
from providers.core.errors import GuardViolation, NotObservable, WorkOrder
from providers.core.pending_steps import ManualStepPending
from tests.unit.providers.connectwise import test_api_key, test_permission_set
from tests.unit.providers.connectwise.answers import Gate, Holder, KnowsKeys
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

LEVELS = {test_permission_set.TICKETS: {"add": "All", "edit": "All", "inquire": "All"}}


class ManualDriver(Console):
    """A driver that orders what it can't do and can't look at a list. `handed_in`: the pair that a person made."""

    handed_in: MintedKey | None = None
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def unseen(self) -> str:
        """A process says each sentence once, whoever makes it say so; this one is this driver's own."""
        return f"nobody sees what {id(self)} holds"

    def set_levels(
        self, role_id: int, settings: Sequence[RoleSetting], lists: Mapping[str, Sequence[str]]
    ) -> list[RoleSetting]:
        self.asked = (
            *(row.moduleFunctionName for row in settings),
            *(item for items in lists.values() for item in items or ("nothing",)),
        )
        raise WorkOrder("set the levels", "## set the levels")

    def get_allowed(self, role_id: int, function: str) -> list[str]:
        raise NotObservable(self.unseen)

    def set_allowed(self, role_id: int, function: str, allow: Sequence[str]) -> list[str]:
        return self.get_allowed(role_id, function)

    def list_keys(self, member_id: int) -> list[Key]:
        raise NotObservable(self.unseen)

    def find_key(self, member_id: int, key_id: str, public_key: str, private_key: SecretStr) -> Key | None:
        found = [key for _, key, private in self.world.keys.values() if private == private_key.get_secret_value()]
        return found[0] if found else None

    def mint(self, member_id: int, description: str, replaced_public_key: str = "") -> MintedKey:
        self.told = (description, replaced_public_key)
        if self.handed_in is None or self.handed_in.publicKey == replaced_public_key:
            raise WorkOrder("make a key", "## make a key")
        return self.handed_in.model_copy(update={"description": description})

    def revoke(self, member_id: int, key_id: str, public_key: str = "") -> None:
        raise WorkOrder(f"delete {public_key}", "## delete it")

    def order_correction(
        self, role_id: int, public_key: str, found: Sequence[str], lists: Mapping[str, Sequence[str]]
    ) -> WorkOrder:
        self.asked = (*found, *(item for allowed in lists.values() for item in allowed))
        return WorkOrder("correct it", "## correct it")


@pytest.fixture
def world() -> World:
    world = World()
    world.add_role("Umbrella")  # id 11
    world.add_member("Umbrella", securityRole={"id": 11})  # id 12
    return world


@pytest.fixture
def asked() -> PermissionSetArgs:
    return test_permission_set.make_args().model_copy(update={"member": "Umbrella"})


@pytest.fixture
def person(world: World) -> ManualDriver:
    return ManualDriver(world)


def make_pair(world: World, person: ManualDriver, description: str = "by hand") -> MintedKey:
    key = world.add_key(12, description)
    private = SecretStr(world.keys[key.id][2])
    person.handed_in = MintedKey(id=key.id, description=description, publicKey=key.publicKey, privateKey=private)
    return person.handed_in


# -- levels and tables -----------------------------------------------------------------------------------------


def test_levels_that_wait_are_recorded_as_they_are_and_taken_up_once_they_are_set(
    world: World, person: ManualDriver, asked: PermissionSetArgs, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = PermissionSetHandler(Site(world), person)
    with pytest.raises(ManualStepPending) as begun:
        handler.create(asked)
    assert person.asked == ("Service Tickets", "Service / Priority"), "both in one visit to the screen"
    state = begun.value.state
    assert (begun.value.object_id, state.pending, state.permissions) == ("11", "set the levels", {})
    assert handler.read("11", state) == state

    verdict = compare(handler, state, asked)
    assert verdict.fields == ["permissions", "table_access", "pending"]
    assert [words.partition(".")[0] for words in verdict.words] == [
        "Open step for a person when this run began: set the levels"
    ]
    with pytest.raises(WorkOrder):
        handler.update("11", state, asked)

    world.roles[11].levels = LEVELS
    done = handler.update("11", state, asked)
    assert (done.pending, compare(handler, done, asked).fields) == ("", [])
    assert person.unseen in capsys.readouterr().out


def test_a_level_that_drifted_is_ordered_without_the_tables(
    world: World, person: ManualDriver, asked: PermissionSetArgs
) -> None:
    world.roles[11].levels = LEVELS
    handler = PermissionSetHandler(Site(world), person)
    made_id, state = handler.create(asked)
    world.roles[11].levels = LEVELS | {test_permission_set.REPORTS: {"inquire": "All"}}
    live = handler.read(made_id, state)
    assert live is not None
    with pytest.raises(WorkOrder):
        handler.update(made_id, live, asked)
    assert person.asked == ("Reports",)


# -- the key ---------------------------------------------------------------------------------------------------


@pytest.fixture
def preconditions() -> Gate:
    return Gate()


@pytest.fixture
def keys(person: ManualDriver, preconditions: Gate) -> ApiKeyHandler:
    return ApiKeyHandler(person, preconditions, Holder(), KnowsKeys(), Site(person.world))


def open_key(keys: ApiKeyHandler) -> tuple[str, ApiKeyState]:
    with pytest.raises(ManualStepPending) as begun:
        keys.create(test_api_key.make_args(member_id="12"))
    return begun.value.object_id, begun.value.state


def test_a_key_that_waits_is_recorded_under_its_tag_and_keeps_it(
    world: World, person: ManualDriver, keys: ApiKeyHandler
) -> None:
    object_id, state = open_key(keys)
    assert state.full_description.endswith(f" [{object_id}]")
    assert (state.public_key, state.private_key.get_secret_value(), state.pending) == ("", "", "make a key")
    assert keys.read(object_id, state) == state
    assert compare(keys, state, test_api_key.make_args(member_id="12")).fields == ["pending"]
    with pytest.raises(WorkOrder):
        keys.update(object_id, state, test_api_key.make_args(member_id="12"))

    made = make_pair(world, person)
    done = keys.update(object_id, state, test_api_key.make_args(member_id="12", supplied_public_key=made.publicKey))
    assert person.told == (state.full_description, "")
    assert (done.public_key, done.supplied_public_key, done.pending) == (made.publicKey, made.publicKey, "")
    keys.delete(object_id, state)  # of a key that nobody handed in there is nothing to delete


def test_the_pair_of_the_key_whose_place_is_taken_is_no_new_key(
    world: World, person: ManualDriver, keys: ApiKeyHandler, preconditions: Gate
) -> None:
    old = make_pair(world, person)
    _, held = keys.create(test_api_key.make_args(member_id="12", supplied_public_key=old.publicKey))
    preconditions.on_record = held.public_key
    object_id, state = open_key(keys)
    assert person.told[1] == state.replaced_public_key == old.publicKey
    preconditions.on_record = state.replaced_public_key
    with pytest.raises(WorkOrder):
        keys.update(object_id, state, test_api_key.make_args(member_id="12", supplied_public_key=old.publicKey))


def test_another_pair_without_another_rotate_is_refused(
    world: World, person: ManualDriver, keys: ApiKeyHandler
) -> None:
    made = make_pair(world, person)
    object_id, held = keys.create(test_api_key.make_args(member_id="12", supplied_public_key=made.publicKey))
    other = test_api_key.make_args(member_id="12", supplied_public_key="Other1")
    assert "change rotate as well" in compare(keys, held, other).words[0]
    with pytest.raises(GuardViolation, match=f"names Other1, but {made.publicKey} is the key in use; change `rotate`"):
        keys.update(object_id, held, other)


def test_a_key_is_deleted_by_a_person_and_done_when_the_site_refuses_it(
    world: World, person: ManualDriver, keys: ApiKeyHandler
) -> None:
    made = make_pair(world, person)
    object_id, held = keys.create(test_api_key.make_args(member_id="12", supplied_public_key=made.publicKey))
    with pytest.raises(WorkOrder) as order:
        keys.delete(object_id, held)
    assert order.value.title == f"delete {made.publicKey}"
    world.keys.clear()
    keys.delete(object_id, held)


def test_of_a_key_that_nobody_can_look_at_the_state_stays(
    world: World, person: ManualDriver, keys: ApiKeyHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_pair(world, person)
    object_id, held = keys.create(test_api_key.make_args(member_id="12", supplied_public_key=made.publicKey))

    def error(*_: object) -> None:
        raise NotObservable("its member is inactive")

    monkeypatch.setattr(person, "find_key", error)
    assert keys.read(object_id, held) == held
