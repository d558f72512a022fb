"""Where a tenant's key goes: into an Umbrella console, by a person into another product, or into the vault alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, cast, get_args

from pydantic import Field, field_validator

from providers.console.settings import validate_public_key
from providers.core.configuration import PROJECT, Configuration
from providers.core.errors import SettingError
from providers.core.settings import Settings, load_settings
from providers.umbrella.connection import NAMESPACE as UMBRELLA
from providers.umbrella.connection import UmbrellaSettings, format_console_key

SinkKind = Literal["umbrella", "manual", "none"]
OF_UMBRELLA = "cisco-umbrella"
_FILES = (".yaml", ".yml")


class SinkSettings(Settings):
    """The project's own keys that say what the key is for."""

    integration: str = Field(
        default=OF_UMBRELLA, min_length=1, description="what the key is for: a preset's name, or a file's path"
    )
    sink: SinkKind | None = Field(
        default=None,
        description="where the pair goes: to Umbrella, by a person elsewhere (manual), nowhere but the vault (none); "
        "else umbrella for Umbrella, manual for any other",
    )
    applied_key: str | None = Field(
        default=None, description="manual, none: the public key that the integration uses by a person's word, or none"
    )

    @field_validator("applied_key")
    @classmethod
    def _applied_key(cls, value: str | None) -> str | None:
        return validate_public_key(value, or_else=", or none") if value else None

    @property
    def sink_kind(self) -> SinkKind:
        """The sink, which is the integration's own where none is named."""
        return self.sink or _choose_sink(self.integration)

    @property
    def integration_name(self) -> str:
        """The integration's name: of a file it is the file's, wherever that is."""
        return PurePath(self.integration).stem if is_file(self.integration) else self.integration


@dataclass(frozen=True)
class Sink:
    """One tenant's sink."""

    kind: SinkKind
    name: str
    """What sentences call it."""
    console: str
    """Whose it is: `msp/<consoleId>` or `mssp/<consoleId>`; elsewhere the integration's name."""
    applied_key: str
    umbrella: UmbrellaSettings | None
    """Where the sink is an Umbrella console."""

    @property
    def adopt(self) -> Literal["never", "any"]:
        """Whether what is in the sink, and not ours, may be taken over; of what nobody can look into, nothing is."""
        return self.umbrella.adopt if self.umbrella else "never"


def get_applied_setting(sink: str | None) -> str:
    """Name the setting by which a person says which key the sink holds; `sink`: None for Umbrella, as in a state."""
    return "appliedKey" if sink in ("manual", "none") else f"{UMBRELLA}:appliedKey"


def find_sink_kind(settings: Mapping[str, str]) -> SinkKind:
    """Tell which sink the plain settings of a stack's file mean; what is wrong with them is somebody else's to say."""
    named, integration = (settings.get(f"{PROJECT}:{key}") for key in ("sink", "integration"))
    if named in get_args(SinkKind):
        return cast(SinkKind, named)
    return _choose_sink(integration or OF_UMBRELLA)


def read_sink_kind(configuration: Configuration) -> SinkKind:
    """Tell the same by a configuration, whatever else of it is wrong."""
    return find_sink_kind({f"{PROJECT}:{key}": configuration.get(key) or "" for key in ("sink", "integration")})


def is_by_word(settings: Mapping[str, str]) -> bool:
    """Tell whether a person's word is all there is of the sink, by the plain settings of a stack's file."""
    return find_sink_kind(settings) != "umbrella" or settings.get(f"{UMBRELLA}:driver", "manual") == "manual"


def _choose_sink(integration: str) -> SinkKind:
    return "umbrella" if integration == OF_UMBRELLA else "manual"


def is_file(integration: str) -> bool:
    """Tell a file's path from a preset's name."""
    return "/" in integration or integration.endswith(_FILES)


def read_sink(configuration: Configuration) -> Sink:
    """Read where the key goes; `umbrella:…` only where that is Umbrella. Raises `SettingErrors`."""
    own = load_settings(SinkSettings, "", configuration)
    if own.sink_kind != "umbrella":
        return make_sink(own)
    return make_sink(own, load_settings(UmbrellaSettings, UMBRELLA, configuration))


def make_sink(own: SinkSettings, umbrella: UmbrellaSettings | None = None) -> Sink:
    """Put settings together. `umbrella`: where the sink is an Umbrella console."""
    if umbrella:
        return Sink("umbrella", "Umbrella", format_console_key(umbrella), umbrella.applied_key or "", umbrella)
    return Sink(own.sink_kind, own.integration_name, own.integration_name, own.applied_key or "", None)


def find_missing_vault(sink: SinkKind, vault_url: str | None) -> list[SettingError]:
    """Find that nobody would have the key."""
    if sink != "none" or vault_url:
        return []
    return [
        SettingError("sink", "is none, so the vault alone has the key, and no vault is set", next_step="set vault:url")
    ]


def find_unused(configuration: Configuration, sink: SinkKind) -> list[SettingError]:
    """Find what the stack says of another sink than its own, and nobody would read."""
    own, other = ("appliedKey", f"{UMBRELLA}:appliedKey")
    keys = [key for key in configuration.list_set_keys() if key.startswith(f"{UMBRELLA}:")]
    if sink == "umbrella":
        keys, own, other = [own], other, own
    return [
        SettingError(
            key,
            f"is not used, since the sink is {sink}",
            next_step=f"call it {own}" if key == other else "remove it, or correct sink and integration",
        )
        for key in keys
        if configuration.is_recorded(key)
    ]
