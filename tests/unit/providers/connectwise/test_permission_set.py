"""A permission set's five chapters: exclusive, only what differs is written, only what was kept is believed."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.grants import Levels
from providers.connectwise.permission_set import PermissionSetArgs, PermissionSetHandler, PermissionSetState
from providers.core.errors import NotFound, RemoteError, SettingError
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import Verdict, compare

TICKETS, REPORTS, MERGE = "Service Desk / Service Tickets", "Companies / Reports", "Service Desk / Merge Tickets"
ALL = Levels(add="All", edit="All", inquire="All")


@pytest.fixture
def world() -> World:
    world = World()
    world.add_role("Umbrella")  # id 11
    return world


@pytest.fixture
def console(world: World) -> Console:
    return Console(world)


@pytest.fixture
def handler(world: World, console: Console) -> PermissionSetHandler:
    return PermissionSetHandler(Site(world), console)


def make_args(permissions: dict[str, Levels] | None = None, tables: list[str] | None = None) -> PermissionSetArgs:
    return PermissionSetArgs(
        company="acme@x",
        role_id="11",
        role_name="Umbrella",
        permissions={TICKETS: ALL} if permissions is None else permissions,
        table_access=["Service / Priority"] if tables is None else tables,
    )


def read_seen(handler: PermissionSetHandler, state: PermissionSetState, wanted: PermissionSetArgs) -> Verdict:
    live = handler.read("11", state)
    assert live is not None
    assert handler.read("11", live) == live
    return compare(handler, live, wanted)


def test_a_fresh_role_is_granted_what_was_asked_for_and_nothing_else(
    handler: PermissionSetHandler, world: World
) -> None:
    made_id, state = handler.create(make_args())
    assert made_id == "11"
    assert world.roles[11].levels == {TICKETS: {"add": "All", "edit": "All", "inquire": "All"}}
    assert world.roles[11].tables == ["Service / Priority"]
    assert state == PermissionSetState(**make_args().model_dump(), granted=make_args().role_id)


def test_only_the_rows_that_differ_are_written(handler: PermissionSetHandler, world: World) -> None:
    world.roles[11].levels = {TICKETS: {"add": "All", "edit": "All", "inquire": "All"}, REPORTS: {"inquire": "All"}}
    handler.create(make_args())
    (what, role, rows), _ = world.writes
    assert (what, role) == ("set_levels", 11)
    assert [(row.moduleFunctionName, row.inquireLevel, row.addLevel) for row in rows] == [("Reports", "None", None)]


def test_a_role_that_is_right_already_gets_no_levels_written(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.writes.clear()
    handler.update("11", state, make_args())
    assert world.writes == []


def test_what_nobody_touched_reads_back_unchanged(handler: PermissionSetHandler) -> None:
    _, state = handler.create(make_args(tables=["Service / Priority", "Company / Configuration"]))
    assert read_seen(handler, state, make_args(tables=["Service / Priority", "Company / Configuration"])).fields == []


def test_a_level_that_somebody_widened_anywhere_is_drift_in_words(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles[11].levels[TICKETS]["delete"] = "All"
    world.roles[11].levels[REPORTS] = {"inquire": "All"}
    assert read_seen(handler, state, make_args()).words == [
        "Security role Umbrella: Companies / Reports: inquire is All, should be None (wider).",
        "Security role Umbrella: Service Desk / Service Tickets: delete is All, should be None (wider).",
    ]


def test_a_level_that_somebody_took_away_is_drift_in_words(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles[11].levels[TICKETS]["add"] = "My"
    del world.roles[11].levels[TICKETS]["edit"]
    assert read_seen(handler, state, make_args()).words == [
        "Security role Umbrella: Service Desk / Service Tickets: add is My, should be All (narrower).",
        "Security role Umbrella: Service Desk / Service Tickets: edit is None, should be All (narrower).",
    ]


def test_tables_that_differ_are_drift_in_words(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles[11].tables = ["Company / Country"]
    verdict = read_seen(handler, state, make_args())
    assert (verdict.fields, verdict.replaces) == (["table_access"], [])
    assert verdict.words == [
        "Security role Umbrella: Table Setup: Company / Country is allowed, should not be (wider).",
        "Security role Umbrella: Table Setup: Service / Priority is not allowed, should be (narrower).",
    ]


def test_drift_is_put_right(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles[11].levels[REPORTS] = {"inquire": "All"}
    world.roles[11].tables = []
    live = handler.read("11", state)
    assert live is not None
    assert handler.update("11", live, make_args()) == state
    assert read_seen(handler, state, make_args()).fields == []


def test_how_a_table_is_spelled_is_never_drift(handler: PermissionSetHandler, world: World) -> None:
    ours = make_args(tables=["service/PRIORITY"])
    _, state = handler.create(ours)
    world.roles[11].tables = ["Service / Priority"]
    assert read_seen(handler, state, ours).fields == []


def test_an_order_of_tables_and_a_function_without_levels_mean_nothing() -> None:
    one = make_args({TICKETS: ALL, REPORTS: Levels()}, ["Service / Priority", "Company / Country"])
    other = make_args({TICKETS: ALL}, ["Company / Country", "Service / Priority"])
    assert one == other


def test_another_role_is_another_permission_set(handler: PermissionSetHandler) -> None:
    _, state = handler.create(make_args())
    assert compare(handler, state, make_args().model_copy(update={"role_id": "12"})).replaces == ["role_id"]


def test_deleting_touches_nothing(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.writes.clear()
    handler.delete("11", state)
    assert world.writes == []


def test_the_permissions_are_gone_with_their_role_and_told_so(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles.clear()
    assert handler.read("11", state) is None
    assert (
        handler.describe_missing(state)
        == "The permissions of Umbrella went with the role; `pulumi up` grants them again."
    )
    assert "the role" in handler.describe_missing(state.model_copy(update={"role_name": ""}))


def test_settings_that_are_not_found_while_the_role_is_there_are_an_error(world: World, console: Console) -> None:
    class Odd(Site):
        def list_role_settings(self, role_id: int) -> Any:
            raise NotFound("no settings", status=404)

    state = PermissionSetState(**make_args().model_dump())
    with pytest.raises(NotFound):
        PermissionSetHandler(Odd(world), console).read("11", state)


def test_a_console_that_does_not_keep_levels_is_an_error(handler: PermissionSetHandler, console: Console) -> None:
    console.keeps_levels = False
    with pytest.raises(RemoteError, match="did not keep the permission levels that were set; run again"):
        handler.create(make_args())


def test_a_console_that_does_not_keep_tables_is_an_error(handler: PermissionSetHandler, console: Console) -> None:
    console.keeps_lists = False
    with pytest.raises(RemoteError, match="did not keep the table access that was set; run again"):
        handler.create(make_args())


@pytest.mark.parametrize(
    ("permissions", "tables", "words"),
    [
        ({"Service Desk / Service Ticket": ALL}, [], 'no module function .* Did you mean "Service Desk / Service Ti'),
        ({"Servce Desk / Service Tickets": ALL}, [], "no module 'Servce Desk / Service Tickets'"),
        ({REPORTS: ALL}, [], "Companies / Reports has no add level at this site; leave add out"),
        ({MERGE: Levels(edit="My")}, [], "knows only None and All at this site; edit can't be My"),
        ({}, ["Service / Prioritys"], 'no setup table .* Did you mean "Service / Priority"'),
    ],
)
def test_what_the_site_does_not_have_is_refused_before_anything_is_written(
    permissions: dict[str, Levels], tables: list[str], words: str, handler: PermissionSetHandler, world: World
) -> None:
    with pytest.raises(SettingError, match=words):
        handler.create(make_args(permissions, tables))
    assert world.writes == []


def test_a_level_that_a_function_lacks_may_be_asked_to_be_none(handler: PermissionSetHandler, world: World) -> None:
    handler.create(make_args({REPORTS: Levels(add="None", inquire="All")}, []))
    assert world.roles[11].levels[REPORTS] == {"inquire": "All"}


def test_a_change_that_speaks_for_itself_has_no_words(handler: PermissionSetHandler) -> None:
    _, state = handler.create(make_args())
    assert compare(handler, state, make_args().model_copy(update={"company": "other@x"})).words == []
