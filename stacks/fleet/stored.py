"""What a stack says and remembers, read without an engine: its file in `stacks/` and its state in the backend.

Only what the engine itself reads is read; a stack that this can't read (another secrets provider, a backend of another
kind) is asked of the engine, which costs a start of it.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError
from providers.core.stack_file import (
    FOLDER,
    find_rewritten,
    get_yaml_loader,
    make_unquoted_error,
    parse_plain_settings,
)
from stacks.fleet.comparison import RecordedRow
from stacks.fleet.passphrase import Decrypt, open_salt
from stacks.pulumi_cli import PulumiCli, StackConfiguration
from stacks.state import OURS, SIGNATURE, read_recorded

_SALT = re.compile(r"^encryptionsalt: (\S+)$", re.MULTILINE)
_SALTS_TRIED = 3  # a tenth of a second each


class UnreadableHere(ProviderError):
    """Only the engine can read it."""


@dataclass(frozen=True)
class StoredStack:
    """A stack's settings, decrypted, and its rows, in clear. `recorded`: the settings that its providers had last."""

    settings: StackConfiguration
    rows: tuple[RecordedRow, ...]
    recorded: Mapping[str, str]


class Backend(Protocol):
    """Where states are kept."""

    def read(self, stack: str) -> bytes | None:
        """Read a stack's state file; None when there is none. Raises `ProviderError`."""


@dataclass(frozen=True)
class FileBackend:
    """`file://…`: a folder."""

    folder: Path

    def read(self, stack: str) -> bytes | None:
        if not self.folder.is_dir():
            raise ProviderError(
                f"the backend's folder {self.folder} is not there",
                next_step="check PULUMI_BACKEND_URL, or `pulumi login`",
            )
        place = self.folder / ".pulumi" / "stacks" / PROJECT
        for name, unpack in ((f"{stack}.json", bytes), (f"{stack}.json.gz", gzip.decompress)):
            try:
                return unpack((place / name).read_bytes())
            except FileNotFoundError:
                continue
            except (OSError, EOFError, zlib.error) as error:
                why = error.strerror if isinstance(error, OSError) and error.strerror else "it is cut off or damaged"
                raise ProviderError(f"its state can't be read: {why}") from None
        return None


def open_backend(url: str) -> Backend:
    """Open the backend that the engine is signed in to. Raises `UnreadableHere` for a kind that is not read here."""
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        return FileBackend(Path(rest.partition("?")[0]).expanduser())
    raise UnreadableHere(f"states in {scheme}:// are read by the engine only")


def read_stack(name: str, backend: Backend, passphrase: str, folder: Path = FOLDER) -> StoredStack:
    """Read one stack. Raises `ProviderError`: `UnreadableHere` where the engine must be asked."""
    settings = _read_settings(folder / f"Pulumi.{name}.yaml", passphrase)
    deployment = _read_deployment(backend, name)
    return _make_stack(settings, deployment, _open_state(deployment, passphrase))


def _read_settings(path: Path, passphrase: str) -> StackConfiguration:
    import yaml

    try:
        content = yaml.load(path.read_bytes(), get_yaml_loader()) or {}  # noqa: S506  a safe one
    except FileNotFoundError:
        raise ProviderError("has no file in `stacks/`", next_step="name a tenant that was made here") from None
    except OSError as error:
        raise ProviderError(f"{path}: can't be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ProviderError(f"{path}: can't be read as YAML", next_step="correct the file") from None
    config = (content.get("config") or {}) if isinstance(content, dict) else None
    if not isinstance(config, dict):
        raise ProviderError(f"{path}: is not the file of a stack", next_step="correct the file")
    if content.get("secretsprovider") or content.get("environment"):
        raise UnreadableHere("its settings are encrypted by another provider than the passphrase")
    sealed = {
        key: str(value["secure"]) for key, value in config.items() if isinstance(value, Mapping) and "secure" in value
    }
    decrypt = open_salt(str(content.get("encryptionsalt", "")), passphrase) if sealed else None
    for unquoted in find_rewritten(path):
        raise make_unquoted_error(unquoted)
    plain = parse_plain_settings(path)
    values = {
        key: json.dumps(value) if isinstance(value, dict | list) else plain[key] or ""
        for key, value in config.items()
        if key not in sealed
    }
    values |= {key: decrypt(text) for key, text in sealed.items()} if decrypt else {}
    return StackConfiguration(values, frozenset(sealed))


def _read_deployment(backend: Backend, name: str) -> Mapping[str, Any]:
    text = backend.read(name)
    if text is None:
        raise ProviderError(
            f"there is no stack {name} in the backend",
            next_step="check PULUMI_BACKEND_URL, or make it with `pulumi stack init`",
        )
    try:
        latest: Mapping[str, Any] = json.loads(text)["checkpoint"].get("latest") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProviderError("its state is not in the form that the engine writes") from None
    return latest


def _open_state(deployment: Mapping[str, Any], passphrase: str) -> Decrypt:
    if not deployment.get("resources"):
        return _refuse_ciphertext
    provider = deployment.get("secrets_providers") or {}
    if provider.get("type") != "passphrase":
        raise UnreadableHere("its secrets are encrypted by another provider than the passphrase")
    return open_salt(str((provider.get("state") or {}).get("salt", "")), passphrase)


def _make_stack(settings: StackConfiguration, deployment: Mapping[str, Any], decrypt: Decrypt) -> StoredStack:
    resources = deployment.get("resources") or []
    rows = tuple(
        RecordedRow(
            name=row["urn"].rpartition("::")[2],
            kind=row["type"].rpartition(":")[2],
            id=row.get("id", ""),
            inputs=_reveal(row.get("inputs") or {}, decrypt),
            outputs=_reveal(row.get("outputs") or {}, decrypt),
            awaits_deletion=bool(row.get("delete")),
        )
        for row in resources
        if row["type"].startswith(OURS)
    )
    return StoredStack(settings, rows, read_recorded(resources, lambda inputs: _reveal(inputs, decrypt)))


def _reveal(value: Any, decrypt: Decrypt) -> Any:
    """Return the value with its secrets in clear, without what the engine adds."""
    if isinstance(value, Mapping):
        mark, signed = SIGNATURE
        if value.get(mark) == signed:
            return json.loads(decrypt(value["ciphertext"])) if "ciphertext" in value else json.loads(value["plaintext"])
        return {key: _reveal(item, decrypt) for key, item in value.items() if key != "__provider"}
    if isinstance(value, list):
        return [_reveal(item, decrypt) for item in value]
    return value


def make_reader(pulumi: PulumiCli, environment: Mapping[str, str]) -> Callable[[str], StoredStack]:
    """Make what reads any tenant the fastest way: from its files, else by asking the engine."""
    backend_url = find_backend(environment)
    passphrase = _read_passphrase(environment)

    def read(name: str) -> StoredStack:
        try:
            if passphrase is None:
                raise UnreadableHere("no passphrase is set")
            return read_stack(name, open_backend(backend_url), passphrase)
        except UnreadableHere:
            deployment = pulumi.export(name)
            return _make_stack(pulumi.read_configuration(name), deployment, _refuse_ciphertext)

    return read


def find_backend(environment: Mapping[str, str]) -> str:
    """Find the address of the backend that the engine is signed in to; empty when to none."""
    return environment.get("PULUMI_BACKEND_URL") or _read_login(environment)


def _read_login(environment: Mapping[str, str]) -> str:
    """Where `pulumi login` has signed in; empty when nowhere."""
    home = environment.get("PULUMI_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".pulumi")
    try:
        return str(json.loads((Path(home) / "credentials.json").read_text(encoding="utf-8")).get("current", ""))
    except (OSError, ValueError):
        return ""


def _read_passphrase(environment: Mapping[str, str]) -> str | None:
    if (file := environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")) and "PULUMI_CONFIG_PASSPHRASE" not in environment:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ProviderError(f"PULUMI_CONFIG_PASSPHRASE_FILE: {file} can't be read: {error.strerror}") from None
    return environment.get("PULUMI_CONFIG_PASSPHRASE")


def _refuse_ciphertext(ciphertext: str) -> str:
    raise ProviderError("its state was given without its secrets")


def find_shared_salt(folder: Path, environment: Mapping[str, str]) -> str:
    """Find the salt that the project's other stacks use with this passphrase; empty where there is none.

    A tenant with a passphrase of its own keeps a salt of its own.
    """
    passphrase = _read_passphrase(environment)
    if passphrase is None:
        return ""
    files = (path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("Pulumi.*.yaml"))
    salts = Counter(found[1] for text in files if (found := _SALT.search(text)))
    for salt, _ in salts.most_common(_SALTS_TRIED):
        try:
            open_salt(salt, passphrase)
        except (ProviderError, ImportError):
            continue
        return salt
    return ""
