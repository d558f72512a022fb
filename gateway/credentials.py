"""Credentials from the environment, a file, or a command that prints them; never from the configuration itself."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr, SecretStr, model_validator

_TIMEOUT = 30


class CredentialError(Exception):
    """Which source gave nothing, and why; never what it gave."""


class CredentialSource(BaseModel):
    """Exactly one of the three."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: str | None = None
    file: Path | None = None
    command: list[str] | None = None
    _withheld: SecretStr | None = PrivateAttr(None)  # what the variable held before it left the environment

    @model_validator(mode="before")
    @classmethod
    def _refuse_value(cls, source: Any) -> Any:
        if not isinstance(source, dict | cls):
            raise ValueError("must name its source, {environment: NAME}, {file: PATH} or {command: […]}, not the value")
        return source

    @model_validator(mode="after")
    def _require_exactly_one(self) -> CredentialSource:
        if sum(bool(source) for source in (self.environment, self.file, self.command)) != 1:
            raise ValueError("must name exactly one of environment, file and command")
        return self

    def read(self) -> SecretStr:
        """Return the credential, without the newline at its end."""
        text = (self._read_variable() or self._read_file() or self._run_command()).rstrip("\r\n")
        if not text:
            raise CredentialError(f"{self.name} is empty")
        return SecretStr(text)

    @property
    def name(self) -> str:
        """What the source is called in a sentence; never what it gives."""
        if self.environment:
            return f"the environment variable {self.environment}"
        return f"the file {self.file}" if self.file else f"the command {(self.command or ['?'])[0]}"

    def _read_variable(self) -> str:
        if self.environment is None:
            return ""
        value = self._withheld.get_secret_value() if self._withheld else os.environ.get(self.environment)
        if not value:
            raise CredentialError(f"{self.name} is not set")
        return value

    def _read_file(self) -> str:
        if self.file is None:
            return ""
        try:
            return self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", "it is not UTF-8")
            raise CredentialError(f"{self.name} can't be read: {reason}") from None

    def _run_command(self) -> str:
        if self.command is None:
            return ""
        try:
            completed = subprocess.run(
                self.command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=_TIMEOUT
            )
        except subprocess.CalledProcessError as error:
            raise CredentialError(f"{self.name} failed with exit code {error.returncode}") from None
        except subprocess.TimeoutExpired:
            raise CredentialError(f"{self.name} did not end within {_TIMEOUT} s") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialError(f"{self.name} failed: {getattr(error, 'strerror', 'it gives no text')}") from None
        return completed.stdout


def withhold_variables(sources: Iterable[CredentialSource]) -> None:
    """Take the named variables out of the environment, so that no process inherits a secret that it does not need."""
    named = [(source, source.environment) for source in sources if source.environment]
    for source, name in named:
        if name in os.environ:
            source._withheld = SecretStr(os.environ[name])
    for _, name in named:
        os.environ.pop(name, None)


_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,500}={0,2}")  # RFC 6750


def find_flaw(token: str) -> str | None:
    """Say what keeps a console's token from being one, if anything does: it must hold 128 random bits."""
    if not _TOKEN.fullmatch(token):
        return "may hold only letters, digits and - . _ ~ + /, and 500 of them"
    is_hexadecimal = re.fullmatch("[0-9A-Fa-f]+", token) is not None
    repeats = any(token.startswith(token[period:]) for period in range(1, len(token) // 2 + 1))
    if len(token) < (32 if is_hexadecimal else 22) or len(set(token)) < 8 or repeats:
        return "is too easy to guess; make one with `openssl rand -hex 32`"
    return None
