"""The gateway's configuration: one YAML file. Unknown keys are refused by name."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.alias_generators import to_camel

from gateway.credentials import CredentialSource

_NAME = r"^[a-z0-9](-?[a-z0-9])*$"


class ConfigurationError(Exception):
    """One sentence: which key, what is wrong."""


class Section(BaseModel):
    """A mapping of the file; its keys are camelCase there."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True)


class BrowserSettings(Section):
    """Which Chromium is started, and how."""

    executable: Path | None = Field(None, description="a Chromium or Chrome; by default the first one on PATH")
    headless: bool = True
    sandbox: bool = Field(True, description="Chromium refuses it to root; `false` only in a container of its own")


class AllowList(Section):
    """What may be touched, by the names that the screens show."""

    roles: list[str] = Field(default_factory=list)
    members: list[str] = Field(default_factory=list)

    @field_validator("roles")
    @classmethod
    def _refuse_admin(cls, names: list[str]) -> list[str]:
        if any(name.strip().casefold() == "admin" for name in names):
            raise ValueError("the Admin role is never the gateway's to change")
        return names


class ConsoleSettings(Section):
    """One console: where it is, who signs in, who may ask for what."""

    kind: Literal["connectwise", "msp", "mssp"]
    address: str = Field(description="where the console's client starts")
    site: str | None = Field(None, description="connectwise: as /health tells it; by default the address's host")
    company_id: str | None = None
    console_id: str | None = None
    token: CredentialSource
    user_name: CredentialSource | None = None
    password: CredentialSource | None = None
    screens: Path | None = Field(None, description="a screens file; what it leaves out is as documented")
    allow: AllowList = AllowList()
    wait_seconds: float = Field(0, ge=0, le=25, alias="park", description="how long an operation waits for a person")

    @property
    def identity(self) -> str:
        """What tells this console from others of its kind; `_require_identity` sees to it that it is there."""
        return (self.company_id if self.kind == "connectwise" else self.console_id) or ""

    @field_validator("address")
    @classmethod
    def _require_https(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("https is needed, except on a loopback address")
        return address.rstrip("/")

    @model_validator(mode="after")
    def _require_identity(self) -> ConsoleSettings:
        if self.kind == "connectwise" and not self.company_id:
            raise ValueError("a connectwise console needs companyId")
        if self.kind != "connectwise" and not self.console_id:
            raise ValueError("an Umbrella console needs consoleId")
        if (self.user_name is None) != (self.password is None):
            raise ValueError("userName and password come together; without both, a person signs in")
        return self


class Configuration(Section):
    """The whole file."""

    unsupported: Literal["accepted"] = Field(description="that no vendor supports this was read: docs/gateway.md")
    listen: str = "127.0.0.1:8024"
    folder: Path = Field(description="profiles and evidence; only its owner may look inside")
    browser: BrowserSettings = BrowserSettings()
    consoles: dict[Annotated[str, Field(pattern=_NAME)], ConsoleSettings] = Field(min_length=1)
    queue_seconds: float = Field(25, gt=0, description="how long an operation waits for its turn before it answers 429")
    operation_seconds: float = Field(120, gt=0, description="how long it may take then")
    max_pictures: int = Field(200, ge=0, alias="pictures", description="how many pictures are kept for each console")

    @property
    def host(self) -> str:
        """The address to listen at, without brackets."""
        return self.listen.rpartition(":")[0].strip("[]") or "127.0.0.1"

    @property
    def port(self) -> int:
        """The port to listen at; 0 picks a free one."""
        return int(self.listen.rpartition(":")[2])

    @field_validator("listen")
    @classmethod
    def _require_port(cls, listen: str) -> str:
        if not listen.rpartition(":")[2].isdecimal():
            raise ValueError("write it as host:port")
        return listen


def is_loopback(host: str) -> bool:
    """Tell whether a host can be reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load_configuration(file: Path) -> Configuration:
    """Read a configuration; relative paths in it are relative to the file."""
    content = read_yaml(file)
    try:
        configuration = Configuration.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {describe_first_error(error)}") from None
    base: Path = file.absolute().parent
    executable = configuration.browser.executable
    changes = {
        "folder": base / configuration.folder,
        "browser": configuration.browser.model_copy(update={"executable": executable and base / executable}),
        "consoles": {name: _resolve_paths(console, base) for name, console in configuration.consoles.items()},
    }
    return configuration.model_copy(update=changes)


def _resolve_paths(console: ConsoleSettings, base: Path) -> ConsoleSettings:
    """Find its files from wherever the gateway is started; a path that is absolute stays so."""
    changes: dict[str, object] = {"screens": console.screens and base / console.screens}
    for name in ("token", "user_name", "password"):
        source: CredentialSource | None = getattr(console, name)
        if source is not None and source.file is not None:
            changes[name] = source.model_copy(update={"file": base / source.file})
    return console.model_copy(update=changes)


def read_yaml(file: Path) -> Any:
    """Read a YAML file.

    Raises:
        ConfigurationError: it is not there, or is none; one sentence with the place.
    """
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} can't be read: {error.__class__.__name__}") from None
    except yaml.YAMLError:
        raise ConfigurationError(f"{file} is not YAML") from None


def describe_first_error(error: ValidationError) -> str:
    """Say what is wrong first: where, and what; never the value."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the file'}: {first['msg']}"
