"""`VaultSecret`: the key pair in the tenant's vault, kept there before anyone depends on the key.

A new key is a new version on top of the old one, which stays in the vault's own history. What somebody else did there
is drift, told apart in words; a look that failed is an error and never a deletion.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from providers.core.changes import Change
from providers.core.errors import GuardViolation, PermissionDenied, SettingError, Unauthenticated
from providers.core.handler import Handler
from providers.core.notices import print_once
from providers.core.schema import Computed, ConnectWiseOwned, Follows, Link, NotCompared, Observed, Replaces
from providers.core.terms import terms
from providers.http.text import clean_text
from providers.vault.address import parse_place
from providers.vault.contract import SecretVersion
from providers.vault.escrow import Escrow, get_generation
from providers.vault.kinds import describe_environment
from providers.vault.put_once import matches, put_once
from providers.vault.vaults import Vaults, refuse_foreign_secret


class VaultSecretArgs(ConnectWiseOwned):
    """The key pair in a place of a vault. Whoever has a right there may change it too: that is drift (docs/vaults)."""

    url: str = Field(description="vault:url; another way of writing to the same place is no replacement")
    place: Annotated[str, Replaces, Computed] = Field(default="", description="the URL without recipients")
    key_id: str = Field(description="the API key's id")
    public_key: Annotated[str, Follows("key_id")] = Field(description="the public half")
    private_key: Annotated[SecretStr, Follows("key_id")] = Field(description="the private half")
    minted_on: Annotated[str, Follows("key_id")] = Field(description="the day on which the key was minted")
    rotate: Annotated[str, NotCompared] = Field(default="", description="with the day it makes the generation")
    company_id: Annotated[str, Link] = Field(description="kept beside the pair: the company id used to sign in")
    site: Annotated[str, Link] = Field(description="kept beside the pair: the ConnectWise site")
    on_destroy: Literal["keep", "delete"] = Field(default="keep", description="vault:onDestroy")


class VaultSecretObserved(Observed):
    """What is live in the vault, beyond its content."""

    vault_status: str = Field(default="held", description="what is so in the vault: held, or what happened there")


class VaultSecretState(VaultSecretArgs, VaultSecretObserved):
    """What we wrote last, and what was current at the last look."""

    version: str = Field(description="the vault's name for the version that we wrote")
    generation: str = Field(description="as in the key's tag")
    fingerprint: str = Field(description="of all that is kept; says nothing of the private key")
    current_version: str = Field(description="the current version at the last look: what the next write goes on top of")
    current_fingerprint: str = Field(default="", description="of that version, where it could be found out")
    can_read_metadata: bool = Field(default=False, description="whether the vault has let us look")


_DESCRIPTIONS = {
    "changed": "holds another value in version {found}, which this stack did not write (its own is {version}); "
    "`{apply}` puts the key back as a new version.",
    "added to": "has a version {found} that this stack did not write; it holds the same key, and `{apply}` takes "
    "it up.",
    "added to, unread": "has a version {found} that this stack did not write (its own is {version}); whether its value "
    "differs can't be known without the right to read it, and `{apply}` puts the key there as a new version.",
    "soft-deleted": "was deleted, but can still be recovered; `{apply}` puts the key back.",
    "destroyed": "has its version {found} destroyed for good; `{apply}` puts the key there as a new version.",
    "disabled": "has its version {found} disabled; `{apply}` puts the key there as a new version.",
}


class VaultSecretHandler(Handler[VaultSecretArgs, VaultSecretState]):
    """Keeps the pair in the vault, always on top of the version that this run saw."""

    args = VaultSecretArgs
    observed = VaultSecretObserved
    state = VaultSecretState

    def __init__(self, vaults: Vaults, *, take_over: bool = False) -> None:
        """`take_over`: `allow` names vault, so a secret that is not ours may get our key on top."""
        self._vaults = vaults
        self._take_over = take_over

    def check(
        self, old: VaultSecretArgs | None, new: VaultSecretArgs, unknown: frozenset[str], today: date
    ) -> VaultSecretArgs:
        """Work out the place: another way to write the same URL is no replacement."""
        return new if "url" in unknown else new.model_copy(update={"place": parse_place(new.url)})

    def outlives(self, state: VaultSecretState) -> bool:
        """Tell whether the secret stays when its row goes (vault:onDestroy)."""
        return state.on_destroy == "keep" or self._vaults.keeps_on_destroy

    def predict_id(self, args: VaultSecretArgs) -> str:
        """Name the place."""
        return args.place

    def create(self, args: VaultSecretArgs) -> tuple[str, VaultSecretState]:
        """Put the pair, or take up what an interrupted run of ours has put there; anything else is somebody's."""
        vault, escrow = self._vaults.open(args.url), make_escrow(args)
        version_seen = vault.describe()
        if version_seen and version_seen.version is not None:
            if matches(version_seen, escrow):
                return args.place, _make_state(args, escrow, version_seen.version, can_read_metadata=True)
            if not self._take_over:
                refuse_foreign_secret(version_seen, args.place, args.tenant, args.company_id)
        can_read_metadata = version_seen is None or version_seen.version is not None
        return args.place, self._put(
            args, escrow, version_seen or SecretVersion(""), can_read_metadata=can_read_metadata
        )

    def read(self, object_id: str, state: VaultSecretState) -> VaultSecretState | None:
        """Look at the version; a vault that let us look and does not any more raises `PermissionDenied`."""
        if not self._vaults.is_wanted(state.url):
            print_once(f"The vault secret {state.place} was not looked at: vault:url does not name it any more.")
            return state
        version_seen = self._vaults.get_version(state.url, state.version, ours=True)
        if version_seen is None:
            return None
        if version_seen.version is None:
            if state.can_read_metadata and not self._take_over:
                raise PermissionDenied(
                    f"the vault let us look at {state.place} and does not any more, so whether its value is still "
                    "the key can't be known",
                    next_step="allow reading the secret's metadata again, or, where that is meant, run once with "
                    "UMBRELLA_PSA_ALLOW='[\"vault\"]' to go on without",
                    setting="allow",
                    page="docs/guards.md",
                    status=403,
                )
            print_once(
                f"The vault lets us write {state.place} but not look at it, so whether its value is still the key "
                "can't be known; allow reading the secret's metadata to see drift."
            )
            return state.model_copy(update={"can_read_metadata": False})
        return state.model_copy(
            update={
                "can_read_metadata": True,
                "vault_status": _get_vault_status(version_seen, state),
                "current_version": version_seen.version,
                "current_fingerprint": version_seen.label.fingerprint if version_seen.label else "",
            }
        )

    def update(self, object_id: str, state: VaultSecretState, args: VaultSecretArgs) -> VaultSecretState:
        """Put the pair on top of the version that this run's read saw."""
        escrow = make_escrow(args)
        is_current = state.vault_status in ("held", "added to", "changed", "added to, unread")
        if is_current and args.url == state.url:
            if state.current_fingerprint == escrow.fingerprint:
                return _make_state(args, escrow, state.current_version, can_read_metadata=state.can_read_metadata)
            if state.vault_status == "held" and state.fingerprint == escrow.fingerprint:
                return _make_state(args, escrow, state.version, can_read_metadata=state.can_read_metadata)
        deleted = state.vault_status == "soft-deleted"
        on = SecretVersion(state.current_version, "soft-deleted" if deleted else "current")
        return self._put(args, escrow, on, can_read_metadata=state.can_read_metadata)

    def delete(self, object_id: str, state: VaultSecretState) -> None:
        """Follow vault:onDestroy, and touch nothing but what this stack wrote last."""
        try:
            vault = self._vaults.open(state.url)
            version_seen = vault.describe(state.version)
        except (SettingError, Unauthenticated):
            if self._vaults.settings_apply_to(state.url):
                raise
            raise GuardViolation(
                f"the vault secret {state.place} is to be deleted (vault:onDestroy), but the settings are those of "
                "another kind of vault",
                next_step=f"set {describe_environment(state.url)} in the environment of this one run, or leave it "
                f"there with `{terms().set_setting} vault:onDestroy keep`",
                setting="vault:onDestroy",
            ) from None
        if version_seen and version_seen.version in (None, state.version) and version_seen.condition == "current":
            self._vaults.before_write()
            vault.delete_version(state.version)

    def describe_change(self, change: Change, state: VaultSecretState, changed_fields: Collection[str]) -> list[str]:
        """Tell what happened in the vault, and what `up` does about it."""
        if change.field != "vault_status":
            return []
        return [
            f"The vault secret {state.place} "
            + _DESCRIPTIONS[change.live].format(
                found=_shorten(state.current_version), version=_shorten(state.version), apply=terms().apply
            )
        ]

    def describe_missing(self, state: VaultSecretState) -> str:
        """Say that the secret was deleted."""
        return f"The vault secret {state.place} was deleted; `{terms().apply}` puts the key there again."

    def _put(
        self, args: VaultSecretArgs, escrow: Escrow, on: SecretVersion, *, can_read_metadata: bool
    ) -> VaultSecretState:
        self._vaults.before_write()
        self._vaults.invalidate(args.url)
        vault = self._vaults.open(args.url)
        if on.condition == "soft-deleted":
            vault.check_access(on)  # recovers it where the vault must do that first
        return _make_state(
            args, escrow, put_once(vault, escrow, on.version or "", args.place), can_read_metadata=can_read_metadata
        )


def make_escrow(args: VaultSecretArgs) -> Escrow:
    """Make what is kept from what was asked for."""
    return Escrow(
        company_id=args.company_id,
        site=args.site,
        public_key=args.public_key,
        private_key=args.private_key,
        key_id=args.key_id,
        generation=get_generation(args.rotate, args.minted_on),
        created_at=args.minted_on,
        tenant=args.tenant,
    )


def _make_state(args: VaultSecretArgs, escrow: Escrow, version: str, *, can_read_metadata: bool) -> VaultSecretState:
    """Held, in that version."""
    return VaultSecretState(
        **{**args.model_dump(), "vault_status": "held"},
        version=version,
        generation=escrow.generation,
        fingerprint=escrow.fingerprint,
        current_version=version,
        current_fingerprint=escrow.fingerprint,
        can_read_metadata=can_read_metadata,
    )


def _get_vault_status(version_seen: SecretVersion, state: VaultSecretState) -> str:
    if version_seen.condition != "current":
        return version_seen.condition
    if version_seen.version == state.version:
        return "held"
    if version_seen.label is None:
        return "added to, unread"
    return "added to" if version_seen.label.fingerprint == state.fingerprint else "changed"


def _shorten(version: str) -> str:
    """As much of a version's name as people need to find it."""
    number = clean_text(version.partition("@")[0])
    return number if len(number) <= 16 else f"{number[:16]}…"
