"""Every setting as a question: read from the settings' own models, never listed a second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from providers.core.configuration import PROJECT, Configuration
from providers.core.schema import is_sensitive
from providers.core.settings import SettingErrors, is_structured, list_words, load_settings, map_keys
from providers.sink import OF_UMBRELLA
from stacks.integration import find_integration
from stacks.settings import NAMESPACES


@dataclass(frozen=True)
class SettingInfo:
    """One setting of the contract."""

    key: str
    namespace: str
    required: bool
    secret: bool
    structured: bool  # a list or a map, given as JSON text
    default: str  # as text; empty where there is none, or none that is worth showing
    choices: tuple[str, ...]
    meaning: str

    @property
    def written(self) -> str:
        """Spell its name in the stack's file, where every key has a namespace."""
        return self.key if self.namespace else f"{PROJECT}:{self.key}"


def list_settings(integration: str = OF_UMBRELLA) -> dict[str, SettingInfo]:
    """List all settings by key, in the order of the contract; defaults are those of that integration.

    Raises `SettingErrors` where there is none of that name.
    """
    settings, found = {}, find_integration(integration)
    instead = found.defaults if found else {}
    for namespace, model in NAMESPACES.items():
        for key, name in map_keys(model, namespace).items():
            info = model.model_fields[name]
            structured = is_structured(info.annotation)
            choices = () if structured else list_words(info)
            own = instead.get(name, info.default) if namespace == "" else info.default
            default = own if isinstance(own, str | int) else ""
            settings[key] = SettingInfo(
                key=key,
                namespace=namespace,
                required=info.is_required(),
                secret=is_sensitive(info),
                structured=structured,
                default=str(default),
                choices=choices,
                meaning=info.description or "",
            )
    return settings


def find_flaws(values: Mapping[str, str], environment: Mapping[str, str], namespace: str) -> dict[str, str]:
    """Say what is wrong with these answers so far: a sentence by key."""
    try:
        load_settings(NAMESPACES[namespace], namespace, Configuration(values, environment))
    except SettingErrors as wrong:
        return {error.setting: error.sentence for error in wrong.errors}
    return {}
