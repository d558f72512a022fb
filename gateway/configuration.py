"""The gateway's configuration: one YAML file. What it does not know, it refuses by name."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gateway.sources import Source

_NAME = r"^[a-z0-9](-?[a-z0-9])*$"


class ConfigurationError(Exception):
    """One sentence: which key, what is wrong."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Browser(Part):
    """Which Chromium is started, and how."""

    executable: Path | None = Field(None, description="a Chromium or Chrome; by default the first one on PATH")
    headless: bool = True
    sandbox: bool = Field(True, description="Chromium refuses it to root; `false` only in a container of its own")


class Allow(Part):
    """What may be touched, by the names that the screens show."""

    roles: list[str] = Field(default_factory=list)
    members: list[str] = Field(default_factory=list)

    @field_validator("roles")
    @classmethod
    def _never_admin(cls, names: list[str]) -> list[str]:
        if any(name.strip().casefold() == "admin" for name in names):
            raise ValueError("the Admin role is never the gateway's to change")
        return names


class Console(Part):
    """One console: where it is, who signs in, who may ask for what."""

    kind: Literal["connectwise", "msp", "mssp"]
    address: str = Field(description="where the console's client starts")
    site: str | None = Field(None, description="connectwise: as /health tells it; by default the address's host")
    companyId: str | None = None
    consoleId: str | None = None
    token: Source
    userName: Source | None = None
    password: Source | None = None
    screens: Path | None = Field(None, description="a screens file; what it leaves out is as documented")
    allow: Allow = Allow()
    park: float = Field(0, ge=0, le=25, description="seconds that an operation waits for a person before it says 423")

    @property
    def identity(self) -> str:
        """What tells this console from others of its kind; `_whole` sees to it that it is there."""
        return (self.companyId if self.kind == "connectwise" else self.consoleId) or ""

    @field_validator("address")
    @classmethod
    def _encrypted(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("https is needed, except on a loopback address")
        return address.rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> Console:
        if self.kind == "connectwise" and not self.companyId:
            raise ValueError("a connectwise console needs companyId")
        if self.kind != "connectwise" and not self.consoleId:
            raise ValueError("an Umbrella console needs consoleId")
        if (self.userName is None) != (self.password is None):
            raise ValueError("userName and password come together; without both, a person signs in")
        return self


class Configuration(Part):
    unsupported: Literal["accepted"] = Field(description="that no vendor supports this was read: docs/gateway.md")
    listen: str = "127.0.0.1:8024"
    folder: Path = Field(description="profiles and evidence; only its owner may look inside")
    browser: Browser = Browser()
    consoles: dict[Annotated[str, Field(pattern=_NAME)], Console] = Field(min_length=1)
    queueSeconds: float = Field(25, gt=0, description="how long an operation waits for its turn before it answers 429")
    operationSeconds: float = Field(120, gt=0, description="how long it may take then")
    pictures: int = Field(200, ge=0, description="how many pictures are kept for each console")

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]") or "127.0.0.1"

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

    @field_validator("listen")
    @classmethod
    def _address(cls, listen: str) -> str:
        if not listen.rpartition(":")[2].isdecimal():
            raise ValueError("write it as host:port")
        return listen


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load(file: Path) -> Configuration:
    """Read a configuration; relative paths in it are relative to the file."""
    content = read_yaml(file)
    try:
        made = Configuration.model_validate(content)
    except ValidationError as problem:
        raise ConfigurationError(f"{file}: {first_of(problem)}") from None
    beside: Path = file.absolute().parent
    consoles = {name: _found(console, beside) for name, console in made.consoles.items()}
    program = made.browser.executable
    browser = made.browser.model_copy(update={"executable": program and beside / program})
    return made.model_copy(update={"folder": beside / made.folder, "browser": browser, "consoles": consoles})


def _found(console: Console, beside: Path) -> Console:
    """Its files, from wherever the gateway is started; a path that is absolute stays so."""
    changes: dict[str, object] = {"screens": console.screens and beside / console.screens}
    for name in ("token", "userName", "password"):
        source: Source | None = getattr(console, name)
        if source is not None and source.file is not None:
            changes[name] = source.model_copy(update={"file": beside / source.file})
    return console.model_copy(update=changes)


def read_yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{file} can't be read: {problem.__class__.__name__}") from None
    except yaml.YAMLError:
        raise ConfigurationError(f"{file} is not YAML") from None


def first_of(problem: ValidationError) -> str:
    """The first thing that is wrong: where, and what; never the value."""
    first = problem.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the file'}: {first['msg']}"
