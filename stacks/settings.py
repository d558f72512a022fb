"""A tenant's settings: docs/settings.md, from the stack's configuration and the environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, field_validator

from providers.connectwise.connection import ConnectWiseSettings
from providers.connectwise.customize import Customize, normalize_items
from providers.connectwise.grants import AskedLevels, Levels
from providers.connectwise.references import FIELDS
from providers.core.configuration import PROJECT, Configuration
from providers.core.errors import SettingError
from providers.core.guards import Guard
from providers.core.nearest import suggest_nearest
from providers.core.schema import is_sensitive
from providers.core.settings import (
    Flaw,
    SettingErrors,
    Settings,
    Words,
    find_unknown_keys,
    load_settings,
    map_keys,
)
from providers.core.stack_file import find_misplaced_keys, find_rewritten, locate_stack_file, make_unquoted_error
from providers.sink import Sink, SinkSettings, find_missing_vault, find_unused, make_sink, read_sink_kind
from providers.umbrella.connection import NAMESPACE as UMBRELLA
from providers.umbrella.connection import UmbrellaSettings
from providers.vault.connection import VaultSettings
from stacks.integration import Integration, complete_settings
from stacks.presets.umbrella import UMBRELLA_PERMISSIONS, UMBRELLA_TABLES

UNCUSTOMIZED = "uncustomized"
"""In place of the list of setup tables: it is left as the site makes it."""

_TENANT = re.compile(r"[a-z0-9](-?[a-z0-9])*")


class TenantSettings(SinkSettings):
    """The project's own keys: what is made, what for, and under which names."""

    role_name: str = Field(default="Umbrella", min_length=1, max_length=30, description="the security role's name")
    member_id: str = Field(
        default="Umbrella", min_length=1, max_length=15, description="the API member's id, permanent"
    )
    member_name: str = Field(default="Cisco Umbrella", min_length=1, max_length=30, description="the API member's name")
    member_email: str = Field(
        default="", max_length=250, description="the API member's e-mail address, if it should have one"
    )
    member_defaults: dict[str, str] = Field(
        default_factory=dict,
        description="level, securityLocation, location, department, territory, timeZone, board, by name",
    )
    key_description: str = Field(
        default="Umbrella PSA Integration", min_length=1, max_length=60, description="the key's; our tag is appended"
    )
    permissions: dict[str, AskedLevels] = Field(
        default_factory=lambda: _parse_levels(UMBRELLA_PERMISSIONS),
        description="the role's levels by module function, all of them; else Umbrella's four",
    )
    table_access: Annotated[list[str] | None, Words((UNCUSTOMIZED,))] = Field(
        default_factory=lambda: list(UMBRELLA_TABLES),
        description="the setup tables it may use, or uncustomized: as the site makes them; else Umbrella's three",
    )
    customize: Customize = Field(
        default=None,
        description="what it may use of other functions that have a customize list, by function; else as the site "
        "makes them",
    )
    rotate: str = Field(default="", description="any text; another one means a new key")
    max_age_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="from this age on the next up replaces the key"
    )
    adopt: Literal["never", "identical", "any"] = Field(
        default="never", description="may a role or member that is there, and not ours, be taken over?"
    )
    labels: dict[str, str] = Field(
        default_factory=dict, description="words of your own, for choosing tenants by --label"
    )
    allow: list[Guard] = Field(default_factory=list, description="guards that are lifted on purpose: docs/guards.md")

    @field_validator("member_id")
    @classmethod
    def _member_id(cls, value: str) -> str:
        if "." in value or value != value.strip() or not value.isprintable():
            raise ValueError("must have no dots, and blanks only inside: ConnectWise takes no others in a member id")
        return value

    @field_validator("permissions")
    @classmethod
    def _permissions(cls, value: dict[str, Levels]) -> dict[str, Levels]:
        for name in value:
            module, _, function = name.partition(" / ")
            if not (module.strip() and function.strip()):
                raise ValueError(
                    f"{name!r} must be written as `<module> / <function>`, such as 'Service Desk / Service Tickets'"
                )
        return value

    @field_validator("table_access", mode="before")
    @classmethod
    def _uncustomized(cls, value: object) -> object:
        return None if value == UNCUSTOMIZED else value

    @field_validator("table_access")
    @classmethod
    def _table_access(cls, value: list[str] | None) -> list[str] | None:
        if value is not None and len(normalize_items(value)) != len(value):
            raise ValueError("names a table twice")
        return value

    @field_validator("labels", "member_defaults", mode="before")
    @classmethod
    def _take_numbers(cls, value: object) -> object:
        """Take a number as text: `pulumi config set --path` writes an id so."""
        if not isinstance(value, dict):
            return value
        return {name: str(item) if type(item) is int else item for name, item in value.items()}

    @field_validator("member_defaults")
    @classmethod
    def _member_defaults(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name not in FIELDS:
                raise Flaw(
                    f"{name!r} is not known; known are {', '.join(FIELDS)}", detail=suggest_nearest(name, FIELDS)
                )
        return value


class Tenant(NamedTuple):
    """Everything that a stack says, validated."""

    name: str
    connectwise: ConnectWiseSettings
    sink: Sink
    vault: VaultSettings
    own: TenantSettings
    integration: Integration | None = None
    """What the key is for, where that is not Umbrella."""

    @property
    def vendor_names(self) -> list[str] | None:
        """The functions as the integration's vendor spells them; None where the permissions are the user's own."""
        if self.integration is None or self.own.permissions != self.integration.defaults["permissions"]:
            return None
        return sorted(self.own.permissions)


NAMESPACES: dict[str, type[Settings]] = {
    "connectwise": ConnectWiseSettings,
    "umbrella": UmbrellaSettings,
    "vault": VaultSettings,
    "": TenantSettings,
}


def check_name(tenant: str) -> SettingError | None:
    """Say what is wrong with a tenant's name, if anything."""
    if _TENANT.fullmatch(tenant):
        return None
    return SettingError(
        "stack", f"the name {tenant!r} must be lower-case letters, digits and single hyphens, such as acme-msp"
    )


def list_keys() -> list[str]:
    """Every setting of the contract, as it is spelled there."""
    return [key for namespace, model in NAMESPACES.items() for key in map_keys(model, namespace)]


def is_shown(key: str) -> bool:
    """Tell whether a key is a setting of ours that is no secret, as a file spells it."""
    namespace, _, name = key.removeprefix(f"{PROJECT}:").rpartition(":")
    model = NAMESPACES.get(namespace)
    field = map_keys(model, namespace).get(f"{namespace}:{name}".lstrip(":")) if model else None
    return bool(model and field and not is_sensitive(model.model_fields[field]))


def read_tenant(
    name: str,
    values: Mapping[str, str],
    secret_keys: Collection[str],
    environment: Mapping[str, str],
    file: Path | None = None,
) -> Tenant:
    """Validate a stack's configuration. Raises `SettingErrors` with every problem, a sentence each.

    `file`: where the values stand, when not in the stack's own file.
    """
    file = file or locate_stack_file(name)
    configuration = Configuration(values, environment)
    secrets = {key.removeprefix(f"{PROJECT}:") for key in secret_keys}
    errors = find_unknown_keys(configuration, list_keys(), NAMESPACES)
    if wrong := check_name(name):
        errors.append(wrong)
    errors += [
        SettingError(
            key,
            "stands outside `config:` in the stack's file, where nothing reads it",
            next_step="move the line below it",
        )
        for key in find_misplaced_keys(file)
    ]
    errors += _list_rewritten(file)
    sink = read_sink_kind(configuration)
    settings: dict[str, Any] = {UMBRELLA: None}
    for namespace, model in NAMESPACES.items():
        if namespace == UMBRELLA and sink != UMBRELLA:
            continue
        try:
            settings[namespace] = load_settings(model, namespace, configuration, secrets)
            if model is TenantSettings:
                settings[namespace], settings["integration"] = complete_settings(settings[namespace])
        except SettingErrors as error:
            errors += error.errors
    errors += find_unused(configuration, sink)
    if "vault" in settings:
        errors += find_missing_vault(sink, settings["vault"].url)
    if errors:
        raise SettingErrors(errors)
    made = make_sink(settings[""], settings[UMBRELLA])
    return Tenant(
        name, settings["connectwise"], made, settings["vault"], settings[""], integration=settings["integration"]
    )


def _list_rewritten(file: Path) -> list[SettingError]:
    """Numbers and dates of which the engine has made another text. `rotate` is compared with itself alone."""
    return [
        make_unquoted_error(found)
        for found in find_rewritten(file)
        if is_shown(found.key) and found.key != f"{PROJECT}:rotate"
    ]


def _parse_levels(grants: Mapping[str, Mapping[str, str]]) -> dict[str, Levels]:
    return {name: Levels.model_validate(levels) for name, levels in grants.items()}
