"""The provider's block: the settings of docs/settings.md in snake_case, a block for each namespace."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.connectwise.connection import NAMESPACE as CONNECTWISE
from providers.connectwise.connection import ConnectWiseSettings, format_company_key
from providers.core.configuration import PROJECT, Configuration
from providers.core.errors import MissingSetting, ProviderError, SettingError
from providers.core.guards import WORDS
from providers.core.nearest import suggest_nearest
from providers.core.schema import is_sensitive
from providers.core.settings import SettingErrors, Settings, format_key, load_settings, map_keys
from providers.core.tags import hash_owner
from providers.engines.terraform.diagnostics import Path
from providers.engines.terraform.schema import Attribute
from providers.engines.terraform.wire import UNKNOWN
from providers.sink import Sink, SinkSettings, find_missing_vault, make_sink, read_sink_kind
from providers.umbrella.connection import NAMESPACE as UMBRELLA
from providers.umbrella.connection import UmbrellaSettings
from providers.vault.connection import NAMESPACE as VAULT
from providers.vault.connection import VaultSettings

BLOCKS: dict[str, type[Settings]] = {CONNECTWISE: ConnectWiseSettings, UMBRELLA: UmbrellaSettings, VAULT: VaultSettings}

KEY = "key"
"""The name of a tenant's key in its tag: the same for every engine, or its keys would be somebody else's."""

OWN = ""
"""The namespace of what stands in no block."""

TENANT = Attribute("tenant", "string", "the tenant's name: a part of whose its keys are", required=True)
ALLOW = Attribute("allow", ["list", "string"], "guards that are lifted on purpose: docs/guards.md", optional=True)

SINK_KEYS = map_keys(SinkSettings, "")
"""What stands beside the tenant's name, by key: `integration`, `sink`, `appliedKey`."""

_NAME = r"[a-z0-9](-?[a-z0-9])*"

Problem = tuple[Path, ProviderError]


def list_attributes(namespace: str) -> list[Attribute]:
    """List one block's attributes. None is required here: the environment may have it, and wins."""
    return [
        Attribute(name, "string", info.description or "", optional=True, sensitive=is_sensitive(info))
        for name, info in BLOCKS[namespace].model_fields.items()
    ]


def list_own_attributes() -> list[Attribute]:
    """List what stands in no block."""
    fields = SinkSettings.model_fields
    own = [Attribute(name, "string", fields[name].description or "", optional=True) for name in SINK_KEYS.values()]
    return [TENANT, ALLOW, *own]


@dataclass(frozen=True)
class Tenant:
    """Whom a provider works for."""

    name: str
    configuration: Configuration
    connectwise: ConnectWiseSettings
    sink: Sink
    vault: VaultSettings

    def fill(self, kind: str) -> dict[str, Any]:
        """Give the arguments of a resource that come from the provider's block; too many for most kinds."""
        company, console = format_company_key(self.connectwise), self.sink.console
        manual = self.connectwise.driver == "manual"
        given: dict[str, Any] = {
            "tenant": self.name,
            "company": company,
            "console": console,
            "owner": hash_owner(PROJECT, self.name, company, console, KEY),
            "company_id": self.connectwise.company_id,
            "site": self.connectwise.site,
            "url": self.vault.url or "",
            "on_destroy": self.vault.on_destroy,
            "supplied_public_key": (self.connectwise.manual_public_key or "") if manual else "",
        }
        if kind != "PsaIntegration":
            return given
        return given | {"adopt": self.sink.adopt, "sink": None if self.sink.umbrella else self.sink.kind}


def read_configuration(block: Mapping[str, Any]) -> Configuration:
    """Turn a block into settings by key, as every other part of the product reads them."""
    values: dict[str, str] = {}
    for namespace, model in BLOCKS.items():
        given = block.get(namespace) or {}
        for key, name in map_keys(model, namespace).items():
            value = given.get(name)
            if isinstance(value, str):
                values[key] = value
    values |= {key: value for key, name in SINK_KEYS.items() if isinstance(value := block.get(name), str)}
    allow = block.get("allow")
    if isinstance(allow, list):
        values["allow"] = json.dumps([word for word in allow if word is not UNKNOWN])
    return Configuration(values)


def open_tenant(block: Mapping[str, Any]) -> Tenant:
    """Read a block whole. Raises `SettingErrors`."""
    configuration = read_configuration(block)
    problems = [*find_unknown_values(block), *_find_wrong_words(block)]
    settings: dict[str, Any] = {}
    for namespace, model in _list_read(configuration).items():
        try:
            settings[namespace] = load_settings(model, namespace, configuration)
        except SettingErrors as errors:
            problems += errors.errors
    if not problems:
        problems += find_missing_vault(settings[OWN].sink_kind, settings[VAULT].url)
    if problems:
        raise SettingErrors(problems)
    sink = make_sink(settings[OWN], settings.get(UMBRELLA))
    return Tenant(str(block.get("tenant") or ""), configuration, settings[CONNECTWISE], sink, settings[VAULT])


def _list_read(configuration: Configuration) -> dict[str, type[Settings]]:
    """List what is read: of Umbrella only where that is the sink."""
    models: dict[str, type[Settings]] = {**BLOCKS, OWN: SinkSettings}
    if read_sink_kind(configuration) != UMBRELLA:
        del models[UMBRELLA]
    return models


def find_problems(block: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong already, where values may still be unknown: nothing is missed, and nobody is asked."""
    configuration = read_configuration(block)
    found = _find_wrong_words(block)
    for namespace, model in _list_read(configuration).items():
        try:
            load_settings(model, namespace, configuration)
        except SettingErrors as errors:
            given = block if namespace == OWN else block.get(namespace) or {}
            unknown = {format_key(namespace, name) for name, value in given.items() if value is UNKNOWN}
            found += [
                error
                for error in errors.errors
                if error.setting not in unknown and not (unknown and isinstance(error, MissingSetting))
            ]
    return [(locate(error.setting), error) for error in found]


def _find_wrong_words(block: Mapping[str, Any]) -> list[SettingError]:
    """Find what is wrong with the two attributes that stand in no block."""
    found, tenant, allow = [], block.get("tenant"), block.get("allow")
    if isinstance(tenant, str) and not re.fullmatch(_NAME, tenant):
        flaw = f"the name {tenant!r} must be lower-case letters, digits and single hyphens, such as acme-msp"
        found.append(SettingError("tenant", flaw))
    for guard in allow if isinstance(allow, list) else ():
        if isinstance(guard, str) and guard not in WORDS:
            found.append(SettingError("allow", f"there is no guard {guard!r}", detail=suggest_nearest(guard, WORDS)))
    return found


def find_unknown_values(block: Mapping[str, Any]) -> list[SettingError]:
    """Find settings whose value another resource has yet to give: nothing can be looked at with those."""
    return [
        SettingError(
            format_key(namespace, name),
            "is not known before the run",
            next_step="give the provider values that are known: variables, or a first apply with -target",
        )
        for namespace in BLOCKS
        for name, value in (block.get(namespace) or {}).items()
        if value is UNKNOWN
    ]


def locate(key: str) -> Path:
    """Find a setting's attribute in the provider's block."""
    namespace, _, _ = key.rpartition(":")
    if namespace == OWN and key in SINK_KEYS:
        return (SINK_KEYS[key],)
    if namespace not in BLOCKS:
        return (key,) if key in ("tenant", "allow") else ()
    return (f"{namespace}.{map_keys(BLOCKS[namespace], namespace)[key]}",)
