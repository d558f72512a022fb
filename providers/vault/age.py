"""A file encrypted with age, for hand-over and air gaps: written for its recipients, never read back.

Beside `acme.age` stands `acme.age.json`, which says without any secret what the file holds, and of which bytes it says
so: nobody here can open the file, so the digest of its bytes is its version. A file keeps no older versions.
https://age-encryption.org/v1
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from providers.core.errors import Conflict, PermissionDenied, ProviderError, SettingError
from providers.vault.address import parse_age_url, parse_place
from providers.vault.connection import VaultSettings
from providers.vault.contract import SecretVersion, VersionLabel
from providers.vault.escrow import Escrow

_MODE = 0o600
_LARGEST = 1_000_000  # bytes; ours have some 600


def open_vault(url: str, settings: VaultSettings) -> AgeFile:
    """Open a file; the settings say nothing of it."""
    return AgeFile(url)


class AgeFile:
    """One file. `form` is what stands in it: `json`, or `env` for an export."""

    def __init__(self, url: str, form: str = "json") -> None:
        self._place = parse_place(url)
        path, recipients = parse_age_url(url)
        self._file = Path(path)
        self._form = form
        try:
            self._recipients = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
        except pyrage.RecipientError:
            raise SettingError(
                "vault:url", "names a recipient that age does not know: its check digits are wrong"
            ) from None

    def describe(self, known: str = "") -> SecretVersion | None:
        """See `Vault.describe`; the version is the digest of the file's bytes."""
        with self._translate_errors("read"):
            content = self._read_content()
        if content is None:
            return None
        version = _hash_version(content)
        return SecretVersion(version, "current", self._read_label(version))

    def check_access(self, version_seen: SecretVersion | None) -> None:
        """Make and remove an empty file of another name."""
        with self._translate_errors("write"):
            beside = self._make_temporary_path("check")
            os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE))
            beside.unlink()

    def put(self, escrow: Escrow, expected: str) -> str:
        """See `Vault.put`; a folder has one writer at a time."""
        content = pyrage.encrypt(escrow.to_text(self._form).encode(), self._recipients)
        version = _hash_version(content)
        about = {"managedBy": "umbrella-psa", "sha256": version, "form": self._form, **escrow.to_metadata()}
        with self._translate_errors("write"), self._lock_folder():
            there = self._read_content()
            if (_hash_version(there) if there is not None else "") != expected:
                raise Conflict(f"the file {self._place} is not the one that this run saw")
            # The label first: without its file it says nothing, while a file without a label is a stranger's.
            self._replace(self._metadata_file, json.dumps(about, indent=1).encode())
            self._replace(self._file, content)
        return version

    def delete_version(self, version: str) -> None:
        """Remove the file if it is that version; nothing recovers it."""
        with self._translate_errors("remove"), self._lock_folder():
            content = self._read_content()
            if content is not None and _hash_version(content) == version:
                self._file.unlink()
                self._metadata_file.unlink(missing_ok=True)

    @property
    def _metadata_file(self) -> Path:
        return self._file.with_name(f"{self._file.name}.json")

    def _make_temporary_path(self, word: str) -> Path:
        return self._file.with_name(f".{self._file.name}.{word}-{secrets.token_hex(4)}")

    def _read_content(self) -> bytes | None:
        try:
            with self._file.open("rb") as file:
                return file.read(_LARGEST)
        except FileNotFoundError:
            if not self._file.parent.is_dir():
                raise  # a share that is not mounted, for one: of the file nothing is known
            return None

    def _read_label(self, version: str) -> VersionLabel | None:
        """Of exactly this file; None when there is none that can be read."""
        try:
            about = json.loads(self._metadata_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(about, dict) or about.get("sha256") != version:
            return None
        # The same key in another form is not the same file.
        return VersionLabel.from_metadata(about if about.get("form") == self._form else {**about, "fingerprint": ""})

    def _replace(self, file: Path, content: bytes) -> None:
        """Put the content in place: readers see the old file or the new one, whole, also after a power cut."""
        new = self._make_temporary_path("new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE)
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
            os.replace(new, file)
        except BaseException:
            with suppress(FileNotFoundError):
                new.unlink()
            raise
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _lock_folder(self) -> Iterator[None]:
        """One writer at a time in this folder; the system lets go when the process ends."""
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    @contextmanager
    def _translate_errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError):
            raise ProviderError(
                f"the folder of {self._place} does not exist, so nothing is known of the file",
                next_step="mount it where it is a share, or make it, readable by its owner only",
            ) from None
        except PermissionError:
            raise PermissionDenied(
                f"the file system does not let us {verb} {self._place}", next_step="correct its owner or mode"
            ) from None
        except OSError as error:
            raise ProviderError(f"{self._place} could not be used to {verb}: {error.strerror}") from None


def _hash_version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
