"""What a tenant's settings are by default where the key is not for Umbrella: as a preset has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from providers.sink import OF_UMBRELLA, SinkSettings, is_file

if TYPE_CHECKING:
    from stacks.presets.model import Preset

SETTING = "integration"
S = TypeVar("S", bound=SinkSettings)


@dataclass(frozen=True)
class Integration:
    """What the key is for. `defaults`: settings by field name."""

    title: str
    screen: str
    """Where in the product a person enters the pair; empty where its vendor does not say."""
    defaults: Mapping[str, Any]


def find_integration(wanted: str) -> Integration | None:
    """Find what the setting `integration` names; None for Umbrella's, whose defaults are the settings' own.

    Raises `SettingErrors`.
    """
    if wanted == OF_UMBRELLA:
        return None
    from stacks.presets.catalogue import find_preset, read_preset  # read YAML, of which Umbrella's tenants have no use

    # A file's path starts in the project, wherever a command was called.
    found = read_preset(Path(wanted), SETTING) if is_file(wanted) else find_preset(wanted, SETTING)
    return make_integration(found)


def complete_settings(own: S) -> tuple[S, Integration | None]:
    """Fill in what the integration asks for where nothing else is said. Raises `SettingErrors`."""
    integration = find_integration(own.integration)
    if integration is None:
        return own, None
    given = {name: value for name, value in integration.defaults.items() if name not in own.model_fields_set}
    return own.model_copy(update=given), integration


def make_integration(preset: Preset) -> Integration:
    """Turn a vendor's preset into settings; names are the preset's, or made of what its product is called."""
    return Integration(
        title=preset.title,
        screen=preset.screen.path if preset.screen else "",
        defaults={
            "role_name": preset.names.role_name or _cut(preset.title, 30),
            "member_id": preset.names.member_id or _cut(preset.integration.replace(".", ""), 15) or "Integration",
            "member_name": preset.names.member_name or _cut(preset.title, 30),
            "key_description": preset.names.key_description or _cut(f"{preset.title} PSA Integration", 60),
            "permissions": {preset.get_site_name(name): levels for name, levels in preset.permissions.items()},
            "table_access": preset.tables if isinstance(preset.tables, list) else None,
            **({"customize": lists} if (lists := preset.get_lists()) else {}),
        },
    )


def _cut(text: str, most: int) -> str:
    return text[:most].strip()
