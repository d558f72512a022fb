"""`SecurityRole`: the role that the API member gets.

REST creates, reads and deletes a role. Nothing updates one, so another name is another role, and what a person
switched (inactive, admin) only a person can switch back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import Field

from providers.connectwise.grants import collect_grants, describe_level_changes
from providers.connectwise.matching import get_only, look_again, not_taken, was_touched_by
from providers.connectwise.plan import TenantPlan
from providers.connectwise.role_removal import RemovesRoles, remove_role
from providers.connectwise.spelling import VendorNames
from providers.core.changes import Change
from providers.core.errors import Conflict, GuardViolation, ManualActionRequired, OutcomeUnknown
from providers.core.handler import Handler
from providers.core.reference_counter import ReferenceCounter
from providers.core.schema import ComparedBy, ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import RoleRecord
    from providers.console.drivers import RoleDriver

Adopt = Literal["never", "identical", "any"]


class SecurityRoleArgs(ConnectWiseOwned):
    """A security role by its name. Whoever may maintain security roles can switch or delete it on a screen.

    Source: `/system/securityroles`, schema `SecurityRole`, the vendor's OpenAPI specification: GET, POST, DELETE and no
    update.
    """

    name: Annotated[str, Replaces, ComparedBy(str.casefold)] = Field(
        min_length=1, max_length=30, description="the screens call it Role ID"
    )
    adopt: Annotated[Adopt, NotCompared] = Field(default="never", description="take over a role of that name?")
    plan: Annotated[TenantPlan | None, Link, NotCompared] = Field(
        default=None, description="what else the tenant will make; checked against the site before the role is made"
    )


class SecurityRoleObserved(Observed):
    """The two switches of the role's screen that REST shows and can't set."""

    active: bool = Field(default=True, description="whether the role is in use; only a person can make it active again")
    admin: bool = Field(default=False, description="whether it may do everything; only a person can take that away")


class SecurityRoleState(SecurityRoleArgs, SecurityRoleObserved):
    """The role as it is live, and whether somebody else made it."""

    adopted: bool = Field(default=False, description="somebody else made it, so it is kept on destroy")


class Roles(RemovesRoles, Protocol):
    """What this module needs of the site."""

    def find_roles(self, name: str) -> list[RoleRecord]:
        """Find roles of that name, however it is capitalised."""

    def get_role(self, role_id: int) -> RoleRecord | None:
        """Give the role; None only when it is certainly gone."""

    def create_role(self, name: str) -> RoleRecord:
        """Make a role. Raises `Conflict` for a name that is there."""

    def get_own_identifier(self) -> str:
        """Tell which member we are signed in as; empty where that is not known."""


class Preflight(Protocol):
    """What a site and its surroundings would refuse of a tenant."""

    def refuse_unless_possible(self, plan: TenantPlan, tenant: str, *, first_time: bool) -> None:
        """Raise a `ProviderError` for anything in the plan that the site would refuse later."""

    def describe_list_differences(self, role_id: int, plan: TenantPlan) -> list[str]:
        """Sentences for the customize lists in which a role differs from the plan."""


class SecurityRoleHandler(Handler[SecurityRoleArgs, SecurityRoleState]):
    """Makes and deletes the role by REST; the first of a tenant's resources (docs/resources/security-role.md)."""

    args = SecurityRoleArgs
    observed = SecurityRoleObserved
    state = SecurityRoleState

    def __init__(
        self, roles: Roles, preflight: Preflight, driver: RoleDriver, recorded: ReferenceCounter | None = None
    ) -> None:
        self._roles = roles
        self._driver = driver
        self._preflight = preflight
        self._recorded = recorded or ReferenceCounter()
        # Of the roles on record. Such a member passed the preflight before; by now it may be without a key that tells
        # it from somebody's, and its own row may be read only after the role's.
        self._planned_members: set[str] = set()

    def check(
        self, old: SecurityRoleArgs | None, new: SecurityRoleArgs, unknown: frozenset[str], today: date
    ) -> SecurityRoleArgs:
        """Hold the whole plan against the site when the role, which comes first, is to be made.

        That is before anything is changed, and in previews too. Later changes are refused by the resource that they
        concern.
        """
        if old is not None and old.name.casefold() == new.name.casefold():
            return new
        existing = self._find(new.name)
        if existing:
            self._check_adoption(existing, new.adopt, new.plan)
        if new.plan and old is None:
            first_time = new.plan.member not in self._planned_members
            self._preflight.refuse_unless_possible(new.plan, new.tenant, first_time=first_time)
        return new

    def outlives(self, state: SecurityRoleState) -> bool:
        """Tell whether it was adopted, and so is kept."""
        return state.adopted

    def create(self, args: SecurityRoleArgs) -> tuple[str, SecurityRoleState]:
        """Make the role, or take up the one of that name that is ours or may be adopted."""
        existing = self._find(args.name)
        if existing is None:
            try:
                return self._make_result(self._roles.create_role(args.name), args, adopted=False)
            except (OutcomeUnknown, Conflict) as error:
                existing = look_again(error, lambda: self._find(args.name))
        adopted = self._check_adoption(existing, args.adopt, args.plan)
        return self._make_result(existing, args, adopted=adopted)

    def read(self, object_id: str, state: SecurityRoleState) -> SecurityRoleState | None:
        """Read its name and its switches."""
        if state.plan:
            self._planned_members.add(state.plan.member)
        role = self._roles.get_role(int(object_id))
        if role is None:
            return None
        live = {"name": role.name, "active": not role.inactiveFlag, "admin": bool(role.adminFlag)}
        return state.model_copy(update=live)

    def update(self, object_id: str, state: SecurityRoleState, args: SecurityRoleArgs) -> SecurityRoleState:
        """Raise `ManualActionRequired` for what only a person can switch back."""
        steps = [text for change in ("active", "admin") for text in self._describe_step(change, state)]
        if steps:
            raise ManualActionRequired(" ".join(steps))
        return SecurityRoleState(**args.model_dump(), adopted=state.adopted)

    def delete(self, object_id: str, state: SecurityRoleState) -> None:
        """Delete the role, or leave it bare where the site keeps the roles of inactive members."""
        remove_role(self._roles, self._driver, int(object_id), state.name)

    def describe_change(self, change: Change, state: SecurityRoleState, changed_fields: Collection[str]) -> list[str]:
        """Say that a new role takes its place, or which switch a person must set back."""
        if change.field == "name":
            return [
                f"The security role is named {change.live!r}, should be {change.wanted!r}; a new one takes its place."
            ]
        return self._describe_step(change.field, state)

    def describe_missing(self, state: SecurityRoleState) -> str:
        """Say that somebody deleted it."""
        return f"The security role {state.name} was deleted at the site; `{terms().apply}` makes it again."

    def _find(self, name: str) -> RoleRecord | None:
        return get_only(self._roles.find_roles(name), f"the role name {name!r}")

    def _describe_step(self, field: str, state: SecurityRoleState) -> list[str]:
        """Describe the screen step that undoes what only a person can undo."""
        if field == "active" and not state.active:
            wrong, box = "is inactive", "Inactive"
        elif field == "admin" and state.admin:
            wrong, box = "was made an administrator role", "Admin"
        else:
            return []
        return [
            f"The security role {state.name} {wrong}, and only a person can undo that: System > Security Roles > "
            f"{state.name} > clear {box} > Save; then run again."
        ]

    def _make_result(self, role: RoleRecord, args: SecurityRoleArgs, *, adopted: bool) -> tuple[str, SecurityRoleState]:
        live = {**args.model_dump(), "name": role.name, "active": not role.inactiveFlag, "admin": bool(role.adminFlag)}
        return str(role.id), SecurityRoleState(**live, adopted=adopted)

    def _check_adoption(self, role: RoleRecord, adopt: Adopt, plan: TenantPlan | None) -> bool:
        """Tell whether an existing role would be adopted: it is somebody's, and `adopt` allows it.

        False: it is ours, in the state or left bare by an interrupted run.
        """
        if (known := self._recorded.is_adopted(str(role.id))) is not None:
            return known  # it was to be replaced, and now is not
        rows = collect_grants(settings := self._roles.list_role_settings(role.id))
        ours = was_touched_by(role, self._roles.get_own_identifier())
        if ours and not rows and not self._roles.list_active_members(role.id):
            return False
        problem = f"a security role named {role.name!r} exists already and is not ours"
        if adopt == "never":
            raise not_taken(problem, "choose another roleName, or set adopt to identical or any to take it over")
        if role.adminFlag:
            step = "choose another roleName"
            raise GuardViolation(f"{problem}, and it is an administrator role", next_step=step, setting="roleName")
        different = ["It is inactive."] if role.inactiveFlag else []
        names = VendorNames(plan.vendor_names if plan else None)
        live = names.spell_as_asked(rows, (row.function for row in settings))
        different += describe_level_changes(live, plan.permissions if plan else {})
        if adopt == "identical" and plan and not different:
            different = self._preflight.describe_list_differences(role.id, plan)
        if adopt == "identical" and different:
            raise not_taken(f"{problem}, and it differs: {' '.join(different)}", "Set adopt to any to take it over")
        return True
