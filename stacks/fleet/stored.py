"""What a stack says and remembers, read without an engine: its file in `stacks/` and its state in the backend.

Only what the engine itself reads is read; a stack that this can't read (another secrets provider, a backend of another
kind, a package that is not installed) is asked of the engine, which costs a start of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from providers.core.errors import ProviderError
from providers.core.stack_file import (
    FOLDER,
    find_rewritten,
    get_yaml_loader,
    locate_stack_file,
    parse_plain_settings,
)
from stacks.backend_address import find_backend
from stacks.fleet.backends import Backend, UnreadableHere, open_backend
from stacks.fleet.ciphertext import Decrypt
from stacks.fleet.comparison import RecordedRow
from stacks.fleet.data_key import open_data_key
from stacks.fleet.passphrase import make_missing_error, open_salt, read_passphrase
from stacks.pulumi_cli import NoStack, PulumiCli, StackConfiguration
from stacks.state import OURS, SIGNATURE, TenantState, read_recorded

ReadState = Callable[[str], TenantState]
"""Reads a tenant's state, its secrets empty. Raises `ProviderError`."""


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

    @property
    def holds_anything(self) -> bool:
        """Whether its state has a resource, or a note of one that a killed run was making."""
        return bool(self.deployment.get("resources") or self.deployment.get("pending_operations"))

    def read_state(self, *, in_clear: bool = False) -> TenantState:
        """Read the state by the models of the providers that wrote it. `in_clear`: private keys, too, else empty."""
        shown = _show_secrets(self.deployment, self.decrypt) if in_clear else self.deployment
        return TenantState.parse(shown)


def read_stack(name: str, backend: Backend, passphrase: str | None, folder: Path = FOLDER) -> StoredStack:
    """Read one stack. Raises `ProviderError`: `UnreadableHere` where the engine must be asked."""
    settings = _read_settings(locate_stack_file(name, folder), passphrase)
    deployment = _read_deployment(backend, name)
    return _make_stack(settings, deployment, _open_state(deployment, passphrase))


def _read_settings(path: Path, passphrase: str | None) -> StackConfiguration:
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
    if content.get("environment"):
        raise UnreadableHere("its settings come from an environment of Pulumi Cloud, too")
    sealed = {
        key: str(value["secure"]) for key, value in config.items() if isinstance(value, Mapping) and "secure" in value
    }
    decrypt = _open_file(content, passphrase) if sealed else None
    if any(find_rewritten(path)):
        raise UnreadableHere("the engine makes another text of what stands without quotes, and only it knows which")
    plain = parse_plain_settings(path)
    values = {
        key: json.dumps(value) if isinstance(value, dict | list) else plain[key] or ""
        for key, value in config.items()
        if key not in sealed
    }
    values |= {key: decrypt(text) for key, text in sealed.items()} if decrypt else {}
    return StackConfiguration(values, frozenset(sealed))


def _open_file(content: Mapping[str, Any], passphrase: str | None) -> Decrypt:
    """Open the secrets of a stack's file, by whichever provider it names."""
    provider = str(content.get("secretsprovider") or "")
    if provider in ("", "default", "passphrase"):
        return _open_salt(content.get("encryptionsalt"), passphrase)
    return open_data_key(provider, str(content.get("encryptedkey") or ""))


def _open_state(deployment: Mapping[str, Any], passphrase: str | None) -> Decrypt:
    """Open the secrets of a state, which names its provider by itself: a file may have another since."""
    if not deployment.get("resources"):
        return _refuse_ciphertext
    provider = deployment.get("secrets_providers") or {}
    about = provider.get("state") or {}
    if provider.get("type") == "passphrase":
        return _open_salt(about.get("salt"), passphrase)
    if provider.get("type") == "cloud":
        return open_data_key(str(about.get("url", "")), str(about.get("encryptedkey", "")))
    raise UnreadableHere("its secrets are encrypted by a provider that is not known here")


def _open_salt(salt: object, passphrase: str | None) -> Decrypt:
    if passphrase is None:
        raise make_missing_error()
    return open_salt(str(salt or ""), passphrase)


def _refuse_ciphertext(ciphertext: str) -> str:
    raise ProviderError("a stack that has never run has no secrets")


def _read_deployment(backend: Backend, name: str) -> Mapping[str, Any]:
    text = backend.read(name)
    if text is None:
        raise NoStack(
            f"there is no stack {name} in the backend",
            next_step="check PULUMI_BACKEND_URL, or make it with `pulumi stack init`",
        )
    try:
        latest: Mapping[str, Any] = json.loads(text)["checkpoint"].get("latest") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProviderError("its state is not in the form that the engine writes") from None
    return latest


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
    """Make what reads any tenant the fastest way: from its files, else by asking the engine. For several threads.

    Raises `ProviderError` for a backend that can't be opened, whichever tenant it is about.
    """
    passphrase, backend = read_passphrase(environment), _open_backend(environment)

    def read(name: str) -> StoredStack:
        if backend:
            with suppress(UnreadableHere):
                return read_stack(name, backend, passphrase)
        return _ask_engine(pulumi, name)

    return read


def make_state_reader(pulumi: PulumiCli, environment: Mapping[str, str]) -> ReadState:
    """Make what reads any tenant's state without its secrets, so without a passphrase; likewise."""
    backend = _open_backend(environment)

    def read(name: str) -> TenantState:
        if backend:
            with suppress(UnreadableHere):
                return TenantState.parse(_read_deployment(backend, name))
        return pulumi.read_state(name)

    return read


def _open_backend(environment: Mapping[str, str]) -> Backend | None:
    """Open the backend; None where only the engine can."""
    with suppress(UnreadableHere):
        return open_backend(find_backend(environment))
    return None


def _ask_engine(pulumi: PulumiCli, name: str) -> StoredStack:
    """Read a stack by the engine, which gives it in clear; its secrets are put aside, as if they were encrypted."""
    secrets: list[str] = []

    def put_aside(value: Any) -> Any:
        if isinstance(value, Mapping):
            mark, signed = SIGNATURE
            if value.get(mark) == signed and "plaintext" in value:
                secrets.append(value["plaintext"])
                return {mark: signed, "ciphertext": str(len(secrets) - 1)}
            return {key: put_aside(item) for key, item in value.items()}
        return [put_aside(item) for item in value] if isinstance(value, list) else value

    deployment = put_aside(pulumi.export(name))
    return _make_stack(pulumi.read_configuration(name), deployment, lambda number: secrets[int(number)])
