"""`AccessProof`: the new key signs in as itself and shows what it may do. Nothing less is believed.

A difference stops `create` and `update`, so the sink is not written with a key that does not work or may too much;
in `read` it is an observation, and so drift.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Annotated, Protocol

from pydantic import Field, SecretStr

from providers.connectwise.customize import (
    Customize,
    LiveCustomize,
    Tables,
    describe_list,
    describe_list_change,
    join_lists,
    split_lists,
)
from providers.connectwise.grants import LivePermissions, Permissions, describe_level_changes
from providers.connectwise.key_witness import KeyWitness, ListReader, ProofSite, Sight
from providers.console.customize import TABLE_SETUP, name_items
from providers.core.changes import Change
from providers.core.errors import PermissionDenied, ProviderError, WorkOrder
from providers.core.handler import Handler
from providers.core.notices import print_once
from providers.core.schema import ConnectWiseOwned, Follows, Link, NotCompared, Observed


class AccessProofArgs(ConnectWiseOwned):
    """What a key must show when it signs in. Nobody changes a proof: other wishes, or another key, mean a new look.

    Source: `GET /system/mySecurity` and `/system/mySecurity/customizeItems/`, the vendor's OpenAPI specification.
    """

    key_id: str = Field(description="the API key's id")
    public_key: Annotated[str, Follows("key_id")] = Field(description="the public half")
    private_key: Annotated[SecretStr, Follows("key_id")] = Field(description="the private half")
    role_id: str = Field(description="the role's id: another role is proved again")
    permissions: Permissions = Field(description="what the key must be able to do, and no more")
    table_access: Tables = Field(
        default=None,
        description="the setup tables that the key must be able to use, and no more; null for whatever it is",
    )
    customize: Customize = Field(
        default=None,
        description="what the key must be able to use, and no more, of other functions that have a customize list, by "
        "function",
    )
    vendor_names: Annotated[list[str] | None, Link, NotCompared] = Field(
        default=None,
        description="the functions whose names are in a vendor's spelling, which is matched with the site's by rule",
    )
    member: Annotated[str, Link, NotCompared] = Field(default="", description="the member, for sentences only")


class AccessProofObserved(Observed):
    """What makes a proof void: somebody revoked the key, or made it or its member inactive."""

    signs_in: bool = Field(default=True, description="whether the key signs in")


class AccessProofState(AccessProofArgs, AccessProofObserved):
    """What the key could do when it last signed in, and by whose word."""

    # What is live may have levels that nobody could ask for.
    permissions: LivePermissions = Field(description="what the key must be able to do, and no more")
    customize: LiveCustomize = Field(
        default=None, description="what the key may use of other functions that have a customize list, by function"
    )
    evidence: str = Field(
        default="", description="whose word it is, where the site does not let the key show it; else empty"
    )


class RightsCorrector(Protocol):
    """Who puts right what the proof finds, where no driver of `PermissionSet` could have seen or set it."""

    def order_correction(
        self, role_id: int, public_key: str, flaws: Sequence[str], lists: Mapping[str, Sequence[str]]
    ) -> WorkOrder:
        """Make the order for a person; `lists`: those that are not as wanted, whole, by function."""


class AccessProofHandler(Handler[AccessProofArgs, AccessProofState]):
    """Looks as the key itself, and changes nothing anywhere (docs/resources/access-proof.md)."""

    args = AccessProofArgs
    observed = AccessProofObserved
    state = AccessProofState

    def __init__(
        self,
        site: ProofSite,
        console: ListReader,
        corrections: RightsCorrector | None = None,
        sink_name: str = "Umbrella",
    ) -> None:
        """`console` and the provisioning key stand in where a site does not let a key show what it may do."""
        self._site = site
        self._corrections = corrections
        self._sink_name = sink_name
        self._look = KeyWitness(site, console, by_label=corrections is not None).look

    def create(self, args: AccessProofArgs) -> tuple[str, AccessProofState]:
        """Prove the key. Raises a `ProviderError` or, for a person, a `WorkOrder` for whatever is not as asked for."""
        return args.company, self._prove(args)

    def read(self, object_id: str, state: AccessProofState) -> AccessProofState | None:
        """Look again as the key; what differs is drift, and never an error."""
        try:
            seen = self._look(state)
        except PermissionDenied:
            self._site.list_my_security()  # raises when it is not this key's fault
            # It signs in; with its role put right it sees its rights again.
            seen = Sight({}, {function: [] for function in join_lists(state)})
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
            return [f"The API key {state.public_key} can't sign in; {self._sink_name} can't either."]
        if change.field == "permissions" and not state.permissions and state.signs_in:
            return [f"The API key {state.public_key} signs in, but does not see its own rights."]
        # Where a driver sees the lists, they are reported once, by PermissionSet, as levels are.
        texts = describe_list_change(change) if self._corrections else []
        return [f"The API key {state.public_key}: {text}" for text in texts]

    def _prove(self, args: AccessProofArgs) -> AccessProofState:
        seen = self._look(args)
        if seen is None:
            raise ProviderError(
                f"the API key {args.public_key} was refused when it signed in as itself, so {self._sink_name} was not "
                "given it and keeps what it has",
                next_step="check that the member and the key are active, and run again",
            )
        asked = join_lists(args)
        wrong = (
            {} if seen.lists is None else {name: describe_list(name, seen.lists[name], asked[name]) for name in asked}
        )
        differences = [*describe_level_changes(seen.permissions, args.permissions), *chain(*wrong.values())]
        if differences and self._corrections:
            lists = {name: asked[name] for name, flaws in wrong.items() if flaws}
            raise self._corrections.order_correction(int(args.role_id), args.public_key, differences, lists)
        if differences:
            raise ProviderError(
                f"the API key {args.public_key} works but its rights are not as asked for, so {self._sink_name} was "
                "not given it and keeps what it has:",
                detail=" ".join(differences),
            )
        tables = None if seen.lists is None or TABLE_SETUP in asked else seen.lists.get(TABLE_SETUP)
        if tables is not None and TABLE_SETUP in seen.permissions:
            print_once(
                f"Table Setup is left uncustomized: the API key {args.public_key} may use {len(tables)} of the site's "
                f"{len(self._site.list_setup_tables())} setup tables."
            )
        return self._record(AccessProofState(**args.model_dump()), seen)

    def _record(self, state: AccessProofState, seen: Sight) -> AccessProofState:
        """Record what was seen; lists that nobody could see stay as asked for, and are said to be unknown."""
        live: dict[str, object] = {"signs_in": True, "permissions": seen.permissions, "evidence": seen.evidence}
        recorded = join_lists(state)
        if seen.lists is not None:
            live |= split_lists({function: seen.lists[function] for function in recorded})
            return state.model_copy(update=live)
        for function, items in recorded.items():
            print_once(
                f"Which {name_items(function)} the API key {state.public_key} may use is unknown: at this site neither "
                f"the key nor a console shows it. They should be these only: {', '.join(items) or 'none'}."
            )
        return state.model_copy(update=live)
