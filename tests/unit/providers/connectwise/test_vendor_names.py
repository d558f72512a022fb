"""What a vendor asks for: in its own spelling, and with a customize list that it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.grants import Levels
from providers.connectwise.permission_set import PermissionSetArgs, PermissionSetHandler
from providers.core.errors import SettingError
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_access_proof import Case as Proof
from tests.unit.providers.connectwise.test_preflight import Case as Preflight
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

TICKETS, SPELLED = "Service Desk / Service Tickets", "Service-Desk / service ticket"
ADD = Levels(add="All")


def make_args(**changed: Any) -> PermissionSetArgs:
    given: dict[str, Any] = {"permissions": {SPELLED: ADD}, "table_access": None, "vendor_names": [SPELLED]}
    return PermissionSetArgs(company="acme@x", role_id="11", role_name="Umbrella", **{**given, **changed})


@pytest.fixture
def world() -> World:
    made = World()
    made.add_role("Umbrella", tables=["Company / Country"])  # id 11
    return made


@pytest.fixture
def handler(world: World) -> PermissionSetHandler:
    return PermissionSetHandler(Site(world), Console(world))


def test_a_vendors_spelling_is_granted_under_the_sites_name_and_is_no_drift(
    handler: PermissionSetHandler, world: World
) -> None:
    _, state = handler.create(make_args())
    assert world.roles[11].levels == {TICKETS: {"add": "All"}}
    assert handler.read("11", state) == state
    assert compare(handler, state, make_args()).words == []


def test_what_was_taken_away_and_given_back_is_no_drift_either(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    world.roles[11].levels = {}
    lost = handler.read("11", state)
    assert lost and compare(handler, lost, make_args()).words == [
        f"Security role Umbrella: {SPELLED}: add is None, should be All (narrower)."
    ]
    world.roles[11].levels = {TICKETS: {"add": "All"}}
    found = handler.read("11", lost)
    assert found and compare(handler, found, make_args()).words == []


def test_a_settings_own_spelling_is_the_sites_or_nothing(handler: PermissionSetHandler, world: World) -> None:
    with pytest.raises(SettingError, match="the site has no module"):
        handler.create(make_args(vendor_names=None))
    assert world.writes == []


def test_a_list_that_is_left_alone_is_neither_written_nor_compared(handler: PermissionSetHandler, world: World) -> None:
    _, state = handler.create(make_args())
    assert world.roles[11].tables == ["Company / Country"]
    world.roles[11].tables = ["Service / Priority"]
    assert handler.read("11", state) == state
    wanted = make_args(table_access=["Service / Priority"])
    assert compare(handler, state, wanted).words == [
        "Security role Umbrella: Table Setup: its customize list was left alone; it should be Service / Priority."
    ]
    kept = handler.update("11", state, make_args(table_access=["service / service board"]))
    assert world.roles[11].tables == ["Service / Service Board"], "by the site's own label"
    assert compare(handler, kept, make_args()).words == [
        "Security role Umbrella: Table Setup: its customize list is left as it is from now on."
    ]
    assert handler.update("11", kept, make_args()).table_access is None
    assert world.roles[11].tables == ["Service / Service Board"]


def test_a_key_proves_what_a_vendor_asks_for_in_its_spelling(capsys: pytest.CaptureFixture[str]) -> None:
    proof = Proof()
    wanted = {"permissions": {SPELLED: Levels(add="All", inquire="All")}, "table_access": None}
    args = proof.args(**wanted, vendor_names=[SPELLED])
    made_id, state = proof.handler.create(args)
    assert (state.table_access, state.permissions) == (None, wanted["permissions"])
    proof.role.tables = []
    assert proof.handler.read(made_id, state) == state
    assert "Table Setup is left uncustomized" not in capsys.readouterr().out, "it has no Table Setup at all"


def test_all_that_a_site_can_not_give_is_told_at_once_and_before_anything_is_made() -> None:
    strange = "Service Desk / Fortune Telling"
    with pytest.raises(SettingError) as refused:
        Preflight().ask(
            permissions={SPELLED: ADD, strange: ADD, "Astrology / Charts": ADD},
            table_access=None,
            vendor_names=[SPELLED, strange, "Astrology / Charts"],
        )
    told = str(refused.value)
    assert told.startswith("integration: the site can't give all that it asks for: ")
    assert f"the site has no module function {strange!r}" in told
    assert "the site has no module 'Astrology / Charts'" in told
    assert "ervice ticket" not in told
    assert refused.value.page == "docs/presets.md"
    assert Preflight().ask(permissions={SPELLED: ADD}, table_access=None, vendor_names=[SPELLED]) == 1
