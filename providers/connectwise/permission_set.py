"""`PermissionSet`: what the role may do, and which setup tables it may use. Exclusive: nothing else is granted.

Levels are read by REST and written by a driver; the tables' list is read and written by a driver, and proved by
`AccessProof` as the new key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import Field

from providers.connectwise.grants import (
    NO_LEVELS,
    Levels,
    LivePermissions,
    Permissions,
    Tables,
    collect_grants,
    describe_level_changes,
    describe_table_changes,
    find_unknown,
    find_unknown_tables,
    get_levels,
    keep_recorded_spelling,
    make_role_setting,
    normalize_table,
    normalize_tables,
    widens,
)
from providers.connectwise.spelling import VendorNames
from providers.core.changes import Change
from providers.core.errors import NotFound, NotObservable, RemoteError, WorkOrder, raise_first
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.notices import print_once
from providers.core.pending_steps import ManualStepPending, describe_pending_step
from providers.core.schema import ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import RoleRecord, SettingRecord
    from providers.console.drivers import RoleDriver


class PermissionSetArgs(ConnectWiseOwned):
    """The levels and setup tables of a role, all of them. Whoever may maintain security roles changes them on a screen.

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
    """The live levels and tables; the tables as last set where only a key of the role can see them."""

    # What is live may have levels that nobody could ask for.
    permissions: LivePermissions = Field(description="levels per module function; what is not named is None")
    work_order: str = Field(default="", description="the work order of an open step, for `status`")
    granted: str = Field(default="", description="the id of the role that has these levels; empty while a step is open")


class RoleGrants(Protocol):
    """What this module needs of the site."""

    def get_role(self, role_id: int) -> RoleRecord | None:
        """Give the role; None only when it is certainly gone."""

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of the role with its levels."""

    def list_setup_tables(self, wanted: Iterable[str] = ()) -> list[str]:
        """List the labels of all setup tables, or so many that all of the wanted are among them."""

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
        self._guards = guards or Guards()

    def create(self, args: PermissionSetArgs) -> tuple[str, PermissionSetState]:
        """Set what differs. Raises `ManualStepPending` where a person must do it."""
        rows = self._grants.list_role_settings(int(args.role_id))
        try:
            return args.role_id, self._apply(args, rows, tables_now=None)
        except WorkOrder as order:
            live: dict[str, object] = {
                "permissions": _collect(args, rows),
                "table_access": None if args.table_access is None else [],
                "pending": order.title,
                "work_order": str(order),
            }
            raise ManualStepPending(args.role_id, PermissionSetState(**{**args.model_dump(), **live}), order) from None

    def read(self, object_id: str, state: PermissionSetState) -> PermissionSetState | None:
        """Read the levels, and the tables where the driver can look; gone with the role."""
        role_id = int(state.role_id)
        try:
            rows = self._grants.list_role_settings(role_id)
        except NotFound:
            if self._grants.get_role(role_id) is None:
                return None
            raise
        tables = state.table_access
        if tables is not None:
            # Where nobody can look `AccessProof` reports them, which reads them as the key.
            with suppress(NotObservable):
                tables = keep_recorded_spelling(self._driver.get_tables(role_id), tables)
        granted = "" if state.pending else state.role_id
        live = {"permissions": _collect(state, rows), "table_access": tables, "granted": granted}
        return PermissionSetState(**{**state.model_dump(), **live})

    def update(self, object_id: str, state: PermissionSetState, args: PermissionSetArgs) -> PermissionSetState:
        """Set what differs."""
        rows = self._grants.list_role_settings(int(args.role_id))
        return self._apply(args, rows, tables_now=state.table_access, member_before=state.member)

    def delete(self, object_id: str, state: PermissionSetState) -> None:
        """Do nothing: the levels go with the role, and an adopted role keeps what it has."""

    def describe_change(self, change: Change, state: PermissionSetState, changed_fields: Collection[str]) -> list[str]:
        """Say level by level and table by table what is wider or narrower than asked for."""
        about = f"Security role {state.role_name}: " if state.role_name else ""
        if state.pending:
            return [describe_pending_step(state.pending)] if change.field == "pending" else []
        if change.field == "permissions":
            return [about + text for text in describe_level_changes(change.live, change.wanted)]
        if change.field == "table_access":
            return [about + text for text in describe_table_changes(change.live, change.wanted)]
        return []

    def describe_missing(self, state: PermissionSetState) -> str:
        """Say that they went with the role."""
        role = state.role_name or "the role"
        return f"The permissions of {role} went with the role; `{terms().apply}` grants them again."

    def _apply(
        self, args: PermissionSetArgs, rows: list[SettingRecord], tables_now: list[str] | None, member_before: str = ""
    ) -> PermissionSetState:
        """Change what differs, nothing else, and believe the answer only where it says what was asked for."""
        role_id = int(args.role_id)
        levels = VendorNames(args.vendor_names).spell_as_site(args.permissions, (row.function for row in rows))
        raise_first(find_unknown(levels, rows))
        tables = self._find_tables(args.table_access)
        changed = [row for row in rows if get_levels(row) != levels.get(row.function, NO_LEVELS)]
        if tables is not None and tables_now is not None and normalize_tables(tables_now) == normalize_tables(tables):
            tables = None  # nothing to set
        wider = any(widens(get_levels(row), levels.get(row.function, NO_LEVELS)) for row in changed)
        if wider or (tables is not None and self._adds_tables(role_id, tables, tables_now)):
            self._refuse_to_widen_for_others(args, member_before)
        if changed:
            wanted = [make_role_setting(row, levels.get(row.function, NO_LEVELS)) for row in changed]
            kept_rows = self._driver.set_levels(role_id, wanted, tables or ())
            if {tuple(row) for row in kept_rows} != {tuple(row) for row in wanted}:
                raise RemoteError("the console did not keep the permission levels that were set", next_step="run again")
        if tables is not None:
            self._set_tables(role_id, tables)
        return PermissionSetState(**args.model_dump(), granted=args.role_id)

    def _find_tables(self, wanted: list[str] | None) -> list[str] | None:
        """Find the wanted tables as the site labels them; None where the list is left as it is."""
        if not wanted:
            return wanted
        labels = self._grants.list_setup_tables(wanted)
        raise_first(find_unknown_tables(wanted, labels))
        shown = {normalize_table(label): label for label in labels}
        return [shown[normalize_table(label)] for label in wanted]

    def _adds_tables(self, role_id: int, wanted: list[str], known: list[str] | None) -> bool:
        """Of a role that is taken up, `known` is None and the console is asked; what nobody sees counts as added."""
        if known is None:
            try:
                known = self._driver.get_tables(role_id)
            except NotObservable:
                return True
        return not set(normalize_tables(wanted)) <= set(normalize_tables(known))

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

    def _set_tables(self, role_id: int, wanted: list[str]) -> None:
        try:
            actual = self._driver.set_tables(role_id, wanted)
        except NotObservable as error:
            print_once(str(error))
            return
        if normalize_tables(actual) != normalize_tables(wanted):
            raise RemoteError("the console did not keep the table access that was set", next_step="run again")


def _collect(asked: PermissionSetArgs, rows: Sequence[SettingRecord]) -> dict[str, Levels]:
    """Collect what is granted, under the names that it was asked for by."""
    return VendorNames(asked.vendor_names).spell_as_asked(collect_grants(rows), (row.function for row in rows))
