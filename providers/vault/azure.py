"""Azure Key Vault, through the official client.

A version carries tags, written together with its value, and versions are listed without their values: so drift shows
without reading. Key Vault has no conditional write, so what is there is compared right before the write; a version
that somebody adds in that moment stays in the vault's history. Rotation is a new version: a deleted name stays taken
until it is purged. https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from azure.core.credentials import TokenCredential
from azure.keyvault.secrets import KeyVaultSecret, SecretClient, SecretProperties

from providers.core.errors import Conflict, NotFound, OutcomeUnknown, PermissionDenied, RemoteError
from providers.http.clock import Clock
from providers.http.trust import get_ca_bundle
from providers.vault.address import parse_azure_url, parse_place
from providers.vault.azure_client import call_azure, connect
from providers.vault.connection import VaultSettings
from providers.vault.contract import FOREIGN_LABEL, Condition, SecretVersion, VersionLabel, make_label
from providers.vault.escrow import Escrow, parse_escrow
from providers.vault.retrying import retry_call

A = TypeVar("A")

_JSON = "application/json"
_NO_VERSION = "0" * 32
_RECOVERY_SECONDS = 60.0
_LOOK_AGAIN = 2.0


def open_vault(url: str, settings: VaultSettings) -> KeyVault:
    """Open a secret with the official chain of credentials; asks nothing of Azure yet."""
    from azure.identity import DefaultAzureCredential  # as slow to import as all the rest, and not needed by tests

    return KeyVault(url, settings, DefaultAzureCredential(connection_verify=get_ca_bundle() or True))


class KeyVault:
    """One secret."""

    def __init__(
        self,
        url: str,
        settings: VaultSettings,
        credential: TokenCredential,
        clock: Clock = Clock(),  # noqa: B008 - immutable
    ) -> None:
        self._place = parse_place(url)
        vault, self._name = parse_azure_url(url)
        self._client: SecretClient = connect(settings.endpoint or f"https://{vault}.vault.azure.net", credential)
        self._clock = clock

    def describe(self, known: str = "") -> SecretVersion | None:
        """See `Vault.describe`; the newest version counts, whatever the order of the list."""
        newest = self._find_newest()
        if newest is None:
            return self._find_deleted()
        return self._make_version(newest, known)

    def read(self) -> Escrow | None:
        """See `ReadableVault.read`; a version that somebody disabled shows nothing."""
        newest = self._find_newest()
        if newest is None or not newest.enabled:
            return None
        secret = self._ask("get", lambda: self._client.get_secret(self._name, newest.version, retry_total=0))
        return parse_escrow(secret.value)

    def check_access(self, version_seen: SecretVersion | None) -> None:
        """Change a version that never was: refused to who may not write, and else there is no such version."""
        if version_seen and version_seen.condition == "soft-deleted":
            self._recover()
        try:
            self._ask(
                "update",
                lambda: self._client.update_secret_properties(
                    self._name, _NO_VERSION, content_type=_JSON, retry_total=0
                ),
            )
        except NotFound:
            return

    def put(self, escrow: Escrow, expected: str) -> str:
        """See `Vault.put`; what is current is compared right before, for there is no conditional write."""
        newest = self._find_newest()
        if (newest.version if newest else "") != expected:
            raise Conflict(f"the vault secret {self._place} is not at the version that this run saw", status=409)
        if newest and newest.enabled and (newest.tags or {}).get("fingerprint") == escrow.fingerprint:
            return expected
        version = self._set(escrow)
        if not version.properties.version:
            raise OutcomeUnknown(f"Azure Key Vault did not say which version of {self._place} it made", sent=True)
        return version.properties.version

    def delete_version(self, version: str) -> None:
        """Delete the secret softly: the vault keeps it for its own time of recovery."""
        try:
            self._ask("delete", lambda: self._client.begin_delete_secret(self._name, retry_total=0))
        except NotFound:
            return

    def _set(self, escrow: Escrow) -> KeyVaultSecret:
        value, tags = escrow.to_text(), _make_tags(escrow)
        try:
            return self._ask(
                "set",
                # The library would send it again after a lost answer, and so make two versions.
                lambda: self._client.set_secret(self._name, value, tags=tags, content_type=_JSON, retry_total=0),
                repeatable=False,
            )
        except Conflict as error:
            raise RemoteError(
                f"the name of {self._place} is still taken by a deleted secret that we may not look at",
                next_step="allow secrets/getSecret and secrets/recover (docs/vaults/azure.md), or purge it",
                page="docs/vaults/azure.md",
                status=error.status,
            ) from None

    def _ask(self, right: str, call: Callable[[], A], *, repeatable: bool = True) -> A:
        return retry_call(lambda: call_azure(self._place, right, call), repeatable=repeatable, clock=self._clock)

    def _find_newest(self) -> SecretProperties | None:
        def versions() -> list[SecretProperties]:
            listed: Iterable[SecretProperties] = self._client.list_properties_of_secret_versions(
                self._name, retry_total=0
            )
            return list(listed)

        try:
            dated = [version for version in self._ask("list", versions) if version.version and version.created_on]
        except NotFound:
            return None
        return max(dated, key=_sort_key, default=None)

    def _make_version(self, newest: SecretProperties, known: str) -> SecretVersion:
        version = newest.version or ""
        condition: Condition = "current" if newest.enabled else "disabled"
        label = _read_label(newest)
        if label is None and version != known and condition == "current":
            label = self._read_label_by_value(version)
        return SecretVersion(version, condition, label)

    def _find_deleted(self) -> SecretVersion | None:
        """Look for a deleted one that can be recovered; None when it is gone, or when we may not know."""
        try:
            deleted = self._ask("get", lambda: self._client.get_deleted_secret(self._name, retry_total=0))
        except (NotFound, PermissionDenied):
            return None
        return SecretVersion(deleted.properties.version or "", "soft-deleted", _read_label(deleted.properties))

    def _read_label_by_value(self, version: str) -> VersionLabel | None:
        try:
            secret = self._ask("get", lambda: self._client.get_secret(self._name, version, retry_total=0))
        except (PermissionDenied, NotFound):
            return None
        return make_label(parse_escrow(secret.value)) if secret.value else FOREIGN_LABEL

    def _recover(self) -> None:
        """Recover it, which takes the service some seconds; until then the name is neither deleted nor there."""
        try:
            self._ask(
                "recover",
                lambda: self._client.begin_recover_deleted_secret(
                    self._name, retry_total=0, _polling_interval=_LOOK_AGAIN
                ),
            )
        except NotFound:
            return  # recovered by somebody meanwhile, or gone for good: the write finds out
        until = self._clock.now() + _RECOVERY_SECONDS
        while self._find_newest() is None:
            if self._clock.now() >= until:
                raise RemoteError(
                    f"the vault secret {self._place} is still being recovered", next_step="wait and run again"
                )
            self._clock.sleep(_LOOK_AGAIN)


def _sort_key(version: SecretProperties) -> tuple[object, ...]:
    """Rank a version: larger is newer, whatever the order of the list. Times are whole seconds, so more must decide.

    The one that is not ours counts: to doubt is the safer mistake. Of two of ours it is the key that was minted later,
    by the site's number; of the same key it is no matter which, so long as it is always the same one.
    """
    tags = version.tags or {}
    key = str(tags.get("keyId", ""))
    return version.created_on, "fingerprint" not in tags, int(key) if key.isdecimal() else 0, version.version


def _make_tags(escrow: Escrow) -> dict[str, str]:
    return {"managedBy": "umbrella-psa", **escrow.to_metadata()}


def _read_label(properties: SecretProperties) -> VersionLabel | None:
    tags = properties.tags or {}
    return VersionLabel.from_metadata(tags) if "fingerprint" in tags else None
