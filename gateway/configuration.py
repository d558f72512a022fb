"""The gateway's configuration: one YAML file. Unknown keys are refused by name."""

from __future__ import annotations

import shlex
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator
from pydantic.alias_generators import to_camel

from gateway.credentials import CredentialSource, withhold_variables
from gateway.validation import ConfigurationError, describe_first_error, read_yaml

_NAME = r"^[a-z0-9](-?[a-z0-9])*$"


class Section(BaseModel):
    """A mapping of the file; its keys are camelCase there."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, allow_inf_nan=False)


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
            raise ValueError("must not name the Admin role: it is never the gateway's to change")
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

    @property
    def sources(self) -> list[CredentialSource]:
        """Where its credentials come from."""
        return [source for source in (self.token, self.user_name, self.password) if source is not None]

    @field_validator("address")
    @classmethod
    def _require_https(cls, address: str) -> str:
        try:
            parts = urlsplit(address)
        except ValueError:
            raise ValueError("must be a URL") from None
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("must be https, except on a loopback address")
        if not parts.hostname:
            raise ValueError("must name a host")
        return address.rstrip("/")

    @model_validator(mode="after")
    def _require_identity(self) -> ConsoleSettings:
        if self.kind == "connectwise" and not self.company_id:
            raise ValueError("needs companyId: it is a connectwise console")
        if self.kind != "connectwise" and not self.console_id:
            raise ValueError("needs consoleId: it is an Umbrella console")
        if (self.user_name is None) != (self.password is None):
            raise ValueError("needs userName and password together, or neither: then a person signs in")
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
    _file: Path = PrivateAttr(Path("FILE"))
    max_pictures: int = Field(200, ge=0, alias="pictures", description="how many pictures are kept for each console")

    @property
    def host(self) -> str:
        """The address to listen at, without brackets."""
        return self.listen.rpartition(":")[0].strip("[]") or "127.0.0.1"

    @property
    def port(self) -> int:
        """The port to listen at; 0 picks a free one."""
        return int(self.listen.rpartition(":")[2])

    def format_login_command(self, console: str) -> str:
        """Say what opens the window in which a person signs in."""
        return f"python -m gateway --config {shlex.quote(str(self._file))} login {console}"

    @field_validator("listen")
    @classmethod
    def _require_port(cls, listen: str) -> str:
        port = listen.rpartition(":")[2]
        if not (port.isascii() and port.isdecimal() and int(port) < 65536):
            raise ValueError("must be written as host:port")
        return listen


def is_loopback(host: str) -> bool:
    """Tell whether a host can be reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load_configuration(file: Path) -> Configuration:
    """Read a configuration; relative paths in it are relative to the file.

    The variables that it names leave the environment: no process that is started later inherits them.

    Raises:
        ConfigurationError: it can't be used; one sentence.
    """
    content = read_yaml(file)
    try:
        configuration = Configuration.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {describe_first_error(error, Configuration)}") from None
    base: Path = file.absolute().parent
    executable = configuration.browser.executable
    changes = {
        "folder": base / configuration.folder,
        "browser": configuration.browser.model_copy(update={"executable": executable and base / executable}),
        "consoles": {name: _resolve_paths(console, base) for name, console in configuration.consoles.items()},
    }
    resolved = configuration.model_copy(update=changes)
    resolved._file = file.absolute()
    withhold_variables(source for console in resolved.consoles.values() for source in console.sources)
    return resolved


def _resolve_paths(console: ConsoleSettings, base: Path) -> ConsoleSettings:
    """Find its files from wherever the gateway is started; a path that is absolute stays so."""
    changes: dict[str, object] = {"screens": console.screens and base / console.screens}
    for name in ("token", "user_name", "password"):
        source: CredentialSource | None = getattr(console, name)
        if source is not None and source.file is not None:
            changes[name] = source.model_copy(update={"file": base / source.file})
    return console.model_copy(update=changes)
