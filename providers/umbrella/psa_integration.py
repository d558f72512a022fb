"""`PsaIntegration`: the sink. One PSA integration per Umbrella console, written in place, never replaced.

Umbrella has no public API for it, so a driver reads and writes. A blank is never written, and only what holds our own
key is removed. What another integration holds, or nobody but the vault, is kept by the same rules (providers/sink.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import Field, SecretStr

from providers.core.changes import Change
from providers.core.errors import GuardViolation, NotObservable, RemoteError, WorkOrder
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.notices import print_once
from providers.core.pending_steps import ManualStepPending, describe_pending_step
from providers.core.schema import ConsoleOwned, Follows, Link, NotCompared, Observed, Replaces
from providers.core.terms import terms
from providers.umbrella.foreign_integration import refuse_foreign_integration

if TYPE_CHECKING:
    from providers.console.drivers import Destination, SinkDriver
    from providers.core.ports import KnowsKeys


KIND = "ConnectWise"

# Assumed: the vendors show keys of 16 letters and digits and document no form.
_KEY = re.compile(r"[\x21-\x7e]{8,128}")


class PsaIntegrationArgs(ConsoleOwned):
    """What may be asked of a console: that its one PSA integration holds this key pair.

    A person sees and changes it under PSA Integration Details (Cisco, document 225108); no API does. A console has one
    integration, of ConnectWise or of Autotask.
    """

    console: Annotated[str, Link, Replaces] = Field(
        description="`msp/<consoleId>` or `mssp/<consoleId>`; elsewhere the integration's name"
    )
    key_id: str = Field(description="the API key's id")
    public_key: Annotated[str, Follows("key_id")] = Field(description="the public half")
    private_key: Annotated[SecretStr, Follows("key_id")] = Field(description="the private half")
    proved: Annotated[str, Link, NotCompared] = Field(default="", description="the key id that AccessProof proved last")
    escrowed: Annotated[str, Link, NotCompared] = Field(
        default="", description="the key id that the vault was given last; without a vault, the key's"
    )
    member_id: Annotated[str, Link, NotCompared] = Field(default="", description="whose keys count as ours at create")
    owner: Annotated[str, Link, NotCompared] = Field(default="", description="whose keys count as ours at create")
    adopt: Annotated[Literal["never", "any"], NotCompared] = Field(default="never", description="umbrella:adopt")
    sink: Annotated[Literal["manual", "none"] | None, Link] = Field(
        default=None, description="where the pair goes in Umbrella's place: by a person elsewhere, or the vault alone"
    )
    product: Annotated[str | None, Link, NotCompared] = Field(
        default=None, description="what a person calls it, where that is not Umbrella"
    )
    screen: Annotated[str | None, Link, NotCompared] = Field(
        default=None, description="where a person enters the pair there, if its vendor says"
    )


class PsaIntegrationObserved(Observed):
    """What is live of it beyond the pair. People change both at the screen."""

    kind: str = Field(default=KIND, description="the product that the console integrates with")
    enabled: bool = Field(default=True, description="whether the integration is switched on")
    pending: str = Field(default="", description="what waits for a person")


class PsaIntegrationState(PsaIntegrationArgs, PsaIntegrationObserved):
    """What the console holds; the private half is what we last wrote, for no console shows it."""

    work_order: str = Field(default="", description="the work order of an open step, for `status`")
    written_key: str = Field(default="", description="the public half that we wrote last: only that is ours to remove")


class SinkKeySite(Protocol):
    """What this module needs of the site that the key is for."""

    def has_signed_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Whether this pair signs in, or did so in this run. Raises when it can't be known."""


class PsaIntegrationHandler(Handler[PsaIntegrationArgs, PsaIntegrationState]):
    """Keeps the console's integration at the current key, by a driver.

    Nobody's integration is written over or removed unless `adopt` says so; what we wrote last is in `written_key`.
    """

    args = PsaIntegrationArgs
    observed = PsaIntegrationObserved
    state = PsaIntegrationState

    def __init__(
        self, driver: SinkDriver, key_registry: KnowsKeys, site: SinkKeySite, guards: Guards | None = None
    ) -> None:
        self._site = site
        self._guards = guards or Guards()
        self._driver = driver
        self._key_registry = key_registry

    def predict_id(self, args: PsaIntegrationArgs) -> str:
        """Name the console: it has one integration."""
        return args.console

    def create(self, args: PsaIntegrationArgs) -> tuple[str, PsaIntegrationState]:
        """Enter the pair, or record the step for a person (`ManualStepPending`)."""
        try:
            return args.console, self._take_over(args)
        except WorkOrder as order:
            waiting = {**args.model_dump(), "public_key": "", "pending": order.title, "work_order": str(order)}
            raise ManualStepPending(args.console, PsaIntegrationState(**waiting), order) from None

    def read(self, object_id: str, state: PsaIntegrationState) -> PsaIntegrationState | None:
        """Look at the console; where no driver can look, the record is returned and that is said once."""
        try:
            integration = self._driver.get_integration()
        except NotObservable as error:
            print_once(str(error))
            return state
        if integration.kind is None and not integration.enabled and not integration.publicKey:
            return None
        live = {
            "kind": integration.kind or "",
            "enabled": integration.enabled,
            # Without its private half the console holds no working pair, whatever the public half says.
            "public_key": (integration.publicKey or "") if integration.privateKeySet else "",
        }
        return state.model_copy(update=live)

    def update(self, object_id: str, state: PsaIntegrationState, args: PsaIntegrationArgs) -> PsaIntegrationState:
        """Write over what this run's read saw; an open step of a person's is begun anew."""
        if not state.written_key:
            return self._take_over(args)  # an open step of a person's: nothing there is ours yet, whoever looks now
        # What stands there without a private half is no pair, and its public half is not in the state.
        return self._write(args, state.public_key or None, replace_kind=state.kind != KIND)

    def delete(self, object_id: str, state: PsaIntegrationState) -> None:
        """Clear the console if it holds a key of ours; anything else there stays."""
        try:
            integration = self._driver.get_integration()
        except NotObservable:
            self._driver.clear(get_destination(state))
            return
        held = integration.publicKey if integration.kind == "ConnectWise" else None
        # By the tag too: the reply to our last write may have been lost before it was recorded.
        if held and (held == state.written_key or self._key_registry.is_ours(state.member_id, state.owner, held)):
            self._driver.clear(get_destination(state))

    def describe_change(self, change: Change, state: PsaIntegrationState, changed_fields: Collection[str]) -> list[str]:
        """Tell what the console holds in place of the key."""
        console = _name_sink(state)
        if change.field == "pending":
            return [describe_pending_step(state.pending)] if state.pending else []
        if change.field == "sink":
            return [f"The pair's sink is {change.live}, should be {change.wanted}."]
        if change.field == "enabled":
            return [f"{console} has its PSA integration disabled; it should be enabled."]
        if change.field == "kind":
            return [f"{console} has a PSA integration of kind {change.live or 'none'}; it should be ConnectWise."]
        if change.field == "public_key" and state.key_id and not (state.pending and not change.live):
            # Without its private half `read` counts the pair as none, though the console still shows the public half.
            content = f"the public key {change.live}" if change.live else "no whole key pair (a half is missing)"
            return [f"{console} holds {content}; it should hold {change.wanted}."]
        return []

    def describe_missing(self, state: PsaIntegrationState) -> str:
        """Say that the console has no integration any more."""
        again = f"`{terms().apply}` sets it up again"
        return f"{_name_sink(state)} has no PSA integration any more; {again}."

    def _take_over(self, args: PsaIntegrationArgs) -> PsaIntegrationState:
        try:
            integration = self._driver.get_integration()
        except NotObservable:
            return self._write(args, None, replace_kind=False)  # whether it is somebody's, only a person can see
        # Told to replace it, the engine asks for a creation, but what a state of ours holds is drift and no stranger's.
        if args.adopt == "never" and not self._key_registry.has_written(args.console):
            self._key_registry.record_key(args.public_key, args.member_id)
            refuse_foreign_integration(
                args.console, integration, partial(self._key_registry.is_ours, args.member_id, args.owner)
            )
        return self._write(args, integration.publicKey or "", replace_kind=integration.kind not in (None, KIND))

    def _write(self, args: PsaIntegrationArgs, over: str | None, *, replace_kind: bool) -> PsaIntegrationState:
        """Write the pair on top of `over`: the public key that this run saw in the console, None where it is not known.

        Another machine's run may have written since, and revoked our key as left over.
        """
        self._refuse_malformed(args)
        self._refuse_untried(args)
        if replace_kind:
            # Only one integration at a time: the other kind has to go first (Cisco's article 231356068).
            self._driver.clear()
            over = ""
        kept = self._driver.write(args.public_key, args.private_key, over, get_destination(args))
        if (kept.kind, kept.enabled, kept.publicKey, kept.privateKeySet) != (KIND, True, args.public_key, True):
            raise RemoteError("the Umbrella console did not keep the key pair that was entered", next_step="run again")
        return PsaIntegrationState(**args.model_dump(), written_key=args.public_key)

    def _refuse_untried(self, args: PsaIntegrationArgs) -> None:
        """Refuse what a run of some targets only may bring: it passes over proof and vault, and trusts an old state."""
        if args.proved != args.key_id:
            because = "was not proved to work"
        elif args.escrowed != args.key_id:
            because = "is not in the vault yet"
        elif not self._site.has_signed_in(args.public_key, args.private_key):
            because = "does not sign in"
        else:
            return
        raise GuardViolation(
            f"the key {args.public_key} {because}, so it is not written into {args.product or 'Umbrella'}, which keeps "
            "what it has",
            next_step=f"run `{terms().apply}` on the whole stack, without --target and --exclude",
        )

    def _refuse_malformed(self, args: PsaIntegrationArgs) -> None:
        halves = {"public": args.public_key, "private": args.private_key.get_secret_value()}
        if not all(half.strip() for half in halves.values()):
            # No word lifts this: a blank would wipe what works.
            raise GuardViolation(
                "a blank key is never written into Umbrella", next_step=f"run `{terms().apply}` on the whole stack"
            )
        malformed = [name for name, half in halves.items() if not _KEY.fullmatch(half)]
        if malformed or halves["public"] == halves["private"]:
            flaw = f"the {' and the '.join(malformed)} half" if malformed else "the pair, whose halves are the same,"
            self._guards.refuse(
                "key-shape",
                f"{flaw} of the key {args.key_id} does not look like a ConnectWise key (8 to 128 letters, digits and "
                "signs, without spaces), so it is not written into Umbrella",
                "check what the console gateway answers",
            )


def _name_sink(state: PsaIntegrationArgs) -> str:
    """Begin a sentence with what holds the pair."""
    return state.product or (state.console if state.sink else f"The Umbrella console {state.console}")


def get_destination(args: PsaIntegrationArgs) -> Destination | None:
    """Give what a person is told of a sink that is not Umbrella's."""
    from providers.console.drivers import Destination  # the program has no use for it

    return Destination(args.product or args.console, args.screen or "") if args.sink else None
