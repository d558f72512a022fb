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
    collect_grants,
    describe_level_changes,
    describe_table_changes,
    keep_recorded_spelling,
    normalize_table,
)
from providers.core.changes import Change
from providers.core.concurrency import run_concurrently
from providers.core.errors import PermissionDenied, ProviderError, Unauthenticated, WorkOrder
from providers.core.handler import Handler
from providers.core.schema import ConnectWiseOwned, Follows, Link, NotCompared, Observed

if TYPE_CHECKING:
    from providers.connectwise.records import MySecurityRecord


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
    """What the key could do when it last signed in."""


class KeySession(Protocol):
    """One key's view of the site."""

    def list_my_security(self) -> list[MySecurityRecord]:
        """List the key's own levels. Raises `Unauthenticated` for a key that is refused."""

    def list_my_tables(self) -> list[str]:
        """List the setup tables that the key may use, as the site's identifiers."""


class ProofSite(Protocol):
    """What this module needs of the site."""

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> KeySession:
        """Use the site as that key."""

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Tell whether the pair signs in now. Raises when it can't be known."""

    def list_my_security(self) -> list[MySecurityRecord]:
        """List the provisioning key's own levels; raises when it is refused."""

    def list_setup_tables(self) -> list[str]:
        """List the labels of all setup tables."""


class RightsCorrector(Protocol):
    """Who puts right what the proof finds, where no driver of `PermissionSet` could have seen or set it."""

    def order_correction(self, role_id: int, public_key: str, flaws: Sequence[str], tables: Sequence[str]) -> WorkOrder:
        """Make the order for a person; `tables`: the whole list, when it is not as wanted."""


class AccessProofHandler(Handler[AccessProofArgs, AccessProofState]):
    """Looks as the key itself, and changes nothing anywhere (docs/resources/access-proof.md)."""

    args = AccessProofArgs
    observed = AccessProofObserved
    state = AccessProofState

    def __init__(self, site: ProofSite, corrections: RightsCorrector | None = None) -> None:
        self._site = site
        self._corrections = corrections

    def create(self, args: AccessProofArgs) -> tuple[str, AccessProofState]:
        """Prove the key. Raises a `ProviderError` or, for a person, a `WorkOrder` for whatever is not as asked for."""
        return args.company, self._prove(args)

    def read(self, object_id: str, state: AccessProofState) -> AccessProofState | None:
        """Look again as the key; what differs is drift, and never an error."""
        try:
            observed = self._observe(state)
        except PermissionDenied:
            self._site.list_my_security()  # raises when it is not this key's fault
            observed = {}, []  # it signs in; with its role put right it sees its rights again
        if observed is None:
            return state.model_copy(update={"signs_in": False})
        permissions, tables = observed
        return state.model_copy(update={"signs_in": True, "permissions": permissions, "table_access": tables})

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
        observed = self._observe(args)
        if observed is None:
            raise ProviderError(
                f"the API key {args.public_key} was refused when it signed in as itself, so Umbrella was not given "
                "it and keeps what it has",
                next_step="check that the member and the key are active, and run again",
            )
        permissions, tables = observed
        wrong_tables = describe_table_changes(tables, args.table_access)
        differences = describe_level_changes(permissions, args.permissions) + wrong_tables
        if differences and self._corrections:
            allow = args.table_access if wrong_tables else []
            raise self._corrections.order_correction(int(args.role_id), args.public_key, differences, allow)
        if differences:
            raise ProviderError(
                f"the API key {args.public_key} works but its rights are not as asked for, so Umbrella was not given "
                "it and keeps what it has:",
                detail=" ".join(differences),
            )
        return AccessProofState(**args.model_dump())

    def _observe(self, args: AccessProofArgs) -> tuple[dict[str, Levels], list[str]] | None:
        """What the key may do; None when the key is refused while the provisioning key is not."""
        session = self._site.sign_in_as(args.public_key, args.private_key)
        try:
            rights, items = run_concurrently(session.list_my_security, session.list_my_tables)
            permissions, tables = collect_grants(rights.result()), items.result()
        except Unauthenticated:
            if self._site.can_sign_in(args.public_key, args.private_key):
                raise  # it was refused for something else, or a moment ago
            return None
        tables = keep_recorded_spelling(tables, args.table_access)
        if self._corrections and tables != args.table_access:
            # People look for what the screen shows, not for the site's identifiers.
            labels = {normalize_table(label): label for label in self._site.list_setup_tables()}
            tables = [labels.get(normalize_table(table), table) for table in tables]
        return permissions, tables
