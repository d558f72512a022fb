"""The new key signs in as itself and shows what it may do; nothing less is believed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofArgs, AccessProofHandler, AccessProofState
from providers.connectwise.grants import Levels
from providers.core.errors import NotObservable, PermissionDenied, ProviderError, Unauthenticated, Unavailable
from tests.unit.providers.connectwise.fakes import Console, Session, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

TICKETS = "Service Desk / Service Tickets"
TABLES = ["Company / Configuration", "Service / Priority"]


class Case:
    """A role with rights, an active member with that role, a key that works."""

    def __init__(self) -> None:
        self.world = World()
        self.site = Site(self.world)
        role = self.world.add_role("Umbrella", levels={TICKETS: {"add": "All", "inquire": "All"}}, tables=list(TABLES))
        self.role = self.world.roles[role]
        self.member = self.world.add_member("Umbrella", securityRole={"id": role})
        self.key = self.world.add_key(self.member, "x")
        self.handler = AccessProofHandler(self.site, Console(self.world))
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
def case() -> Case:
    return Case()


def test_a_key_that_may_what_it_should_is_proved(case: Case) -> None:
    made_id, state = case.handler.create(case.args())
    assert made_id == "acme@x"
    assert state == AccessProofState(**case.args().model_dump())
    assert case.world.writes == []


def test_what_nobody_touched_reads_back_unchanged(case: Case) -> None:
    made_id, made = case.handler.create(case.args())
    state = case.handler.read(made_id, made)
    assert state == made
    assert compare(case.handler, state, case.args()).fields == []


def test_rights_that_are_missing_or_too_many_are_told_in_words_and_nothing_is_recorded(case: Case) -> None:
    case.role.levels = {TICKETS: {"add": "My", "inquire": "All", "delete": "All"}}
    case.role.tables = ["Company / Configuration", "Company / Country"]
    with pytest.raises(ProviderError) as caught:
        case.handler.create(case.args())
    assert str(caught.value) == (
        f"the API key {case.key.publicKey} works but its rights are not as asked for, so Umbrella was not given it "
        f"and keeps what it has: {TICKETS}: add is My, should be All (narrower). "
        f"{TICKETS}: delete is All, should be None (wider). "
        "Table Setup: CompanyCountry is allowed, should not be (wider). "
        "Table Setup: Service / Priority is not allowed, should be (narrower)."
    )


def test_an_update_proves_as_strictly_as_a_create(case: Case) -> None:
    _, state = case.handler.create(case.args())
    case.role.levels[TICKETS]["delete"] = "All"
    with pytest.raises(ProviderError, match="works but its rights are not as asked for"):
        case.handler.update("acme@x", state, case.args())
    case.role.levels[TICKETS].pop("delete")
    assert case.handler.update("acme@x", state, case.args()) == state


def test_in_a_look_other_rights_are_drift_and_no_error(case: Case) -> None:
    _, made = case.handler.create(case.args())
    case.role.levels[TICKETS]["delete"] = "All"
    case.role.tables = []
    state = case.handler.read("acme@x", made)
    assert state is not None
    assert compare(case.handler, state, case.args()).fields == ["permissions", "table_access"]


def test_a_key_that_is_refused_while_the_provisioning_key_works_is_drift(case: Case) -> None:
    _, made = case.handler.create(case.args())
    case.switch_off()
    state = case.handler.read("acme@x", made)
    assert state is not None
    assert not state.signs_in
    assert compare(case.handler, state, case.args()).words == [
        f"The API key {case.key.publicKey} can't sign in; Umbrella can't either."
    ]


def test_a_key_that_is_refused_at_its_proof_is_an_error_with_a_next_step(case: Case) -> None:
    case.switch_off()
    with pytest.raises(ProviderError) as caught:
        case.handler.create(case.args())
    assert str(caught.value) == (
        f"the API key {case.key.publicKey} was refused when it signed in as itself, so Umbrella was not given it and "
        "keeps what it has; check that the member and the key are active, and run again."
    )


def test_a_refusal_while_the_provisioning_key_is_refused_too_says_nothing_about_the_key(case: Case) -> None:
    _, made = case.handler.create(case.args())
    case.switch_off()
    case.site.provisioning_works = False
    with pytest.raises(Unauthenticated, match="the provisioning key is refused"):
        case.handler.read("acme@x", made)


def test_a_key_that_signs_in_again_is_no_drift_any_more(case: Case) -> None:
    _, made = case.handler.create(case.args())
    state = case.handler.read("acme@x", made.model_copy(update={"signs_in": False}))
    assert state == made


class OddSession(Session):
    problem: ProviderError

    def list_my_items(self) -> dict[str, list[str]]:
        raise self.problem


@pytest.mark.parametrize("error", [Unavailable("later", status=503), PermissionDenied("not this", status=403)])
def test_only_a_refusal_of_the_key_itself_is_drift(error: ProviderError, case: Case) -> None:
    class Refusing(Site):
        def sign_in_as(self, public_key: str, private_key: SecretStr) -> Session:
            session = OddSession(self.world, public_key, private_key.get_secret_value())
            session.problem = error
            return session

    handler = AccessProofHandler(Refusing(case.world), Console(case.world))
    state = AccessProofState(**case.args().model_dump())
    if isinstance(error, PermissionDenied):
        live = handler.read("acme@x", state)
        assert live is not None
        assert live.signs_in
        assert compare(handler, live, case.args()).words == [
            f"The API key {case.key.publicKey} signs in, but does not see its own rights."
        ]
    else:
        with pytest.raises(Unavailable):
            handler.read("acme@x", state)


def test_the_key_follows_its_id_so_a_preview_may_not_know_it(case: Case) -> None:
    _, made = case.handler.create(case.args())
    assert compare(case.handler, made, case.args(), unknown=["public_key", "private_key"]).fields == []
    assert compare(case.handler, made, case.args(), unknown=["key_id", "public_key"]).fields == [
        "key_id",
        "public_key",
    ]


def test_another_role_is_proved_anew(case: Case) -> None:
    _, made = case.handler.create(case.args())
    assert compare(case.handler, made, case.args(role_id="12")).fields == ["role_id"]


def test_deleting_a_proof_touches_nothing(case: Case) -> None:
    _, made = case.handler.create(case.args())
    case.handler.delete("acme@x", made)
    assert case.world.writes == []


def test_no_private_key_is_in_any_repr_or_problem(case: Case) -> None:
    args = case.args()
    assert case.private not in repr(args) + str(args)
    case.switch_off()
    with pytest.raises(ProviderError) as caught:
        case.handler.create(args)
    assert case.private not in str(caught.value)


def test_the_order_in_which_tables_are_named_is_never_drift(case: Case) -> None:
    args = case.args(table_access=TABLES[::-1])
    made_id, made = case.handler.create(args)
    state = case.handler.read(made_id, made)
    assert state is not None
    assert compare(case.handler, state, args).fields == []


def test_a_function_that_is_asked_for_without_levels_is_never_drift(case: Case) -> None:
    args = case.args(permissions={TICKETS: Levels(add="All", inquire="All"), "Companies / Reports": Levels()})
    made_id, made = case.handler.create(args)
    state = case.handler.read(made_id, made)
    assert state is not None
    assert compare(case.handler, state, args).fields == []


def test_a_table_that_came_back_is_no_drift_any_more(case: Case) -> None:
    made_id, made = case.handler.create(case.args())
    case.role.tables = TABLES[:1]
    without = case.handler.read(made_id, made)
    assert without is not None
    case.role.tables = TABLES
    state = case.handler.read(made_id, without)
    assert state is not None
    assert compare(case.handler, state, case.args()).fields == []


BY_US, BY_CONSOLE = "levels read by the provisioning key", "table access by the console's word only"


@pytest.mark.parametrize(
    ("missing", "evidence"),
    [
        ({"mySecurity", "customizeItems"}, f"signs in; {BY_US}; {BY_CONSOLE}"),
        ({"mySecurity"}, f"signs in; {BY_US}"),
        ({"customizeItems"}, f"signs in; {BY_CONSOLE}"),
    ],
)
def test_where_a_site_shows_a_key_nothing_of_itself_it_is_recorded_by_whose_word_it_was_proved(
    missing: set[str], evidence: str, case: Case
) -> None:
    case.world.missing = missing
    made_id, state = case.handler.create(case.args())
    assert state == AccessProofState(**case.args().model_dump(), evidence=evidence)
    assert case.handler.read(made_id, state) == state
    case.role.levels[TICKETS]["delete"] = "All"
    case.role.tables = []
    with pytest.raises(ProviderError, match=r"delete is All, should be None .* is not allowed, should be"):
        case.handler.update(made_id, state, case.args())


def test_a_dead_key_is_dead_at_such_a_site_too(case: Case) -> None:
    case.world.missing = {"mySecurity", "customizeItems"}
    _, made = case.handler.create(case.args())
    case.switch_off()
    live = case.handler.read("acme@x", made)
    assert live is not None
    assert not live.signs_in
    with pytest.raises(ProviderError, match="was refused when it signed in as itself"):
        case.handler.update("acme@x", made, case.args())


def test_a_role_that_is_gone_at_such_a_site_grants_nothing_and_is_no_failed_look(case: Case) -> None:
    case.world.missing = {"mySecurity"}
    _, made = case.handler.create(case.args())
    del case.world.roles[11]
    case.world.members[case.member].fields["securityRole"] = {"id": case.world.add_role("Other")}
    live = case.handler.read("acme@x", made)
    assert live is not None
    assert (live.signs_in, live.permissions) == (True, {})


def test_tables_that_nobody_can_see_are_unknown_and_never_as_wanted(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    class Blind(Console):
        def get_allowed(self, role_id: int, function: str) -> list[str]:
            raise NotObservable("nobody sees the tables")

    case.world.missing = {"customizeItems"}
    handler = AccessProofHandler(case.site, Blind(case.world))
    _, state = handler.create(case.args(public_key=case.key.publicKey))
    assert state.evidence == "signs in; table access unknown"
    assert (
        f"Which setup tables the API key {case.key.publicKey} may use is unknown: at this site neither the key nor a "
        f"console shows it. They should be these only: {', '.join(TABLES)}."
    ) in capsys.readouterr().out
