"""Customize lists of other functions than Table Setup: asked for, written, compared, told and proved."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.access_proof import AccessProofHandler, AccessProofState
from providers.connectwise.grants import Levels
from providers.connectwise.permission_set import PermissionSetArgs, PermissionSetHandler, PermissionSetState
from providers.connectwise.plan import TenantPlan
from providers.connectwise.security_role import SecurityRoleArgs
from providers.console.customize import IDENTIFIERS, find_function, name_list
from providers.core.errors import NotObservable, ProviderError, RemoteError, SettingError, WorkOrder
from providers.core.pending_steps import ManualStepPending
from providers.core.values import InvalidFields, parse, parse_known, to_plain
from tests.unit.providers.connectwise import test_access_proof, test_permission_set, test_preflight
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_pending_steps import ManualDriver
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

CONFIGURATIONS, SCHEDULING = "Companies / Configurations", "Service Desk / Resource Scheduling"
TYPES = ["Managed Server", "Managed Workstation"]
LISTS = {CONFIGURATIONS: TYPES, SCHEDULING: ["Corporate (Level 1)"]}


@pytest.fixture
def world() -> World:
    made = World()
    made.add_role("Umbrella")  # id 11
    made.roles[11].lists = {SCHEDULING: ["Corporate (Level 1)"], "Companies / Reports": ["Forecast"]}
    return made


@pytest.fixture
def handler(world: World) -> PermissionSetHandler:
    return PermissionSetHandler(Site(world), Console(world))


def make_args(customize: dict[str, list[str]] | None = LISTS, **more: Any) -> PermissionSetArgs:
    given = {**test_permission_set.make_args().model_dump(), "customize": customize, **more}
    return PermissionSetArgs.model_validate(given)


def test_a_list_that_is_named_is_set_and_every_other_is_left_as_it_is(
    handler: PermissionSetHandler, world: World
) -> None:
    _, state = handler.create(make_args())
    assert world.roles[11].lists == {**LISTS, "Companies / Reports": ["Forecast"]}
    assert state == PermissionSetState(**make_args().model_dump(), granted="11")
    live = handler.read("11", state)
    assert live == state
    spelled = {SCHEDULING: ["corporate (level 1)"], CONFIGURATIONS: TYPES[::-1]}
    assert compare(handler, state, make_args(spelled)).fields == []


def test_only_the_list_that_differs_is_written(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.writes.clear()
    handler.update("11", state, make_args({**LISTS, SCHEDULING: []}))
    assert world.writes == [("set_allowed", 11, SCHEDULING, [])]


def test_drift_is_told_item_by_item_and_put_right(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles[11].lists[CONFIGURATIONS] = ["Managed Server", "Password"]
    live = handler.read("11", state)
    assert live is not None
    assert compare(handler, live, make_args()).words == [
        "Security role Umbrella: Companies / Configurations: Password is allowed, should not be (wider).",
        "Security role Umbrella: Companies / Configurations: Managed Workstation is not allowed, should be (narrower).",
    ]
    assert handler.update("11", live, make_args()) == state
    assert world.roles[11].lists[CONFIGURATIONS] == TYPES


def test_a_list_that_is_named_from_now_on_or_no_more_is_told(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args({SCHEDULING: ["Corporate (Level 1)"]}))
    verdict = compare(handler, state, make_args({CONFIGURATIONS: []}))
    assert verdict.words == [
        "Security role Umbrella: Companies / Configurations: its customize list was left alone; it should be empty.",
        "Security role Umbrella: Service Desk / Resource Scheduling: its customize list is left as it is from now on.",
    ]
    world.writes.clear()
    assert handler.update("11", state, make_args(None)).customize is None
    assert world.writes == []
    assert compare(handler, state, make_args(None)).words == verdict.words[1:]


def test_a_state_from_before_is_a_tenant_that_names_none(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args(None))
    plain = to_plain(state)
    assert "customize" not in plain
    live = handler.read("11", parse(PermissionSetState, plain))
    assert live == state
    assert to_plain(live) == plain
    assert compare(handler, live, make_args({})).fields == []
    assert [write for write in world.writes if write[0] == "set_allowed"] == [
        ("set_allowed", 11, "System / Table Setup", ["Service / Priority"])
    ]


def test_a_state_may_hold_what_nobody_may_ask_for(handler: PermissionSetHandler) -> None:
    _, state = handler.create(make_args())
    later = {**to_plain(state), "customize": {"Astrology / Charts": ["A", "a", "-"]}}
    assert parse(PermissionSetState, later).customize == {"Astrology / Charts": ["-", "A", "a"]}
    with pytest.raises(InvalidFields, match="no function that has a customize list"):
        parse_known(PermissionSetArgs, {**to_plain(make_args()), "customize": later["customize"]})


def test_a_console_that_does_not_keep_a_list_is_an_error(world: World) -> None:
    console = Console(world)
    console.keeps_lists = False
    with pytest.raises(RemoteError, match="did not keep the customize list of Companies / Configurations that was set"):
        PermissionSetHandler(Site(world), console).create(make_args(table_access=None))


def test_others_who_have_the_role_are_given_nothing_by_a_list(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.add_member("Somebody", securityRole={"id": 11})
    narrower = {**LISTS, CONFIGURATIONS: TYPES[:1]}
    state = handler.update("11", state, make_args(narrower))
    with pytest.raises(ProviderError, match="is also used by Somebody"):
        handler.update("11", state, make_args())
    with pytest.raises(ProviderError, match="is also used by Somebody"):
        handler.update("11", state, make_args({**narrower, "Companies / Reports": ["Forecast", "Pipeline"]}))
    handler.update("11", state, make_args({**narrower, "Companies / Reports": []}))
    assert world.writes[-1] == ("set_allowed", 11, "Companies / Reports", [])


def test_a_function_that_the_site_has_not_is_refused_before_anything_is_written(
    handler: PermissionSetHandler, world: World
) -> None:
    words = "customize: the site has no module function 'Finance / Agreements'"
    with pytest.raises(SettingError, match=words):
        handler.create(make_args({"Finance / Agreements": []}))
    assert world.writes == []
    with pytest.raises(SettingError, match=words):
        test_preflight.Case().ask(customize={"Finance / Agreements": []})
    assert test_preflight.Case().ask(customize={CONFIGURATIONS: ["whatever it has"]}) == 1
    with pytest.raises(SettingError, match=r"integration: the site can't give all that it asks for: .*'Finance / Agr"):
        test_preflight.Case().ask(customize={"Finance / Agreements": []}, vendor_names=[])


def test_a_role_is_identical_with_its_lists_only() -> None:
    case = test_preflight.Case()
    plan = TenantPlan(permissions={}, customize=LISTS, member="Umbrella", member_name="Cisco Umbrella")
    case.world.roles[11].lists = {CONFIGURATIONS: TYPES}
    assert case.preflight.describe_list_differences(11, plan) == [
        "Service Desk / Resource Scheduling: Corporate (Level 1) is not allowed, should be (narrower)."
    ]
    assert SecurityRoleArgs.model_validate({"company": "x", "name": "y", "plan": to_plain(plan)}).plan == plan


@pytest.fixture
def proof() -> test_access_proof.Case:
    case = test_access_proof.Case()
    case.role.lists = {name: list(items) for name, items in LISTS.items()}
    return case


def test_a_key_shows_its_lists_and_what_differs_is_no_proof(proof: test_access_proof.Case) -> None:
    made_id, state = proof.handler.create(proof.args(customize=LISTS))
    assert state == AccessProofState(**proof.args(customize=LISTS).model_dump())
    assert proof.handler.read(made_id, state) == state
    proof.role.lists[CONFIGURATIONS] = ["Managed Server", "SSL Certificate"]
    with pytest.raises(ProviderError) as caught:
        proof.handler.update(made_id, state, proof.args(customize=LISTS))
    assert str(caught.value).endswith(
        "keeps what it has: Companies / Configurations: SSLCertificate is allowed, should not be (wider). "
        "Companies / Configurations: Managed Workstation is not allowed, should be (narrower)."
    )
    live = proof.handler.read(made_id, state)
    assert live is not None
    verdict = compare(proof.handler, live, proof.args(customize=LISTS))
    assert (verdict.fields, verdict.words) == (["customize"], []), "PermissionSet says it"


def test_a_key_that_does_not_see_its_rights_has_lost_its_lists_for_now(proof: test_access_proof.Case) -> None:
    proof.world.missing = {"customizeItems"}
    args = proof.args(customize=LISTS, table_access=None)
    _, state = proof.handler.create(args)
    assert state.evidence == "signs in; customize lists by the console's word only"
    proof.role.lists = {}
    live = proof.handler.read("x", state)
    assert live is not None
    assert live.customize == {CONFIGURATIONS: [], SCHEDULING: []}


def test_lists_that_nobody_can_see_are_unknown_and_never_as_wanted(
    proof: test_access_proof.Case, capsys: pytest.CaptureFixture[str]
) -> None:
    class Blind(Console):
        def get_allowed(self, role_id: int, function: str) -> list[str]:
            raise NotObservable("nobody sees it")

    proof.world.missing = {"customizeItems"}
    _, state = AccessProofHandler(proof.site, Blind(proof.world)).create(proof.args(customize=LISTS))
    assert (state.customize, state.evidence) == (LISTS, "signs in; customize lists unknown")
    assert (
        f"Which items of Companies / Configurations the API key {proof.key.publicKey} may use is unknown: at this site "
        "neither the key nor a console shows it. They should be these only: Managed Server, Managed Workstation."
    ) in capsys.readouterr().out


def test_a_person_is_ordered_the_lists_and_what_the_key_shows_of_them(proof: test_access_proof.Case) -> None:
    person = ManualDriver(proof.world)
    proof.role.levels = {}
    args = make_args(permissions={test_access_proof.TICKETS: Levels(add="All")}, member="Umbrella")
    with pytest.raises(ManualStepPending) as pending:
        PermissionSetHandler(proof.site, person).create(args)
    assert person.asked == ("Service Tickets", "Service / Priority", *TYPES, "Corporate (Level 1)")
    assert isinstance(pending.value.state, PermissionSetState)
    assert pending.value.state.customize == {CONFIGURATIONS: [], SCHEDULING: []}
    proof.role.levels = {test_access_proof.TICKETS: {"add": "All", "inquire": "All"}}
    proof.role.lists[CONFIGURATIONS] = ["Managed Workstation", "Domain"]
    with pytest.raises(WorkOrder):
        AccessProofHandler(proof.site, person, person).create(proof.args(customize=LISTS))
    assert person.asked == (
        "Companies / Configurations: Domain is allowed, should not be (wider).",
        "Companies / Configurations: Managed Server is not allowed, should be (narrower).",
        *TYPES,
    )
    live = AccessProofHandler(proof.site, person, person).read(
        "x", AccessProofState(**proof.args(customize=LISTS).model_dump())
    )
    assert live is not None
    assert live.customize == {CONFIGURATIONS: ["Managed Workstation", "Domain"], SCHEDULING: ["Corporate (Level 1)"]}


def test_each_of_the_eighteen_lists_has_a_name_of_its_own() -> None:
    assert len(IDENTIFIERS) == len(set(IDENTIFIERS.values())) == 18
    assert {find_function(name_list(function)) for function in IDENTIFIERS} == {*IDENTIFIERS}
    assert [find_function(name) for name in ("Reports", "System / Table Setup", "Sales / Sales Funnel")] == [None] * 3
