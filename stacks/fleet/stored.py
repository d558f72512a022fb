"""What a stack says and remembers, read without an engine: its file in `stacks/` and its state in the backend.

Only what the engine itself reads is read; a stack that this can't read (another secrets provider, a backend of another
kind) is asked of the engine, which costs a start of it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from providers.core.errors import ProviderError
from providers.core.stack_file import (
    FOLDER,
    find_rewritten,
    get_yaml_loader,
    make_unquoted_error,
    parse_plain_settings,
)
from stacks.fleet.backends import Backend, UnreadableHere, find_backend, open_backend
from stacks.fleet.comparison import RecordedRow
from stacks.fleet.passphrase import Decrypt, open_salt
from stacks.pulumi_cli import PulumiCli, StackConfiguration
from stacks.state import OURS, SIGNATURE, TenantState, read_recorded

_SALT = re.compile(r"^encryptionsalt: (\S+)$", re.MULTILINE)
_SALTS_TRIED = 3  # a tenth of a second each


@dataclass(frozen=True)
class StoredStack:
    """A stack's settings, decrypted, and its rows, in clear. `recorded`: the settings that its providers had last.

    `deployment`: the state as the engine keeps it, its secrets encrypted.
    """

    settings: StackConfiguration
    rows: tuple[RecordedRow, ...]
    recorded: Mapping[str, str]
    deployment: Mapping[str, Any]
    decrypt: Decrypt = field(repr=False)

    def read_state(self, *, in_clear: bool = False) -> TenantState:
        """Read the state by the models of the providers that wrote it. `in_clear`: private keys, too, else empty."""
        shown = _show_secrets(self.deployment, self.decrypt) if in_clear else self.deployment
        return TenantState.parse(shown)


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
    recorded = read_recorded(resources, lambda inputs: _reveal(inputs, decrypt))
    return StoredStack(settings, rows, recorded, deployment, decrypt)


def _show_secrets(value: Any, decrypt: Decrypt) -> Any:
    """Return a deployment as `pulumi stack export --show-secrets` writes it."""
    if isinstance(value, Mapping):
        mark, signed = SIGNATURE
        if value.get(mark) == signed and "ciphertext" in value:
            return {mark: signed, "plaintext": decrypt(value["ciphertext"])}
        return {key: _show_secrets(item, decrypt) for key, item in value.items()}
    if isinstance(value, list):
        return [_show_secrets(item, decrypt) for item in value]
    return value


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
