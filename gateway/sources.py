"""Where a credential comes from: the environment, a file, or a command that prints it. Never the configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

_SECONDS = 30


class SourceError(Exception):
    """Which source gave nothing, and why; never what it gave."""


class Source(BaseModel):
    """Exactly one of the three."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: str | None = None
    file: Path | None = None
    command: list[str] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Source:
        if sum(one is not None for one in (self.environment, self.file, self.command)) != 1:
            raise ValueError("name exactly one of environment, file and command")
        return self

    def read(self) -> SecretStr:
        """The credential, without the newline at its end."""
        text = (self._variable() or self._content() or self._printed()).rstrip("\r\n")
        if not text:
            raise SourceError(f"{self.name} is empty")
        return SecretStr(text)

    @property
    def name(self) -> str:
        if self.environment:
            return f"the environment variable {self.environment}"
        return f"the file {self.file}" if self.file else f"the command {(self.command or ['?'])[0]}"

    def _variable(self) -> str:
        if self.environment is None:
            return ""
        if not os.environ.get(self.environment):
            raise SourceError(f"{self.name} is not set")
        return os.environ[self.environment]

    def _content(self) -> str:
        if self.file is None:
            return ""
        try:
            return self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise SourceError(f"{self.name} can't be read: {problem.__class__.__name__}") from None

    def _printed(self) -> str:
        if self.command is None:
            return ""
        try:
            done = subprocess.run(
                self.command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as problem:
            raise SourceError(f"{self.name} failed: {problem.__class__.__name__}") from None
        return done.stdout
