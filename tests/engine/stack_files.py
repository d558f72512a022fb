"""A stack's two files as `pulumi stack init` and `pulumi config` write them, without starting the engine for each.

The engine makes one stack in a test process; the others are copies of it, so they share its salt, as a fleet's do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stacks.fleet.ciphertext import encrypt
from stacks.fleet.passphrase import derive_key

_META = Path(".pulumi", "meta.yaml")


def get_state_file(backend: Path, name: str) -> Path:
    return backend / ".pulumi" / "stacks" / "umbrella-psa" / f"{name}.json"


def get_settings_file(project: Path, name: str) -> Path:
    return project / "stacks" / f"Pulumi.{name}.yaml"


@dataclass(frozen=True)
class EmptyStack:
    """What the engine wrote for a stack that never ran and has no settings."""

    name: str
    state: str
    settings: str
    meta: str

    @classmethod
    def read(cls, backend: Path, project: Path, name: str) -> EmptyStack:
        state, settings, meta = (
            path.read_text(encoding="utf-8")
            for path in (get_state_file(backend, name), get_settings_file(project, name), backend / _META)
        )
        return cls(name, state, settings, meta)

    def copy(self, backend: Path, project: Path, name: str) -> None:
        """Write the same for another stack."""
        state = get_state_file(backend, name)
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(self.state.replace(f"/{self.name}", f"/{name}"), encoding="utf-8")
        (backend / _META).write_text(self.meta, encoding="utf-8")
        get_settings_file(project, name).write_text(self.settings, encoding="utf-8")


@dataclass(frozen=True)
class SettingsFile:
    """A stack's settings, changed as `pulumi config` changes them."""

    path: Path
    passphrase: str

    def set(self, plain: Mapping[str, str], secret: Mapping[str, str] | None = None) -> None:
        """Add settings; secrets are encrypted with the file's salt."""
        content = self._read()
        key = derive_key(content["encryptionsalt"], self.passphrase) if secret else b""
        sealed = {name: {"secure": encrypt(key, value)} for name, value in (secret or {}).items()}
        content["config"] |= {_name(name): value for name, value in {**plain, **sealed}.items()}
        self._write(content)

    def remove(self, name: str) -> None:
        content = self._read()
        del content["config"][_name(name)]
        self._write(content)

    def _read(self) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load(self.path.read_text(encoding="utf-8"))
        return {**content, "config": content.get("config") or {}}

    def _write(self, content: dict[str, Any]) -> None:
        text = yaml.safe_dump(content, allow_unicode=True, width=10_000, sort_keys=False)
        self.path.write_text(text, encoding="utf-8")


def _name(setting: str) -> str:
    return setting if ":" in setting else f"umbrella-psa:{setting}"
