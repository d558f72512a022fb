"""`AccessProof`: the new key signs in as itself and shows what it may do. Nothing less is believed.

A difference stops `create` and `update`, so the sink is not written with a key that does not work or may too much;
in `read` it is an observation, and so drift.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

from pydantic import Field, SecretStr

from providers.connectwise.grants import (
    Levels,
    LivePermissions,
    Permissions,
    Tables,
    collect_grants,
    describe_level_changes,
    describe_table_changes,
    keep_recorded_spelling,
    normalize_table,
)
from providers.core.changes import Change
from providers.core.concurrency import run_concurrently
from providers.core.errors import NotFound, NotObservable, PermissionDenied, ProviderError, Unauthenticated, WorkOrder
from providers.core.handler import Handler
from providers.core.notices import print_once
from providers.core.schema import ConnectWiseOwned, Follows, Link, NotCompared, Observed

if TYPE_CHECKING:
    from providers.connectwise.records import MySecurityRecord, RoleRecord, SettingRecord

T = TypeVar("T")


class AccessProofArgs(ConnectWiseOwned):
    """What a key must show when it signs in. Nobody changes a proof: other wishes, or another key, mean a new look.

    Source: `GET /system/mySecurity` and `/system/mySecurity/customizeItems/`, the vendor's OpenAPI specification.
    """

    key_id: str = Field(description="the API key's id")
    public_key: Annotated[str, Follows("key_id")] = Field(description="the public half")
    private_key: Annotated[SecretStr, Follows("key_id")] = Field(description="the private half")
    role_id: str = Field(description="the role's id: another role is proved again")
    permissions: Permissions = Field(description="what the key must be able to do, and no more")
    table_access: Tables = Field(description="the setup tables that the key must be able to use, and no more")
    member: Annotated[str, Link, NotCompared] = Field(default="", description="the member, for sentences only")


class AccessProofObserved(Observed):
    """What makes a proof void: somebody revoked the key, or made it or its member inactive."""

    signs_in: bool = Field(default=True, description="whether the key signs in")


class AccessProofState(AccessProofArgs, AccessProofObserved):
    """What the key could do when it last signed in, and by whose word."""

    # What is live may have levels that nobody could ask for.
    permissions: LivePermissions = Field(description="what the key must be able to do, and no more")
    evidence: str = Field(
        default="", description="whose word it is, where the site does not let the key show it; else empty"
    )


@dataclass(frozen=True)
class Sight:
    """What was seen of a key that signs in."""

    permissions: dict[str, Levels]
    tables: list[str] | None
    """None where nobody could look."""
    evidence: str = ""


class KeySession(Protocol):
    """One key's view of the site."""

    def list_my_security(self) -> list[MySecurityRecord] | None:
        """Sign in and list the key's own levels, None where the site does not say. Raises `Unauthenticated`."""

    def list_my_tables(self) -> list[str] | None:
        """List the setup tables that the key may use, as the site's identifiers; None where it does not say."""


class ProofSite(Protocol):
    """What this module needs of the site."""

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> KeySession:
        """Use the site as that key."""

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Tell whether the pair signs in now. Raises when it can't be known."""

    def list_my_security(self) -> list[MySecurityRecord] | None:
        """Sign in as the provisioning key; raises when it is refused."""

    def get_role(self, role_id: int) -> RoleRecord | None:
        """Give the role; None only when it is certainly gone."""

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of the role with its levels, as the provisioning key sees them."""

    def list_setup_tables(self) -> list[str]:
        """List the labels of all setup tables."""


class TableReader(Protocol):
    """What this module needs of the console."""

    def get_tables(self, role_id: int) -> list[str]:
        """List the setup tables that the role may use. Raises `NotObservable` where nobody can look."""


class RightsCorrector(Protocol):
    """Who puts right what the proof finds, where no driver of `PermissionSet` could have seen or set it."""

    def order_correction(self, role_id: int, public_key: str, flaws: Sequence[str], tables: Sequence[str]) -> WorkOrder:
        """Make the order for a person; `tables`: the whole list, when it is not as wanted."""


class AccessProofHandler(Handler[AccessProofArgs, AccessProofState]):
    """Looks as the key itself, and changes nothing anywhere (docs/resources/access-proof.md)."""

    args = AccessProofArgs
    observed = AccessProofObserved
    state = AccessProofState

    def __init__(self, site: ProofSite, console: TableReader, corrections: RightsCorrector | None = None) -> None:
        """`console` and the provisioning key stand in where a site does not let a key show what it may do."""
        self._site = site
        self._console = console
        self._corrections = corrections

    def create(self, args: AccessProofArgs) -> tuple[str, AccessProofState]:
        """Prove the key. Raises a `ProviderError` or, for a person, a `WorkOrder` for whatever is not as asked for."""
        return args.company, self._prove(args)

    def read(self, object_id: str, state: AccessProofState) -> AccessProofState | None:
        """Look again as the key; what differs is drift, and never an error."""
        try:
            seen = self._observe(state)
        except PermissionDenied:
            self._site.list_my_security()  # raises when it is not this key's fault
            seen = Sight({}, [])  # it signs in; with its role put right it sees its rights again
        if seen is None:
            return state.model_copy(update={"signs_in": False})
        return self._record(state, seen)

    def update(self, object_id: str, state: AccessProofState, args: AccessProofArgs) -> AccessProofState:
        """Prove the key again, as `create` does."""
        return self._prove(args)

    def delete(self, object_id: str, state: AccessProofState) -> None:
        """Do nothing: a proof only reads."""

    def describe_change(self, change: Change, state: AccessProofState, changed_fields: Collection[str]) -> list[str]:
        """Say what the key can't do, where `PermissionSet` does not say the same of the role."""
        if change.field == "signs_in":
            return [f"The API key {state.public_key} can't sign in; Umbrella can't either."]
        if change.field == "permissions" and not state.permissions and state.signs_in:
            return [f"The API key {state.public_key} signs in, but does not see its own rights."]
        if change.field == "table_access" and self._corrections:
            return [
                f"The API key {state.public_key}: {text}" for text in describe_table_changes(change.live, change.wanted)
            ]
        return []  # the same levels and tables, reported once, by PermissionSet

    def _prove(self, args: AccessProofArgs) -> AccessProofState:
        seen = self._observe(args)
        if seen is None:
            raise ProviderError(
                f"the API key {args.public_key} was refused when it signed in as itself, so Umbrella was not given "
                "it and keeps what it has",
                next_step="check that the member and the key are active, and run again",
            )
        wrong_tables = [] if seen.tables is None else describe_table_changes(seen.tables, args.table_access)
        differences = describe_level_changes(seen.permissions, args.permissions) + wrong_tables
        if differences and self._corrections:
            allow = args.table_access if wrong_tables else []
            raise self._corrections.order_correction(int(args.role_id), args.public_key, differences, allow)
        if differences:
            raise ProviderError(
                f"the API key {args.public_key} works but its rights are not as asked for, so Umbrella was not given "
                "it and keeps what it has:",
                detail=" ".join(differences),
            )
        return self._record(AccessProofState(**args.model_dump()), seen)

    def _record(self, state: AccessProofState, seen: Sight) -> AccessProofState:
        """Record what was seen; tables that nobody could see stay as asked for, and are said to be unknown."""
        live: dict[str, object] = {"signs_in": True, "permissions": seen.permissions, "evidence": seen.evidence}
        if seen.tables is not None:
            live["table_access"] = seen.tables
        else:
            print_once(
                f"Which setup tables the API key {state.public_key} may use is unknown: at this site neither the key "
                f"nor a console shows it. They should be these only: {', '.join(state.table_access) or 'none'}."
            )
        return state.model_copy(update=live)

    def _observe(self, args: AccessProofArgs) -> Sight | None:
        """Look what the key may do; None when the key is refused while the provisioning key is not."""
        session = self._site.sign_in_as(args.public_key, args.private_key)
        try:
            rights, items = run_concurrently(session.list_my_security, session.list_my_tables)
            levels: Sequence[SettingRecord] | None = rights.result()
            tables = items.result()
        except Unauthenticated:
            if self._site.can_sign_in(args.public_key, args.private_key):
                raise  # it was refused for something else, or a moment ago
            return None
        evidence = ["signs in"]
        if levels is None:
            levels = self._ask_of_role(self._site.list_role_settings, args.role_id)
            evidence.append("levels read by the provisioning key")
        if tables is None:
            tables = self._ask_console(args.role_id)
            evidence.append("table access unknown" if tables is None else "table access by the console's word only")
        if tables is not None:
            tables = self._spell(tables, args.table_access)
        return Sight(collect_grants(levels), tables, "; ".join(evidence) if evidence[1:] else "")

    def _ask_of_role(self, question: Callable[[int], list[T]], role_id: str) -> list[T]:
        """Ask about the role; of one that is gone there is nothing: then the key signs in and may do nothing."""
        try:
            return question(int(role_id))
        except NotFound:
            if self._site.get_role(int(role_id)) is None:
                return []
            raise

    def _ask_console(self, role_id: str) -> list[str] | None:
        """Ask the console for the tables; None where nobody can look."""
        try:
            return self._ask_of_role(self._console.get_tables, role_id)
        except NotObservable:
            return None

    def _spell(self, tables: list[str], recorded: list[str]) -> list[str]:
        """Spell the tables as they were recorded or, for people, as the screen shows them and not as the site's API."""
        tables = keep_recorded_spelling(tables, recorded)
        if self._corrections and tables != recorded:
            labels = {normalize_table(label): label for label in self._site.list_setup_tables()}
            tables = [labels.get(normalize_table(table), table) for table in tables]
        return tables
