"""`KeyRetirement`: the last resource. Once the sink has the current key, every other key of ours goes.

What a rotation, a crash, a restored state or a second machine left carries our owner's tag; keys without it are
never touched.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, SecretStr

from providers.connectwise.dependents import KnowsMembers, refuse_hidden_member, refuse_own_key
from providers.connectwise.matching import list_observable_keys
from providers.core.changes import Change
from providers.core.errors import GuardViolation, NotFound, NotObservable
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.schema import ConnectWiseOwned, Link, NotCompared, Observed
from providers.core.tags import belongs_to
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.console.contract import Key
    from providers.console.drivers import KeyDriver
    from providers.core.ports import KeyUsage


class KeyRetirementArgs(ConnectWiseOwned):
    """Which key is the current one: every other with our owner's tag is to go. Nobody changes it by hand.

    Keys have no public API (Cisco's page 225008), so a driver lists and deletes them (docs/gateway-contract.md).
    """

    member_id: str = Field(description="the API member's id")
    key_id: str = Field(description="the current key's id")
    public_key: Annotated[str, NotCompared] = Field(default="", description="its public half")
    private_key: Annotated[SecretStr, NotCompared] = Field(
        default=SecretStr(""), description="its private half: once replaced, what it is shown to be dead by"
    )
    owner: Annotated[str, Link] = Field(description="whose keys are meant, see core/tags.py")
    member: Annotated[str, Link, NotCompared] = Field(default="", description="the member, for sentences only")


class KeyRetirementObserved(Observed):
    """What a crash, a restored state or a second machine left; wanted is nothing."""

    leftovers: list[str] = Field(default_factory=list, description="public halves of other keys of ours")


class KeyRetirementState(KeyRetirementArgs, KeyRetirementObserved):
    """The left-over keys that are there now."""


class KeyRetirementHandler(Handler[KeyRetirementArgs, KeyRetirementState]):
    """Deletes left-over keys of ours, never the one that the sink holds (docs/resources/key-retirement.md)."""

    args = KeyRetirementArgs
    observed = KeyRetirementObserved
    state = KeyRetirementState

    def __init__(
        self, driver: KeyDriver, key_usage: KeyUsage, site: KnowsMembers, guards: Guards | None = None
    ) -> None:
        self._site = site
        self._guards = guards or Guards()
        self._driver = driver
        self._key_usage = key_usage

    def predict_id(self, args: KeyRetirementArgs) -> str:
        """Give the owner: one retirement each."""
        return args.owner

    def create(self, args: KeyRetirementArgs) -> tuple[str, KeyRetirementState]:
        """Retire what an earlier life of the stack left."""
        self._finish_rotation(args, replaced="")
        return args.owner, KeyRetirementState(**args.model_dump())

    def read(self, object_id: str, state: KeyRetirementState) -> KeyRetirementState | None:
        """List what is left over now."""
        return state.model_copy(update={"leftovers": [key.publicKey for key in self._list_leftovers(state)]})

    def update(self, object_id: str, state: KeyRetirementState, args: KeyRetirementArgs) -> KeyRetirementState:
        """Retire the key that was replaced, and whatever else is left over."""
        if (state.member_id, state.owner) != (args.member_id, args.owner):
            old = state.model_copy(update={"key_id": args.key_id, "public_key": args.public_key})
            self._retire(old, replaced=state.key_id)
        self._finish_rotation(args, replaced=state.key_id)
        if state.key_id != args.key_id and state.public_key:
            self._retire_unlisted(state)
        return KeyRetirementState(**args.model_dump())

    def delete(self, object_id: str, state: KeyRetirementState) -> None:
        """Retire left-overs on destroy; the current key is `ApiKey`'s to revoke."""
        self._retire(state, replaced="")

    def describe_change(self, change: Change, state: KeyRetirementState, changed_fields: Collection[str]) -> list[str]:
        """Name each key that is left over."""
        if change.field != "leftovers":
            return []
        return [sentence for key in change.live if (sentence := self._describe_leftover(key))]

    def _describe_leftover(self, key: str) -> str:
        """Say what is to become of it; nothing of the key that the sink holds: nobody is sent to revoke that."""
        sink = self._key_usage.sink_name
        try:
            if self._key_usage.holds(key):
                return ""
            end = "it should be revoked."
        except NotObservable:
            end = f"whether {sink} holds it can't be seen."
        # With --run-program the refresh comes after the cut-over and finds the new key beside the recorded one.
        if self._key_usage.is_current(key):
            return f"The API key {key} is the one that comes next; {sink} is still to be given it."
        return f"The API key {key} of ours is left over and still works; {end}"

    def _list_leftovers(self, args: KeyRetirementArgs) -> list[Key]:
        try:
            keys = list_observable_keys(self._driver, int(args.member_id)) or []
        except NotFound:
            refuse_hidden_member(self._site, args.member_id)
            return []  # the member went, and its keys with it
        return [key for key in keys if not _is_current(key, args) and belongs_to(key.description, args.owner)]

    def _finish_rotation(self, args: KeyRetirementArgs, replaced: str) -> None:
        """Another machine's run of the same stack may have retired our key meanwhile; then we don't retire its key."""
        keys = self._driver.list_keys(int(args.member_id)) if self._list_leftovers(args) else []
        if keys and not any(_is_current(key, args) for key in keys):
            raise GuardViolation(
                "the current key was revoked during this run, by another run of the same stack or by a person, so no "
                "other key is revoked",
                next_step=f"let one run end before the next, then run `{terms().apply}` again",
            )
        self._retire(args, replaced)

    def _retire(self, args: KeyRetirementArgs, replaced: str) -> None:
        """Revoke the left-overs. `replaced`: the key that this run replaced; any other may be in use by another run."""
        for key in self._list_leftovers(args):
            self._revoke(args.member_id, key, refresh=key.id != replaced)

    def _retire_unlisted(self, replaced: KeyRetirementState) -> None:
        """Revoke the key that was the current one, where no driver can list: it is known by its pair, and dead when
        refused."""
        member_id = int(replaced.member_id)
        try:
            key = self._driver.find_key(member_id, replaced.key_id, replaced.public_key, replaced.private_key)
        except NotFound:
            refuse_hidden_member(self._site, replaced.member_id)
            return
        except NotObservable:
            return
        if key is not None:
            self._revoke(replaced.member_id, key)

    def _revoke(self, member_id: str, key: Key, *, refresh: bool = False) -> None:
        if self._key_usage.holds(key.publicKey, refresh=refresh):
            raise GuardViolation(
                f"the key {key.publicKey} is left over, but {self._key_usage.sink_name} holds it, so it is not revoked",
                next_step=f"run `{terms().apply}` on the whole stack first",
                page="docs/runbooks/failed-rotation.md",
            )
        refuse_own_key(self._guards, self._key_usage, key.publicKey)
        self._driver.revoke(int(member_id), key.id, key.publicKey)


def _is_current(key: Key, args: KeyRetirementArgs) -> bool:
    """By its public half, too: a key that a person handed in is recorded without the console's number for it."""
    return key.id == args.key_id or (bool(args.public_key) and key.publicKey == args.public_key)
