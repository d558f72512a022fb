"""Settings as pydantic models, read from the configuration, wrong ones reported as one sentence each.

The models live with what they configure (a connection, a driver, a tenant); how they are read and how their errors
are worded is here, once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, create_model
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from providers.core.configuration import Configuration, to_environment_name
from providers.core.errors import MissingSetting, ProviderError, SettingError
from providers.core.nearest import suggest_nearest
from providers.core.schema import get_marker, is_sensitive, sensitive_fields
from providers.core.terms import terms
from providers.core.values import describe_error
from providers.http.errors import InsecureUrl
from providers.http.urls import require_https

S = TypeVar("S", bound="Settings")


Demand = tuple[str, str, str]
"""A field, what is wrong with it as it stands beside the others, and what to do."""


class Flaw(ValueError):
    """What is wrong with a value, for a validator to raise: its fields become the setting's problem."""

    def __init__(self, summary: str, *, next_step: str = "", detail: str = "") -> None:
        super().__init__(summary)
        self.next_step = next_step
        self.detail = detail


@dataclass(frozen=True)
class Words:
    """Words that may stand in place of a list or a map."""

    words: tuple[str, ...]


class SettingErrors(ProviderError):
    """Every wrong setting at once, one sentence a line: nobody likes to find them one by one."""

    def __init__(self, errors: list[SettingError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class Settings(BaseModel):
    """Base of every settings model. Field names are the contract's, in snake case."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,
    )

    def find_unmet_requirements(self) -> list[Demand]:
        """Find what some settings ask of others, as far as it is not met."""
        return []


def format_key(namespace: str, name: str) -> str:
    """Spell a setting as the contract does: `connectwise:companyId`, `roleName`."""
    return f"{namespace}:{to_camel(name)}" if namespace else to_camel(name)


@cache
def map_keys(model: type[Settings], namespace: str) -> Mapping[str, str]:
    """Field name by key, for every setting of a model."""
    return {format_key(namespace, name): name for name in model.model_fields}


def load_settings(
    model: type[S], namespace: str, configuration: Configuration, secret_keys: Collection[str] | None = None
) -> S:
    """Read one model. `secret_keys`: the keys that the stack stores encrypted, None where that can't be known.

    Raises `SettingErrors`.
    """
    given: dict[str, Any] = {}
    errors: list[SettingError] = []
    for key, name in map_keys(model, namespace).items():
        info, is_secret = model.model_fields[name], name in sensitive_fields(model)
        text = configuration.get(key)
        if text is None or (text == "" and not info.is_required()):
            continue
        if secret_keys is not None and is_secret and configuration.is_recorded(key) and key not in secret_keys:
            errors.append(
                SettingError(
                    key,
                    "is a secret but is stored as plain text",
                    next_step=f"replace it with `{terms().set_secret} {key}` (the value on standard input) and "
                    "consider the old value as known to others",
                )
            )
        if is_secret:
            text = text.strip()  # a file's last line break is no part of a secret
        try:
            whole = is_structured(info.annotation) and text not in list_words(info)
            given[key.rpartition(":")[2]] = json.loads(text) if whole else text
        except ValueError:
            step = "write it as YAML in the stack file or as JSON text"
            meant = suggest_nearest(text, list_words(info), most=1)
            errors.append(SettingError(key, "is not well-formed", next_step=step, detail=meant))
    broken = {problem.setting for problem in errors}
    try:
        settings = model.model_validate(given)
    except ValidationError as error:
        details = [(find_field(model, str(item["loc"][0])), item) for item in error.errors(include_input=False)]
        worded = [(format_key(namespace, name), item) for name, item in details]
        errors += [_describe_error(key, model, item) for key, item in worded if key not in broken]
        broken |= {key for key, _ in worded}
        unset = {name for name, _ in details}
        settings = _make_lenient_model(model, unset).model_validate(
            {alias: value for alias, value in given.items() if find_field(model, alias) not in unset}
        )
    # What is asked of others is reported together with what is wrong or missing.
    for name, summary, step in settings.find_unmet_requirements():
        kind = SettingError if getattr(settings, name) else MissingSetting
        if (key := format_key(namespace, name)) not in broken:
            errors.append(kind(key, summary, next_step=step))
    if errors:
        raise SettingErrors(errors)
    return settings


def _make_lenient_model(model: type[S], fields: Collection[str]) -> type[S]:
    """Derive the same model with these fields unset, whatever they need."""
    unset: dict[str, Any] = dict.fromkeys(fields, (Any, None))
    return create_model(model.__name__, __base__=model, **unset)


def validate_url(value: str) -> str:
    """Check that a URL is absolute, and `https` unless the host is a loopback address; drop trailing slashes."""
    value = value.strip().rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a host name or an https URL")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must hold no user name, password, query or fragment")
    try:
        require_https(value)
    except InsecureUrl:
        if parts.scheme == "http":
            raise ValueError("must be https: plain http is allowed to loopback addresses only") from None
        raise ValueError("is not a well-formed address") from None
    return value


# Before the first release; an old name is an error with the new one in it, not another way to write it.
RENAMED = {
    "connectwise:hand": "connectwise:driver",
    "umbrella:hand": "umbrella:driver",
    "connectwise:assistedPublicKey": "connectwise:manualPublicKey",
    "connectwise:assistedPrivateKey": "connectwise:manualPrivateKey",
}


def make_renamed_error(key: str) -> SettingError:
    """Say what a setting of `RENAMED` is called now."""
    name = RENAMED[key]
    return SettingError(key, f"is called {name} now ({to_environment_name(name)} in the environment)")


def find_unknown_keys(
    configuration: Configuration, known: Collection[str], namespaces: Collection[str]
) -> list[SettingError]:
    """Keys in our namespaces that no setting has, with what was probably meant. Other namespaces are left alone."""
    renamed = [key for key, name in RENAMED.items() if name in known and configuration.get(key) is not None]
    return [make_renamed_error(key) for key in renamed] + [
        _make_unknown_error(key, suggest_nearest(key, known, most=1))
        for key in configuration.list_set_keys()
        if key not in known and key not in renamed and (":" not in key or key.split(":")[0] in namespaces)
    ]


def _make_unknown_error(key: str, meant: str) -> SettingError:
    """Say what was meant, or how to remove it where nothing is like it: one suggestion."""
    step = "" if meant else f"remove it with `{terms().remove_setting} {key}`"
    return SettingError(key, "there is no such setting", next_step=step, detail=meant)


def find_field(model: type[Settings], alias: str) -> str:
    """Find the field whose alias (or name) an error names."""
    return next(name for name in model.model_fields if alias in (name, to_camel(name)))


def _describe_error(key: str, model: type[Settings], item: Any) -> SettingError:
    info = model.model_fields[find_field(model, str(item["loc"][0]))]
    if item["type"] == "missing":
        command = terms().set_secret if is_sensitive(info) else terms().set_setting
        description = f" ({info.description})" if info.description else ""
        return MissingSetting(
            key,
            f"is required{description}",
            next_step=f"set it with `{command} {key}` or as {to_environment_name(key)}",
        )
    flaw = item.get("ctx", {}).get("error")
    texts = {"next_step": flaw.next_step, "detail": flaw.detail} if isinstance(flaw, Flaw) else {}
    if item["type"] == "string_type":
        texts = {"next_step": "write it in quotes where it looks like a number, a date, true or null"}
    return SettingError(key, describe_error(item), **texts)


def list_words(info: FieldInfo) -> tuple[str, ...]:
    """List the words that a setting may be, also when optional, and those that may stand in place of a list."""
    marker = get_marker(info, Words)
    kinds = (info.annotation, *get_args(info.annotation))
    choices = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    return (*(marker.words if marker else ()), *choices)


def is_structured(annotation: Any) -> bool:
    """Tell whether a setting is a list or a map, also when optional."""
    kinds = [annotation, *get_args(annotation)] if get_origin(annotation) is not Literal else []
    if SecretStr in kinds:
        return False
    return any(
        get_origin(kind) in (dict, list) or (isinstance(kind, type) and issubclass(kind, BaseModel)) for kind in kinds
    )
