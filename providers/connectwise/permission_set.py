"""`PermissionSet`: what the role may do, and which setup tables it may use. Exclusive: nothing else is granted.

Levels are read by REST and written by a hand; the tables' list is read and written by a hand, and proved by
`AccessProof` as the new key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import Field

from providers.connectwise.grants import (
    NOTHING,
    ORDER,
    VERBS,
    Levels,
    Permissions,
    Tables,
    as_recorded,
    find_unknown,
    find_unknown_tables,
    granted,
    level_words,
    levels_of,
    table_keys,
    table_words,
)
from providers.core.changes import Change
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.notices import say
from providers.core.problems import NotThere, RemoteProblem, Unseen, WorkOrder, raise_first
from providers.core.schema import ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.steps import Begun, still_open
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import RoleRecord, SettingRecord
    from providers.console.contract import RoleSetting
    from providers.console.hands import RoleHand


class PermissionSetArgs(ConnectWiseOwned):
    role_id: Annotated[str, Replaces] = Field(description="the role's id")
    role_name: Annotated[str, Link, NotCompared] = Field(default="", description="for sentences only")
    permissions: Permissions = Field(description="levels per module function; what is not named is None")
    table_access: Tables = Field(description="labels of the setup tables that the role may use, and no others")
    member: Annotated[str, Link, NotCompared] = Field(default="", description="who the role is for, by identifier")
    owner: Annotated[str, Link, NotCompared] = Field(default="", description="whose keys tell a member of ours")


class PermissionSetObserved(Observed):
    pending: str = Field(default="", description="what waits for a person")


class PermissionSetState(PermissionSetArgs, PermissionSetObserved):
    """The live levels and tables; the tables as last set where only a key of the role can see them."""

    order: str = Field(default="", description="the work order of an open step, for `status`")


class RoleGrants(Protocol):
    """What this room needs of the site."""

    def role(self, role_id: int) -> RoleRecord | None: ...
    def role_settings(self, role_id: int) -> list[SettingRecord]: ...
    def setup_tables(self) -> list[str]: ...
    def active_members_of(self, role_id: int) -> list[str]: ...


class PermissionSetHandler(Handler[PermissionSetArgs, PermissionSetState]):
    args = PermissionSetArgs
    observed = PermissionSetObserved
    state = PermissionSetState

    def __init__(
        self,
        grants: RoleGrants,
        hand: RoleHand,
        guards: Guards | None = None,
        is_known: Callable[[str, str], bool] = lambda identifier, owner: False,
    ) -> None:
        """`is_known`: whether a member of that identifier is seen to be ours, under whatever memberId it was made."""
        self._is_known = is_known
        self._grants = grants
        self._hand = hand
        self._guards = guards or Guards()

    def create(self, args: PermissionSetArgs) -> tuple[str, PermissionSetState]:
        rows = self._grants.role_settings(int(args.role_id))
        try:
            return args.role_id, self._bring(args, rows, tables_now=None)
        except WorkOrder as order:
            live = {"permissions": granted(rows), "table_access": [], "pending": order.title, "order": str(order)}
            raise Begun(args.role_id, PermissionSetState(**{**args.model_dump(), **live}), order) from None

    def read(self, object_id: str, state: PermissionSetState) -> PermissionSetState | None:
        role_id = int(state.role_id)
        try:
            rows = self._grants.role_settings(role_id)
        except NotThere:
            if self._grants.role(role_id) is None:
                return None
            raise
        try:
            tables = as_recorded(self._hand.tables(role_id), state.table_access)
        except Unseen:
            tables = state.table_access  # told by `AccessProof`, which sees them as the key
        return PermissionSetState(**{**state.model_dump(), "permissions": granted(rows), "table_access": tables})

    def update(self, object_id: str, state: PermissionSetState, args: PermissionSetArgs) -> PermissionSetState:
        rows = self._grants.role_settings(int(args.role_id))
        return self._bring(args, rows, tables_now=state.table_access, member_before=state.member)

    def delete(self, object_id: str, state: PermissionSetState) -> None:
        """Nothing: the levels go with the role, and an adopted role keeps what it has."""

    def words(self, change: Change, state: PermissionSetState, among: Collection[str]) -> list[str]:
        about = f"Security role {state.role_name}: " if state.role_name else ""
        if state.pending:
            return [still_open(state.pending)] if change.field == "pending" else []
        if change.field == "permissions":
            return [about + text for text in level_words(change.live, change.wanted)]
        if change.field == "table_access":
            return [about + text for text in table_words(change.live, change.wanted)]
        return []

    def gone(self, state: PermissionSetState) -> str:
        whose = state.role_name or "the role"
        return f"The permissions of {whose} went with the role; `{terms().apply}` grants them again."

    def _bring(
        self, args: PermissionSetArgs, rows: list[SettingRecord], tables_now: list[str] | None, member_before: str = ""
    ) -> PermissionSetState:
        """Change what differs, nothing else, and believe the answer only where it says what was asked for."""
        role_id = int(args.role_id)
        raise_first(find_unknown(args.permissions, rows))
        raise_first(find_unknown_tables(args.table_access, self._grants.setup_tables()))
        wrong = [row for row in rows if levels_of(row) != args.permissions.get(row.function, NOTHING)]
        other_tables = tables_now is None or table_keys(tables_now) != table_keys(args.table_access)
        widens = any(_widens(levels_of(row), args.permissions.get(row.function, NOTHING)) for row in wrong)
        if widens or (other_tables and self._adds_tables(role_id, args.table_access, tables_now)):
            self._refuse_to_widen_for_others(args, member_before)
        if wrong:
            asked = [self._row(row, args.permissions.get(row.function, NOTHING)) for row in wrong]
            kept_rows = self._hand.set_levels(role_id, asked, args.table_access if other_tables else ())
            if {tuple(row) for row in kept_rows} != {tuple(row) for row in asked}:
                raise RemoteProblem(
                    "the console did not keep the permission levels that were set", next_step="run again"
                )
        if other_tables:
            self._set_tables(role_id, args.table_access)
        return PermissionSetState(**args.model_dump())

    def _adds_tables(self, role_id: int, wanted: list[str], known: list[str] | None) -> bool:
        """Of a role that is taken up, `known` is None and the console is asked; what nobody sees counts as added."""
        if known is None:
            try:
                known = self._hand.tables(role_id)
            except Unseen:
                return True
        return not set(table_keys(wanted)) <= set(table_keys(known))

    def _refuse_to_widen_for_others(self, args: PermissionSetArgs, member_before: str) -> None:
        """Whoever else has the role would get every new right with it; our member's old id is nobody else."""
        if self._guards.lifted("shared-role"):
            return
        ours = {args.member.casefold(), member_before.casefold()}
        others = [one for one in self._grants.active_members_of(int(args.role_id)) if one.casefold() not in ours]
        if others := [one for one in others if not self._is_known(one, args.owner)]:
            self._guards.refuse(
                "shared-role",
                f"the security role {args.role_name} is also used by {', '.join(others)}, who would get what is added",
                "give them another role, or this tenant another roleName",
            )

    def _set_tables(self, role_id: int, wanted: list[str]) -> None:
        try:
            kept = self._hand.set_tables(role_id, wanted)
        except Unseen as unseen:
            say(str(unseen))
            return
        if table_keys(kept) != table_keys(wanted):
            raise RemoteProblem("the console did not keep the table access that was set", next_step="run again")

    @staticmethod
    def _row(row: SettingRecord, wanted: Levels) -> RoleSetting:
        """A row for the hand; a level that the function lacks stays unset."""
        from providers.console.contract import RoleSetting  # messages are no business of the program's

        levels = {
            f"{verb}Level": None if getattr(row, f"{verb}Level") is None else getattr(wanted, verb) for verb in VERBS
        }
        return RoleSetting(moduleName=row.moduleName, moduleFunctionName=row.moduleFunctionName, **levels)


def _widens(now: Levels, wanted: Levels) -> bool:
    return any(ORDER.index(getattr(wanted, verb)) > ORDER.index(getattr(now, verb)) for verb in VERBS)
