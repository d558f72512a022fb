"""`PermissionSet`: what the role may do, and what its customize lists allow. Exclusive: nothing else is granted.

Levels are read by REST and written by a driver; the lists (Table Setup's, and others that are named) are read and
written by a driver, and proved by `AccessProof` as the new key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import Field

from providers.connectwise.customize import (
    Customize,
    Lists,
    LiveCustomize,
    Tables,
    describe_list_change,
    find_unknown_lists,
    join_lists,
    split_lists,
)
from providers.connectwise.grants import (
    NO_LEVELS,
    Levels,
    LivePermissions,
    Permissions,
    collect_grants,
    describe_level_changes,
    find_unknown,
    get_levels,
    make_role_setting,
    widens,
)
from providers.connectwise.role_lists import ListsTables, RoleLists
from providers.connectwise.spelling import VendorNames
from providers.core.changes import Change
from providers.core.errors import NotFound, RemoteError, WorkOrder, raise_first
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.pending_steps import ManualStepPending, describe_pending_step
from providers.core.schema import ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import RoleRecord, SettingRecord
    from providers.console.drivers import RoleDriver


class PermissionSetArgs(ConnectWiseOwned):
    """The levels and customize lists of a role. Whoever may maintain security roles changes them on a screen.

    Source: `GET /system/securityRoles/{id}/settings`, the vendor's OpenAPI specification, which has no write for it;
    what is asked for by default is Cisco's page 225008.
    """

    role_id: Annotated[str, Replaces] = Field(description="the role's id")
    role_name: Annotated[str, Link, NotCompared] = Field(default="", description="for sentences only")
    permissions: Permissions = Field(description="levels per module function; what is not named is None")
    table_access: Tables = Field(
        default=None,
        description="labels of the setup tables that the role may use, and no others; null leaves the list as it is",
    )
    customize: Customize = Field(
        default=None,
        description="what the role may use, and nothing else, of other functions that have a customize list, by "
        "function; a list that is not named is left as it is",
    )
    vendor_names: Annotated[list[str] | None, Link, NotCompared] = Field(
        default=None,
        description="the functions whose names are in a vendor's spelling, which is matched with the site's by rule",
    )
    member: Annotated[str, Link, NotCompared] = Field(default="", description="who the role is for, by identifier")
    owner: Annotated[str, Link, NotCompared] = Field(default="", description="whose keys tell a member of ours")


class PermissionSetObserved(Observed):
    """The step that a person has not done yet, where a person is the driver."""

    pending: str = Field(default="", description="what waits for a person")


class PermissionSetState(PermissionSetArgs, PermissionSetObserved):
    """The live levels and lists; the lists as last set where only a key of the role can see them."""

    # What is live may have levels that nobody could ask for.
    permissions: LivePermissions = Field(description="levels per module function; what is not named is None")
    customize: LiveCustomize = Field(
        default=None, description="what the role may use of other functions that have a customize list, by function"
    )
    work_order: str = Field(default="", description="the work order of an open step, for `status`")
    granted: str = Field(default="", description="the id of the role that has these levels; empty while a step is open")


class RoleGrants(ListsTables, Protocol):
    """What this module needs of the site."""

    def get_role(self, role_id: int) -> RoleRecord | None:
        """Give the role; None only when it is certainly gone."""

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of the role with its levels."""

    def list_active_members(self, role_id: int) -> list[str]:
        """List the identifiers of the active members that have the role."""


class PermissionSetHandler(Handler[PermissionSetArgs, PermissionSetState]):
    """Writes by the driver and believes what REST reads back (docs/resources/permission-set.md)."""

    args = PermissionSetArgs
    observed = PermissionSetObserved
    state = PermissionSetState

    def __init__(
        self,
        grants: RoleGrants,
        driver: RoleDriver,
        guards: Guards | None = None,
        is_known: Callable[[str, str], bool] = lambda identifier, owner: False,
    ) -> None:
        """`is_known`: whether a member of that identifier is seen to be ours, under whatever memberId it was made."""
        self._is_known = is_known
        self._grants = grants
        self._driver = driver
        self._lists = RoleLists(grants, driver)
        self._guards = guards or Guards()

    def create(self, args: PermissionSetArgs) -> tuple[str, PermissionSetState]:
        """Set what differs. Raises `ManualStepPending` where a person must do it."""
        rows = self._grants.list_role_settings(int(args.role_id))
        try:
            return args.role_id, self._apply(args, rows, lists_now={})
        except WorkOrder as order:
            live: dict[str, object] = {
                "permissions": _collect(args, rows),
                **split_lists({function: [] for function in join_lists(args)}),
                "pending": order.title,
                "work_order": str(order),
            }
            raise ManualStepPending(args.role_id, PermissionSetState(**{**args.model_dump(), **live}), order) from None

    def read(self, object_id: str, state: PermissionSetState) -> PermissionSetState | None:
        """Read the levels, and the lists where the driver can look; gone with the role."""
        role_id = int(state.role_id)
        try:
            rows = self._grants.list_role_settings(role_id)
        except NotFound:
            if self._grants.get_role(role_id) is None:
                return None
            raise
        lists = self._lists.read(role_id, join_lists(state))
        granted = "" if state.pending else state.role_id
        live = {"permissions": _collect(state, rows), **split_lists(lists), "granted": granted}
        return PermissionSetState(**{**state.model_dump(), **live})

    def update(self, object_id: str, state: PermissionSetState, args: PermissionSetArgs) -> PermissionSetState:
        """Set what differs."""
        rows = self._grants.list_role_settings(int(args.role_id))
        return self._apply(args, rows, lists_now=join_lists(state), member_before=state.member)

    def delete(self, object_id: str, state: PermissionSetState) -> None:
        """Do nothing: the levels go with the role, and an adopted role keeps what it has."""

    def describe_change(self, change: Change, state: PermissionSetState, changed_fields: Collection[str]) -> list[str]:
        """Say level by level and item by item what is wider or narrower than asked for."""
        about = f"Security role {state.role_name}: " if state.role_name else ""
        if state.pending:
            return [describe_pending_step(state.pending)] if change.field == "pending" else []
        if change.field == "permissions":
            return [about + text for text in describe_level_changes(change.live, change.wanted)]
        return [about + text for text in describe_list_change(change)]

    def describe_missing(self, state: PermissionSetState) -> str:
        """Say that they went with the role."""
        role = state.role_name or "the role"
        return f"The permissions of {role} went with the role; `{terms().apply}` grants them again."

    def _apply(
        self, args: PermissionSetArgs, rows: list[SettingRecord], lists_now: Lists, member_before: str = ""
    ) -> PermissionSetState:
        """Change what differs, nothing else, and believe the answer only where it says what was asked for."""
        role_id = int(args.role_id)
        levels = VendorNames(args.vendor_names).spell_as_site(args.permissions, (row.function for row in rows))
        raise_first(find_unknown(levels, rows))
        raise_first(find_unknown_lists(args.customize, (row.function for row in rows)))
        changed = [row for row in rows if get_levels(row) != levels.get(row.function, NO_LEVELS)]
        lists = self._lists.find_changed(join_lists(args), lists_now)
        wider = any(widens(get_levels(row), levels.get(row.function, NO_LEVELS)) for row in changed)
        if wider or self._lists.add_something(role_id, lists, lists_now):
            self._refuse_to_widen_for_others(args, member_before)
        if changed:
            wanted = [make_role_setting(row, levels.get(row.function, NO_LEVELS)) for row in changed]
            kept_rows = self._driver.set_levels(role_id, wanted, lists)
            if {tuple(row) for row in kept_rows} != {tuple(row) for row in wanted}:
                raise RemoteError("the console did not keep the permission levels that were set", next_step="run again")
        self._lists.set(role_id, lists)
        return PermissionSetState(**args.model_dump(), granted=args.role_id)

    def _refuse_to_widen_for_others(self, args: PermissionSetArgs, member_before: str) -> None:
        """Whoever else has the role would get every new right with it; our member's old id is nobody else."""
        if self._guards.is_lifted("shared-role"):
            return
        ours = {args.member.casefold(), member_before.casefold()}
        others = [
            identifier
            for identifier in self._grants.list_active_members(int(args.role_id))
            if identifier.casefold() not in ours
        ]
        if others := [identifier for identifier in others if not self._is_known(identifier, args.owner)]:
            self._guards.refuse(
                "shared-role",
                f"the security role {args.role_name} is also used by {', '.join(others)}, who would get what is added",
                "give them another role, or this tenant another roleName",
            )


def _collect(asked: PermissionSetArgs, rows: Sequence[SettingRecord]) -> dict[str, Levels]:
    """Collect what is granted, under the names that it was asked for by."""
    return VendorNames(asked.vendor_names).spell_as_asked(collect_grants(rows), (row.function for row in rows))
