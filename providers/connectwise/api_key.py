"""`ApiKey`: the pair whose private half is shown once.

Made by a driver and never changed, only replaced; the engine makes the new one before the old one goes, and nothing
here revokes a key that the sink still holds. The private half lives in the state's encryption and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, SecretStr

from providers.connectwise.dependents import refuse_own_key
from providers.connectwise.key_lookup import KeyLookup, KeySite
from providers.core.changes import Change
from providers.core.errors import GuardViolation, NotFound, NotObservable, ProviderError, WorkOrder
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.notices import print_once
from providers.core.pending_steps import ManualStepPending, describe_pending_step
from providers.core.schema import Computed, ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.tags import make_tag, parse_tag
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.console.drivers import KeyDriver
    from providers.core.ports import ChecksMint, KeyUsage, KnowsKeys


class ApiKeyArgs(ConnectWiseOwned):
    """A key pair of an API member. Made and revoked on the screens alone, by us or by anybody with their rights.

    No public API has an operation on keys. Source: Cisco's page "Configure API keys in ConnectWise for PSA
    Integration" (225008).
    """

    member_id: Annotated[str, Replaces] = Field(description="the API member's id")
    owner: Annotated[str, Link, Replaces] = Field(description="whose key this is, see core/tags.py")
    description: Annotated[str, Replaces] = Field(min_length=1, max_length=60, description="the tag is appended")
    rotate: Annotated[str, Replaces] = Field(default="", description="any text; another one means another key")
    minted_on: Annotated[str, Replaces, Computed] = Field(
        default="", description="kept by `check`; moves on when the key is due"
    )
    max_age_days: Annotated[int | None, NotCompared] = Field(
        default=None, ge=1, description="from this age on it is due"
    )
    supplied_public_key: str = Field(
        default="", description="the public half of the pair that a person handed in, kept by `check`"
    )


class ApiKeyObserved(Observed):
    """What a person may switch on the screen, and what a run that needs a person has not got yet."""

    active: bool = Field(default=True, description="whether the key works")
    pending: str = Field(default="", description="what waits for a person")


class ApiKeyState(ApiKeyArgs, ApiKeyObserved):
    """The pair, and under which name the site holds it. Only a new key has other values here."""

    public_key: str = Field(default="", description="the public half; empty while a person makes the key")
    private_key: SecretStr = Field(
        default=SecretStr(""), description="the private half, shown once and kept in the state's encryption"
    )
    full_description: str = Field(description="the description as the site holds it, with the tag")
    work_order: str = Field(default="", description="the work order of an open step, for `status`")
    replaced_public_key: str = Field(
        default="", description="the public half of the key whose place it takes: no new key"
    )
    escrow: str = Field(default="", description="the vault's place that it was minted for, while vault:url names that")


class ApiKeyHandler(Handler[ApiKeyArgs, ApiKeyState]):
    """Mints by the driver and never revokes what the sink holds (docs/resources/api-key.md)."""

    args = ApiKeyArgs
    observed = ApiKeyObserved
    state = ApiKeyState

    def __init__(
        self,
        driver: KeyDriver,
        preconditions: ChecksMint,
        key_usage: KeyUsage,
        key_registry: KnowsKeys,
        site: KeySite,
        guards: Guards | None = None,
    ) -> None:
        self._guards = guards or Guards()
        self._driver = driver
        self._preconditions = preconditions
        self._key_usage = key_usage
        self._key_registry = key_registry
        self._lookup = KeyLookup(driver, site)
        self._other_pairs: dict[str, str] = {}

    def check(self, old: ApiKeyArgs | None, new: ApiKeyArgs, unknown: frozenset[str], today: date) -> ApiKeyArgs:
        """Keep the day of minting as an input: preview and up agree on a key's age, and show it as the reason."""
        minted_on = old.minted_on if old else ""
        limit = new.max_age_days
        due = bool(minted_on and limit is not None and (today - date.fromisoformat(minted_on)).days >= limit)
        same = old is not None and all(
            name in unknown or getattr(old, name) == getattr(new, name)
            for name in ("member_id", "owner", "description", "rotate")
        )
        stays = bool(minted_on and same and not due)
        # Once taken up, a pair may leave the configuration.
        supplied = new.supplied_public_key or (old.supplied_public_key if old and stays else "")
        return new.model_copy(
            update={"minted_on": minted_on if stays else today.isoformat(), "supplied_public_key": supplied}
        )

    def create(self, args: ApiKeyArgs) -> tuple[str, ApiKeyState]:
        """Mint a key. Nothing is revoked, and what could be refused later is refused before."""
        tag = make_tag(args.owner, args.rotate, args.minted_on)
        full_description = f"{args.description} {tag}"
        replaced = self._preconditions.get_key_on_record()
        try:
            return self._mint(args, full_description, replaced)
        except WorkOrder as order:
            waiting = {**args.model_dump(), "supplied_public_key": "", "pending": order.title, "work_order": str(order)}
            raise ManualStepPending(
                tag.name, ApiKeyState(**waiting, full_description=full_description, replaced_public_key=replaced), order
            ) from None

    def _mint(self, args: ApiKeyArgs, full_description: str, replaced_public_key: str) -> tuple[str, ApiKeyState]:
        self._preconditions.refuse_unless_ready(args.member_id, args.owner, args.tenant)
        minted = self._driver.mint(int(args.member_id), full_description, replaced_public_key)
        tag = parse_tag(minted.description)
        if tag is None or tag.owner != args.owner:
            # Without its tag nobody would ever find the key again.
            self._driver.revoke(int(args.member_id), minted.id)
            problem, step = "the console cut the key's description and so its tag", "choose a shorter keyDescription"
            raise ProviderError(problem, next_step=step, setting="keyDescription")
        self._key_registry.record_key(minted.publicKey, args.member_id)
        return minted.id, ApiKeyState(
            **args.model_dump(),
            public_key=minted.publicKey,
            private_key=minted.privateKey,
            full_description=full_description,
            escrow=self._preconditions.get_escrow_place(),
        )

    def read(self, object_id: str, state: ApiKeyState) -> ApiKeyState | None:
        """Look for the key: gone when a well-formed list lacks it, or when the site made another pair of it."""
        if state.pending:
            return state  # nothing to look at yet
        if state.escrow != self._preconditions.get_escrow_place():
            # The vault was moved or given up: what is in that place later on is anybody's.
            state = state.model_copy(update={"escrow": ""})
        try:
            key = self._lookup.find(object_id, state)
        except NotFound:
            self._lookup.refuse_hidden(state)
            return state  # the member itself is gone, and ApiMember says so
        except NotObservable as error:
            print_once(str(error))
            return state
        if key is None or key.publicKey != state.public_key:
            self._other_pairs[state.public_key] = key.publicKey if key else ""
            return None
        return state.model_copy(update={"active": not key.inactive})

    def update(self, object_id: str, state: ApiKeyState, args: ApiKeyArgs) -> ApiKeyState:
        """Take up what a person handed in, or make the key active again. Another key is never made here."""
        if state.pending:
            return self._mint(args, state.full_description, state.replaced_public_key)[1]
        if args.supplied_public_key != state.supplied_public_key:
            raise GuardViolation(
                f"connectwise:manualPublicKey names {args.supplied_public_key}, but {state.public_key} is the key in "
                "use",
                next_step="change `rotate` to put the new one in its place, or remove the pair with "
                f"`{terms().remove_setting}`",
                setting="connectwise:manualPublicKey",
            )
        self._driver.set_inactive(int(state.member_id), object_id, inactive=False)
        return ApiKeyState(**{**state.model_dump(), **args.model_dump(), **ApiKeyObserved().model_dump()})

    def delete(self, object_id: str, state: ApiKeyState) -> None:
        """Revoke the key, but never one that the sink holds, whatever flags the engine was given."""
        if state.pending:
            return  # nobody handed it in, so nothing is known of it that could be deleted
        try:
            key = self._lookup.find(object_id, state)
        except NotFound:
            self._lookup.refuse_hidden(state)
            key = None
        else:
            if key is None:
                return
        # The site may have made another pair of it meanwhile; neither is revoked while the sink holds it.
        for public_key in {state.public_key, key.publicKey if key else state.public_key}:
            if self._key_usage.holds(public_key):
                holder = self._key_usage.sink_name
                raise GuardViolation(
                    f"the key {public_key} is the one that {holder} holds, so it is not revoked: that would cut "
                    f"{holder} off.",
                    next_step=f"Run `{terms().apply}` or `{terms().destroy}` on the whole stack",
                )
            refuse_own_key(self._guards, self._key_usage, public_key)
        with suppress(NotFound):
            self._driver.revoke(int(state.member_id), key.id if key else object_id, state.public_key)

    def describe_change(self, change: Change, state: ApiKeyState, changed_fields: Collection[str]) -> list[str]:
        """Say why the key is replaced, and what somebody switched off."""
        key = f"The API key {state.public_key}"
        if state.pending:
            return [describe_pending_step(state.pending)] if change.field == "pending" else []
        if change.field == "supplied_public_key":
            return [f"{key} is in use, but connectwise:manualPublicKey names {change.wanted}; change rotate as well."]
        if change.field == "active":
            return [f"{key} was made inactive, so {self._key_usage.sink_name} can't sign in; it should be active."]
        because = {
            "owner": ("the stack was renamed" if "tenant" in changed_fields else "its owner is another")
            + ", and the key's tag says whose it is",
            "member_id": "it is another API member's",
            "description": "keyDescription changed",
            "rotate": f"rotate changed from {change.live!r} to {change.wanted!r}",
        }
        if change.field in because:
            return [f"{key} will be replaced by a new one because {because[change.field]}."]
        if change.field == "minted_on" and not {"rotate", "member_id", "owner", "description"} & set(changed_fields):
            age = (date.fromisoformat(change.wanted) - date.fromisoformat(change.live)).days
            return [f"{key} will be replaced by a new one: it is {age} days old (maxAgeDays)."]
        return []

    def describe_missing(self, state: ApiKeyState) -> str:
        """Say that the pair is gone, by what `read` saw in its place, and that a new one will be made."""
        other = self._other_pairs.get(state.public_key)
        what = (
            f"has another pair at the site now ({other}), and this one is dead" if other else "was deleted at the site"
        )
        return f"The API key {state.public_key} {what}; `{terms().apply}` makes a new one."
