"""The new key signs in as itself and shows what it may do; nothing less is believed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofArgs, AccessProofHandler, AccessProofState
from providers.connectwise.grants import Levels
from providers.core.problems import NotPermitted, NotSignedIn, Overloaded, Problem
from tests.unit.providers.connectwise.fakes import Console, Session, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

TICKETS = "Service Desk / Service Tickets"
TABLES = ["Company / Configuration", "Service / Priority"]


class Scene:
    """A role with rights, an active member with that role, a key that works."""

    def __init__(self) -> None:
        self.world = World()
        self.site = Site(self.world)
        role = self.world.role("Umbrella", levels={TICKETS: {"add": "All", "inquire": "All"}}, tables=list(TABLES))
        self.role = self.world.roles[role]
        self.member = self.world.member("Umbrella", securityRole={"id": role})
        self.key = self.world.key(self.member, "x")
        self.handler = AccessProofHandler(self.site)
        self.private = self.world.keys[self.key.id][2]

    def args(self, **changed: Any) -> AccessProofArgs:
        given = {
            "key_id": self.key.id,
            "public_key": self.key.publicKey,
            "private_key": self.private,
            "role_id": "11",
            "permissions": {TICKETS: Levels(add="All", inquire="All")},
            "table_access": TABLES,
        }
        return AccessProofArgs(company="acme@x", **{**given, **changed})

    def switch_off(self) -> None:
        Console(self.world).set_inactive(self.member, self.key.id, True)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_key_that_may_what_it_should_is_proved(scene: Scene) -> None:
    made_id, state = scene.handler.create(scene.args())
    assert made_id == "acme@x"
    assert state == AccessProofState(**scene.args().model_dump())
    assert scene.world.writes == []


def test_what_nobody_touched_reads_back_unchanged(scene: Scene) -> None:
    made_id, made = scene.handler.create(scene.args())
    state = scene.handler.read(made_id, made)
    assert state == made
    assert compare(scene.handler, state, scene.args()).fields == []


def test_rights_that_are_missing_or_too_many_are_told_in_words_and_nothing_is_recorded(scene: Scene) -> None:
    scene.role.levels = {TICKETS: {"add": "My", "inquire": "All", "delete": "All"}}
    scene.role.tables = ["Company / Configuration", "Company / Country"]
    with pytest.raises(Problem) as caught:
        scene.handler.create(scene.args())
    assert str(caught.value) == (
        f"the API key {scene.key.publicKey} works but its rights are not as asked for, so Umbrella was not given it "
        f"and keeps what it has: {TICKETS}: add is My, should be All (narrower). "
        f"{TICKETS}: delete is All, should be None (wider). "
        "Table Setup: CompanyCountry is allowed, should not be (wider). "
        "Table Setup: Service / Priority is not allowed, should be (narrower)."
    )


def test_an_update_proves_as_strictly_as_a_create(scene: Scene) -> None:
    _, state = scene.handler.create(scene.args())
    scene.role.levels[TICKETS]["delete"] = "All"
    with pytest.raises(Problem, match="works but its rights are not as asked for"):
        scene.handler.update("acme@x", state, scene.args())
    scene.role.levels[TICKETS].pop("delete")
    assert scene.handler.update("acme@x", state, scene.args()) == state


def test_in_a_look_other_rights_are_drift_and_no_error(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    scene.role.levels[TICKETS]["delete"] = "All"
    scene.role.tables = []
    state = scene.handler.read("acme@x", made)
    assert state is not None
    assert compare(scene.handler, state, scene.args()).fields == ["permissions", "table_access"]


def test_a_key_that_is_refused_while_the_provisioning_key_works_is_drift(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    scene.switch_off()
    state = scene.handler.read("acme@x", made)
    assert state is not None
    assert not state.signs_in
    assert compare(scene.handler, state, scene.args()).words == [
        f"The API key {scene.key.publicKey} can't sign in; Umbrella can't either."
    ]


def test_a_key_that_is_refused_at_its_proof_is_an_error_with_a_next_step(scene: Scene) -> None:
    scene.switch_off()
    with pytest.raises(Problem) as caught:
        scene.handler.create(scene.args())
    assert str(caught.value) == (
        f"the API key {scene.key.publicKey} was refused when it signed in as itself, so Umbrella was not given it and "
        "keeps what it has; check that the member and the key are active, and run again."
    )


def test_a_refusal_while_the_provisioning_key_is_refused_too_says_nothing_about_the_key(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    scene.switch_off()
    scene.site.provisioning_works = False
    with pytest.raises(NotSignedIn, match="the provisioning key is refused"):
        scene.handler.read("acme@x", made)


def test_a_key_that_signs_in_again_is_no_drift_any_more(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    state = scene.handler.read("acme@x", made.model_copy(update={"signs_in": False}))
    assert state == made


class OddSession(Session):
    problem: Problem

    def my_tables(self) -> list[str]:
        raise self.problem


@pytest.mark.parametrize("problem", [Overloaded("later", status=503), NotPermitted("not this", status=403)])
def test_only_a_refusal_of_the_key_itself_is_drift(problem: Problem, scene: Scene) -> None:
    class Refusing(Site):
        def signed_in_as(self, public_key: str, private_key: SecretStr) -> Session:
            session = OddSession(self.world, public_key, private_key.get_secret_value())
            session.problem = problem
            return session

    handler, state = AccessProofHandler(Refusing(scene.world)), AccessProofState(**scene.args().model_dump())
    if isinstance(problem, NotPermitted):
        live = handler.read("acme@x", state)
        assert live is not None
        assert live.signs_in
        assert compare(handler, live, scene.args()).words == [
            f"The API key {scene.key.publicKey} signs in, but does not see its own rights."
        ]
    else:
        with pytest.raises(Overloaded):
            handler.read("acme@x", state)


def test_the_key_follows_its_id_so_a_preview_may_not_know_it(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    assert compare(scene.handler, made, scene.args(), unknown=["public_key", "private_key"]).fields == []
    assert compare(scene.handler, made, scene.args(), unknown=["key_id", "public_key"]).fields == [
        "key_id",
        "public_key",
    ]


def test_another_role_is_proved_anew(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    assert compare(scene.handler, made, scene.args(role_id="12")).fields == ["role_id"]


def test_deleting_a_proof_touches_nothing(scene: Scene) -> None:
    _, made = scene.handler.create(scene.args())
    scene.handler.delete("acme@x", made)
    assert scene.world.writes == []


def test_no_private_key_is_in_any_repr_or_problem(scene: Scene) -> None:
    args = scene.args()
    assert scene.private not in repr(args) + str(args)
    scene.switch_off()
    with pytest.raises(Problem) as caught:
        scene.handler.create(args)
    assert scene.private not in str(caught.value)


def test_the_order_in_which_tables_are_named_is_never_drift(scene: Scene) -> None:
    args = scene.args(table_access=TABLES[::-1])
    made_id, made = scene.handler.create(args)
    state = scene.handler.read(made_id, made)
    assert state is not None
    assert compare(scene.handler, state, args).fields == []


def test_a_function_that_is_asked_for_without_levels_is_never_drift(scene: Scene) -> None:
    args = scene.args(permissions={TICKETS: Levels(add="All", inquire="All"), "Companies / Reports": Levels()})
    made_id, made = scene.handler.create(args)
    state = scene.handler.read(made_id, made)
    assert state is not None
    assert compare(scene.handler, state, args).fields == []


def test_a_table_that_came_back_is_no_drift_any_more(scene: Scene) -> None:
    made_id, made = scene.handler.create(scene.args())
    scene.role.tables = TABLES[:1]
    without = scene.handler.read(made_id, made)
    assert without is not None
    scene.role.tables = TABLES
    state = scene.handler.read(made_id, without)
    assert state is not None
    assert compare(scene.handler, state, scene.args()).fields == []
