"""Credentials from the environment, a file, or a command that prints them; never from the configuration itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

_TIMEOUT = 30


class CredentialError(Exception):
    """Which source gave nothing, and why; never what it gave."""


class CredentialSource(BaseModel):
    """Exactly one of the three."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: str | None = None
    file: Path | None = None
    command: list[str] | None = None

    @model_validator(mode="after")
    def _require_exactly_one(self) -> CredentialSource:
        if sum(source is not None for source in (self.environment, self.file, self.command)) != 1:
            raise ValueError("name exactly one of environment, file and command")
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
        if not os.environ.get(self.environment):
            raise CredentialError(f"{self.name} is not set")
        return os.environ[self.environment]

    def _read_file(self) -> str:
        if self.file is None:
            return ""
        try:
            return self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialError(f"{self.name} can't be read: {error.__class__.__name__}") from None

    def _run_command(self) -> str:
        if self.command is None:
            return ""
        try:
            completed = subprocess.run(
                self.command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=_TIMEOUT
            )
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
            raise CredentialError(f"{self.name} failed: {error.__class__.__name__}") from None
        return completed.stdout
