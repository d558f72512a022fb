"""`AccessProof`: the new key signs in as itself and shows what it may do. Nothing less is believed.

A difference stops `create` and `update`, so the sink is not written with a key that does not work or may too much;
in `read` it is an observation, and so drift.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import Field, SecretStr

from providers.connectwise.grants import (
    Levels,
    Permissions,
    Tables,
    as_recorded,
    granted,
    level_words,
    table_key,
    table_words,
)
from providers.core.changes import Change
from providers.core.handler import Handler
from providers.core.problems import NotPermitted, NotSignedIn, Problem, WorkOrder
from providers.core.schema import ConnectWiseOwned, Follows, Link, NotCompared, Observed
from providers.core.together import ask_together

if TYPE_CHECKING:
    from providers.connectwise.records import MySecurityRecord


class AccessProofArgs(ConnectWiseOwned):
    key_id: str = Field(description="the API key's id")
    public_key: Annotated[str, Follows("key_id")] = Field(description="the public half")
    private_key: Annotated[SecretStr, Follows("key_id")] = Field(description="the private half")
    role_id: str = Field(description="the role's id: another role is proved anew")
    permissions: Permissions = Field(description="what the key must be able to do, and no more")
    table_access: Tables = Field(description="the setup tables that the key must be able to use, and no more")
    member: Annotated[str, Link, NotCompared] = Field(default="", description="the member, for sentences only")


class AccessProofObserved(Observed):
    signs_in: bool = Field(default=True, description="whether the key signs in")


class AccessProofState(AccessProofArgs, AccessProofObserved):
    """What the key could do when it last signed in."""


class Session(Protocol):
    """One key's view of the site."""

    def my_security(self) -> list[MySecurityRecord]: ...
    def my_tables(self) -> list[str]: ...


class SignIn(Protocol):
    """What this room needs of the site."""

    def signed_in_as(self, public_key: str, private_key: SecretStr) -> Session: ...
    def works(self, public_key: str, private_key: SecretStr) -> bool: ...
    def my_security(self) -> list[MySecurityRecord]: ...
    def setup_tables(self) -> list[str]: ...


class Corrections(Protocol):
    """Who puts right what the proof finds, where no hand of `PermissionSet` could have seen or set it."""

    def correct(self, role_id: int, public_key: str, found: Sequence[str], tables: Sequence[str]) -> WorkOrder:
        """The order for a person; `tables`: the whole list, when it is not as wanted."""


class AccessProofHandler(Handler[AccessProofArgs, AccessProofState]):
    args = AccessProofArgs
    observed = AccessProofObserved
    state = AccessProofState

    def __init__(self, site: SignIn, corrections: Corrections | None = None) -> None:
        self._site = site
        self._corrections = corrections

    def create(self, args: AccessProofArgs) -> tuple[str, AccessProofState]:
        return args.company, self._prove(args)

    def read(self, object_id: str, state: AccessProofState) -> AccessProofState | None:
        try:
            seen = self._look(state)
        except NotPermitted:
            self._site.my_security()  # raises when it is not this key's fault
            seen = {}, []  # it signs in; with its role put right it sees its rights again
        if seen is None:
            return state.model_copy(update={"signs_in": False})
        permissions, tables = seen
        return state.model_copy(update={"signs_in": True, "permissions": permissions, "table_access": tables})

    def update(self, object_id: str, state: AccessProofState, args: AccessProofArgs) -> AccessProofState:
        return self._prove(args)

    def delete(self, object_id: str, state: AccessProofState) -> None:
        """Nothing: a proof is a look."""

    def words(self, change: Change, state: AccessProofState, among: Collection[str]) -> list[str]:
        if change.field == "signs_in":
            return [f"The API key {state.public_key} can't sign in; Umbrella can't either."]
        if change.field == "permissions" and not state.permissions and state.signs_in:
            return [f"The API key {state.public_key} signs in, but does not see its own rights."]
        if change.field == "table_access" and self._corrections:
            return [f"The API key {state.public_key}: {text}" for text in table_words(change.live, change.wanted)]
        return []  # the same levels and tables, told once by PermissionSet

    def _prove(self, args: AccessProofArgs) -> AccessProofState:
        seen = self._look(args)
        if seen is None:
            raise Problem(
                f"the API key {args.public_key} was refused when it signed in as itself, so Umbrella was not given "
                "it and keeps what it has",
                next_step="check that the member and the key are active, and run again",
            )
        permissions, tables = seen
        wrong_tables = table_words(tables, args.table_access)
        wrong = level_words(permissions, args.permissions) + wrong_tables
        if wrong and self._corrections:
            allow = args.table_access if wrong_tables else []
            raise self._corrections.correct(int(args.role_id), args.public_key, wrong, allow)
        if wrong:
            raise Problem(
                f"the API key {args.public_key} works but its rights are not as asked for, so Umbrella was not given "
                "it and keeps what it has:",
                detail=" ".join(wrong),
            )
        return AccessProofState(**args.model_dump())

    def _look(self, args: AccessProofArgs) -> tuple[dict[str, Levels], list[str]] | None:
        """What the key may do; None when the key is refused while the provisioning key is not."""
        session = self._site.signed_in_as(args.public_key, args.private_key)
        try:
            rights, items = ask_together(session.my_security, session.my_tables)
            permissions, tables = granted(rights.result()), items.result()
        except NotSignedIn:
            if self._site.works(args.public_key, args.private_key):
                raise  # it was refused for something else, or a moment ago
            return None
        tables = as_recorded(tables, args.table_access)
        if self._corrections and tables != args.table_access:
            # People look for what the screen shows, not for the site's identifiers.
            labels = {table_key(label): label for label in self._site.setup_tables()}
            tables = [labels.get(table_key(table), table) for table in tables]
        return permissions, tables
