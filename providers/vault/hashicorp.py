"""HashiCorp Vault and OpenBao, KV version 2, through hvac.

Check-and-set is the server's own. A policy may allow less than everything: without the right to look at metadata the
key is still kept, and drift of it can't be known; without the right to write metadata it carries no label.
https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests

from providers.core.errors import Conflict, PermissionDenied, ProviderError, RemoteError
from providers.http.clock import Clock, Deadlines
from providers.http.text import clean_text
from providers.vault.address import parse_place, parse_vault_url
from providers.vault.connection import VaultSettings
from providers.vault.contract import NOT_ASKED, Condition, SecretVersion, VersionLabel, make_label
from providers.vault.escrow import Escrow, parse_escrow
from providers.vault.hashicorp_client import HashicorpClient
from providers.vault.hashicorp_errors import explain_new_namespace, get_error_text, make_error, parse_body
from providers.vault.retrying import DEADLINES

_WRITES = ("root", "create", "update")


def open_vault(url: str, settings: VaultSettings) -> HashicorpVault:
    """Open a secret; asks nothing of the server yet."""
    return HashicorpVault(url, settings)


class HashicorpVault:
    """One secret. A version is named `<number>@<when it was made>`: numbers start again after a deletion."""

    def __init__(
        self,
        url: str,
        settings: VaultSettings,
        clock: Clock = Clock(),  # noqa: B008 - immutable
        deadlines: Deadlines = DEADLINES,
    ) -> None:
        self._place = parse_place(url)
        self._mount, self._path = parse_vault_url(url)
        self._server = HashicorpClient(settings, clock, deadlines)
        self._granted: dict[str, list[str]] = {}

    def describe(self, known: str = "") -> SecretVersion | None:
        """See `Vault.describe`; a policy that lets us write and not look is answered with the version None."""
        answer = self._kv("look at", lambda kv: kv.read_secret_metadata(self._path, mount_point=self._mount))
        if _says_absent(answer):
            return None
        if answer.status_code == 403:
            return self._describe_unreadable()
        about = self._parse_data(answer, "look at")
        number = int(about.get("current_version") or 0)
        if number == 0:
            return None
        newest = (about.get("versions") or {}).get(str(number)) or {}
        version = f"{number}@{newest.get('created_time', '')}"
        condition = _get_condition(newest)
        noted = about.get("custom_metadata") or {}
        if noted.get("version") == str(number):
            return SecretVersion(version, condition, VersionLabel.from_metadata(noted))
        if version == known or condition != "current":
            return SecretVersion(version, condition)
        return SecretVersion(version, condition, self._read_label_by_value(number))

    def read(self) -> Escrow | None:
        """See `ReadableVault.read`."""
        answer = self._kv(
            "read",
            lambda kv: kv.read_secret_version(self._path, mount_point=self._mount, raise_on_deleted_version=True),
        )
        if answer.status_code == 404 and parse_body(answer) is not None:
            return None  # nothing there yet, or its newest version is deleted
        if answer.status_code == 403:
            raise PermissionDenied(
                f"the vault's policy does not let us read {self._place}: it must grant read on {self._data_path}, for "
                "the private key is kept nowhere else",
                page="docs/vaults/hashicorp.md",
                status=403,
            )
        return parse_escrow(self._parse_data(answer, "read").get("data"))

    def check_access(self, version_seen: SecretVersion | None) -> None:
        """Ask which rights our token has on the path; for a first key also whether the mount is what we need."""
        if version_seen is None or (version_seen.version is None and version_seen is not NOT_ASKED):
            self._refuse_other_engine()
        may = self._get_capabilities()
        if not ("root" in may or {"create", "update"} <= set(may)):
            raise PermissionDenied(
                f"the vault's policy does not allow to write {self._place}: it grants {', '.join(may)} "
                f"on {self._data_path} and must grant create and update (docs/vaults/hashicorp.md)",
                page="docs/vaults/hashicorp.md",
            )

    def put(self, escrow: Escrow, expected: str) -> str:
        """See `Vault.put`; check-and-set is the server's own."""
        number = int(expected.partition("@")[0] or 0)
        answer = self._kv(
            "write",
            lambda kv: kv.create_or_update_secret(
                self._path, secret=escrow.to_fields(), cas=number, mount_point=self._mount
            ),
            repeatable=False,
        )
        if answer.status_code == 400 and "did not match" in get_error_text(answer):
            raise Conflict(f"the vault secret {self._place} is not at version {number} any more", status=400)
        written = self._parse_data(answer, "write")
        self._write_label(escrow, str(written.get("version")))
        return f"{written.get('version')}@{written.get('created_time', '')}"

    def delete_version(self, version: str) -> None:
        """Delete our version softly; `vault kv undelete` brings it back."""
        versions = [int(version.partition("@")[0])]
        answer = self._kv("delete", lambda kv: kv.delete_secret_versions(self._path, versions, mount_point=self._mount))
        if answer.status_code != 204 and not _says_absent(answer):
            raise make_error(answer, self._server.host, f"delete {self._place}")

    @property
    def _data_path(self) -> str:
        return f"{self._mount}/data/{self._path}"

    @property
    def _metadata_path(self) -> str:
        return f"{self._mount}/metadata/{self._path}"

    def _kv(self, verb: str, call: Callable[[Any], Any], *, repeatable: bool = True) -> requests.Response:
        act = f"{verb} {self._place}"
        return self._server.ask(act, lambda client: call(client.secrets.kv.v2), repeatable=repeatable)

    def _parse_data(self, answer: requests.Response, verb: str) -> dict[str, Any]:
        """Take what a success holds; everything else raises."""
        data = (parse_body(answer) or {}).get("data")
        if answer.status_code != 200 or not isinstance(data, dict):
            raise make_error(answer, self._server.host, f"{verb} {self._place}")
        return data

    def _describe_unreadable(self) -> SecretVersion:
        """Tell a policy for writing only from access that is lost."""
        may = self._get_capabilities()
        if not any(right in may for right in _WRITES):
            raise PermissionDenied(
                f"access to the vault secret {self._place} is lost: the policy grants {', '.join(may)} "
                f"on {self._data_path}; nothing is known about the secret (docs/vaults/hashicorp.md)",
                page="docs/vaults/hashicorp.md",
                status=403,
            )
        return SecretVersion(None)

    def _get_capabilities(self) -> list[str]:
        """Ask once what our token may do with the value; what with the metadata is kept for later."""
        if not self._granted:
            paths = [self._data_path, self._metadata_path]
            answer = self._server.ask("tell our rights", lambda client: client.sys.get_capabilities(paths))
            if answer.status_code == 403:
                raise self._server.make_unauthenticated_error()
            data = self._parse_data(answer, "tell our rights on")
            self._granted = {path: [clean_text(right) for right in data.get(path) or ["deny"]] for path in paths}
        return self._granted[self._data_path]

    def _refuse_other_engine(self) -> None:
        """Nothing was seen yet, so nothing has shown that the mount is a KV engine of version 2."""
        path = f"/v1/sys/internal/ui/mounts/{quote(self._data_path)}"
        answer = self._server.ask("look at the mount of", lambda client: client.adapter.get(path))
        if answer.status_code == 403:
            self._get_capabilities()  # tells a bad token from a missing mount
            raise ProviderError(
                f"the vault at {self._server.host} has no mount {self._mount}, or none that our policy allows",
                next_step="check vault:url, vault:namespace and the policy (docs/vaults/hashicorp.md)",
                detail=explain_new_namespace(self._server.namespace),
                setting="vault:url",
                page="docs/vaults/hashicorp.md",
            )
        options = self._parse_data(answer, "look at the mount of").get("options") or {}
        if str(options.get("version")) != "2":
            raise ProviderError(
                f"{self._mount} in the vault at {self._server.host} is not a KV engine of version 2",
                next_step=f"name one that is, or upgrade it with `vault kv enable-versioning {self._mount}`",
            )

    def _read_label_by_value(self, number: int) -> VersionLabel | None:
        """Somebody else's version says nothing of itself, so its value must; None where the policy forbids that."""
        answer = self._kv(
            "read",
            lambda kv: kv.read_secret_version(
                self._path, version=number, mount_point=self._mount, raise_on_deleted_version=True
            ),
        )
        if answer.status_code in (403, 404):
            return None
        return make_label(parse_escrow(self._parse_data(answer, "read").get("data")))

    def _write_label(self, escrow: Escrow, number: str) -> None:
        """Label what is kept already: what goes wrong here is not worth a failure, and the label's absence tells it."""
        may = self._granted.get(self._metadata_path, ["patch", "update"])
        label = {"managedBy": "umbrella-psa", **escrow.to_metadata(), "version": number}
        with suppress(RemoteError):
            if {"root", "patch"} & set(may) and self._patch(label):
                return
            if any(right in may for right in _WRITES):
                self._merge(label)

    def _patch(self, label: dict[str, str]) -> bool:
        """Add to what others have noted there; False where the right or the method is missing."""
        merge = {"headers": {"Content-Type": "application/merge-patch+json"}, "json": {"custom_metadata": label}}
        path = f"/v1/{quote(self._metadata_path)}"
        return self._server.ask("label", lambda client: client.adapter.request("patch", path, **merge)).ok

    def _merge(self, label: dict[str, str]) -> None:
        """Do the same with the right to write only: read, add, write."""
        answer = self._kv("look at", lambda kv: kv.read_secret_metadata(self._path, mount_point=self._mount))
        noted = self._parse_data(answer, "look at").get("custom_metadata") or {}
        # Not hvac's update_metadata: it would reset `delete_version_after`.
        write = {"custom_metadata": {**noted, **label}}
        self._server.ask("label", lambda client: client.write_data(self._metadata_path, data=write))


def _says_absent(answer: requests.Response) -> bool:
    """Tell Vault's own 404 about a secret, which has no words, from a missing mount or somebody else's page."""
    body = parse_body(answer)
    return answer.status_code == 404 and body is not None and body.get("errors") == []


def _get_condition(newest: dict[str, Any]) -> Condition:
    """Tell what became of a version; a deletion time to come (`delete_version_after`) is a promise, no deletion."""
    if newest.get("destroyed"):
        return "destroyed"
    when = str(newest.get("deletion_time") or "")
    if when and datetime.fromisoformat(when[:19]).replace(tzinfo=UTC) <= datetime.now(UTC):
        return "soft-deleted"
    return "current"
