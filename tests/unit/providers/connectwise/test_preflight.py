"""A tenant's whole plan is held against the site before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.grants import VERBS, Levels
from providers.connectwise.plan import TenantPlan
from providers.connectwise.preflight import SitePreflight
from providers.connectwise.records import MySecurityRecord, RoleRecord
from providers.connectwise.rights import NEEDED
from providers.core.errors import GuardViolation, PermissionDenied, SettingError
from providers.core.guards import Guards
from providers.core.tags import Tag
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_member import DEFAULTS
from tests.unit.providers.connectwise.test_member_adoption import IDENTICAL
from tests.unit.providers.connectwise.world import FUNCTIONS, SOMEBODY, World

OWNER = "0" * 12
OURS = f"x {Tag(OWNER, 'a' * 6, 'b' * 6)}"


class Case:
    """A site with one role, and a preflight that counts how often it looked beyond the site."""

    def __init__(
        self, rights: dict[str, dict[str, str]] | None = None, lifted: bool = False, site: type[Site] = Site
    ) -> None:
        self.world = World()
        self.world.add_role("Umbrella")  # id 11
        full = {name: dict.fromkeys(VERBS, "All") for name in FUNCTIONS}
        self.site = site(self.world, {**full, **(rights or {})})
        self.first_times = 0
        guards = Guards(["rights"] if lifted else [])
        members = ApiMemberHandler(self.site, Console(self.world), Holder())
        self.preflight = SitePreflight(self.site, Console(self.world), members, self._first_time, guards)

    def _first_time(self, tenant: str) -> None:
        assert tenant == "acme"
        self.first_times += 1

    def ask(self, *, first_time: bool = True, **changed: Any) -> int:
        """How often the first-time guard was asked; nothing may have been written."""
        given = {"permissions": {}, "table_access": [], "member_defaults": DEFAULTS, "owner": OWNER}
        plan = TenantPlan(member="Umbrella", member_name="Cisco Umbrella", **{**given, **changed})
        try:
            self.preflight.refuse_unless_possible(plan, "acme", first_time=first_time)
        finally:
            assert self.world.writes == []
        return self.first_times


def test_a_plan_that_is_possible_passes_and_the_first_time_looks_beyond_the_site() -> None:
    wanted = {"Service Desk / Service Tickets": Levels(add="All")}
    assert Case().ask(permissions=wanted, table_access=["Service / Priority"]) == 1


@pytest.mark.parametrize(("function", "verb"), [(name, verb) for name, verbs in NEEDED.items() for verb in verbs])
def test_each_right_that_is_missing_is_told_with_where_to_give_it(function: str, verb: str) -> None:
    scene = Case({function: {other: "All" for other in VERBS if other != verb}})
    with pytest.raises(PermissionDenied) as caught:
        scene.ask()
    assert str(caught.value) == (
        f"the provisioning key may not do what is needed ({function}: {verb}); give its role these levels in "
        "System > Security Roles, or add rights to allow if your site counts otherwise."
    )


def test_several_missing_rights_are_told_at_once() -> None:
    scene = Case({"System / Security Roles": {}, "System / Table Setup": {}})
    with pytest.raises(
        PermissionDenied, match=r"\(System / Security Roles: add, System / Security Roles: delete, .*, Sys"
    ):
        scene.ask()


def test_the_guard_can_be_lifted() -> None:
    assert Case({"System / Security Roles": {}}, lifted=True).ask() == 1


def test_a_lifted_guard_still_refuses_what_the_site_does_not_have() -> None:
    with pytest.raises(SettingError):
        Case(lifted=True).ask(table_access=["Service / Nothing"])


def test_rights_that_the_site_does_not_list_are_not_called_missing() -> None:
    class Silent(Site):
        def list_my_security(self) -> list[MySecurityRecord]:
            rows = super().list_my_security() or []
            return [row.model_copy(update={"addLevel": None}) for row in rows if row.moduleName != "System"]

    assert Case(site=Silent).ask() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"permissions": {"Service Desk / Tickets": Levels(add="All")}},
            "permissions: the site has no module function",
        ),
        ({"permissions": {"Companies / Reports": Levels(add="All")}}, "has no add level at this site"),
        (
            {"table_access": ["Service / Priorty"]},
            'tableAccess: the site has no setup table .* mean "Service / Priority"',
        ),
        ({"member_defaults": {**DEFAULTS, "location": "Rom"}}, "memberDefaults: the site has no location 'Rom'"),
        ({"member_defaults": {}}, "memberDefaults: the site suggests no level, no securityLocation, no location"),
    ],
)
def test_what_the_site_would_refuse_later_is_refused_now(wrong: dict[str, Any], words: str) -> None:
    scene = Case()
    with pytest.raises(SettingError, match=words):
        scene.ask(**wrong)
    assert scene.first_times == 0


class Narrow(Site):
    """Lists only the functions in which the caller has a level (not documented; so both must work)."""

    def list_my_security(self) -> list[MySecurityRecord]:
        return [row for row in super().list_my_security() or () if row.moduleName == "System"]


def test_a_function_that_the_callers_own_list_lacks_is_looked_up_in_a_roles_list() -> None:
    assert Case(site=Narrow).ask(permissions={"Service Desk / Service Tickets": Levels(add="All")}) == 1
    with pytest.raises(SettingError, match="no module 'Nowhere / Nothing'"):
        Case(site=Narrow).ask(permissions={"Nowhere / Nothing": Levels(add="All")})


def test_without_any_role_the_callers_own_list_decides() -> None:
    class Empty(Narrow):
        def find_any_role(self) -> RoleRecord | None:
            return None

    with pytest.raises(SettingError):
        Case(site=Empty).ask(permissions={"Service Desk / Service Tickets": Levels(add="All")})


def test_a_tenant_that_is_in_place_is_not_asked_about_its_first_time() -> None:
    scene = Case()
    scene.world.add_key(scene.world.add_member("Umbrella", securityRole={"id": 11}), OURS)
    assert scene.ask() == 0


def test_a_member_that_a_destroy_left_is_taken_up_like_a_first_time() -> None:
    scene = Case()
    scene.world.add_member("Umbrella", inactiveFlag=True)
    assert scene.ask(member_defaults={}) == 1


def test_a_member_of_somebodys_is_refused_before_a_role_is_made() -> None:
    scene = Case()
    scene.world.add_member("Umbrella", by=SOMEBODY)
    with pytest.raises(GuardViolation, match="exists already and is not ours"):
        scene.ask()
    assert scene.ask(adopt="any") == 1


def test_a_member_on_record_is_ours_also_when_its_key_is_gone() -> None:
    scene = Case()
    scene.world.add_member("Umbrella", by=SOMEBODY)
    assert scene.ask(first_time=False) == 0


def test_a_name_that_no_member_may_have_is_refused_for_an_existing_member_too() -> None:
    scene = Case()
    scene.world.add_member("Umbrella", inactiveFlag=True)
    with pytest.raises(SettingError, match="the site has no board 'Alrts'"):
        scene.ask(member_defaults={"board": "Alrts"})


def test_a_member_whose_key_could_not_be_minted_yet_does_not_stop_a_changed_plan() -> None:
    scene = Case()
    scene.world.add_member("Umbrella", securityRole={"id": 11})
    assert scene.ask(table_access=["Service / Priority"]) >= 0


def test_a_member_with_another_role_is_not_identical_and_told_before_a_role_is_made() -> None:
    scene = Case()
    admin = scene.world.add_role("Admin", by=SOMEBODY)
    scene.world.add_member("Umbrella", by=SOMEBODY, **{**IDENTICAL, "securityRole": {"id": admin, "name": "Admin"}})
    with pytest.raises(GuardViolation, match="differs"):
        scene.ask(adopt="identical", role="Umbrella")


def test_where_the_site_tells_nothing_of_our_own_rights_any_roles_functions_decide(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = Case({name: {} for name in NEEDED})
    case.world.missing = {"mySecurity"}
    assert case.ask(permissions={"Service Desk / Service Tickets": Levels(add="All")}) == 1
    assert "Whether the provisioning key may do all that is needed is unknown" in capsys.readouterr().out
    with pytest.raises(SettingError, match="the site has no module function 'Service Desk / Tickets'"):
        case.ask(permissions={"Service Desk / Tickets": Levels(add="All")})


@pytest.mark.parametrize(("fields", "passes"), [({"inactiveFlag": True}, True), ({"securityRole": {"id": 11}}, False)])
def test_what_looks_like_left_by_a_destroy_is_judged_once_we_know_who_we_are(
    fields: dict[str, Any], passes: bool
) -> None:
    case = Case()
    case.world.missing = {"mySecurity"}
    case.world.add_member("Umbrella", **fields)
    if passes:
        assert case.ask() == 1
    else:
        with pytest.raises(GuardViolation, match="exists already and is not ours"):
            case.ask()
