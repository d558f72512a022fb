"""Between an engine's plain property bags and our typed values.

Engines turn integers into floats and drop what is None (reference: pulumi#6310); pydantic settles both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError, create_model

from providers.core.errors import ProviderError
from providers.core.schema import Model

M = TypeVar("M", bound=Model)


@cache
def get_adapter(kind: Any) -> TypeAdapter[Any]:
    """Build what validates this type, once."""
    return TypeAdapter(kind)


def to_plain(value: Any) -> Any:
    """Turn a value into what the engine takes: containers and scalars, secrets in clear, nothing that is None."""
    if value is None or isinstance(value, str | int | float):
        return value  # nearly all are
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return to_plain(value.properties() if isinstance(value, Model) else value.model_dump())
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


class InvalidFields(ProviderError):
    """Every field of a bag that is wrong, each with what is wrong with it and its place: the field, and keys inside."""

    def __init__(self, errors: list[tuple[str, str]], places: list[tuple[str | int, ...]]) -> None:
        super().__init__("; ".join(str(ProviderError(f"{name} {text}")) for name, text in errors))
        self.problems = errors
        self.places = places


def parse(model: type[M], bag: Mapping[str, Any]) -> M:
    """Parse a whole bag. Properties that a later version added are dropped, not refused."""
    return model.model_validate({key: value for key, value in bag.items() if key in model.model_fields})


def parse_loosely(model: type[M], bag: Mapping[str, Any]) -> M:
    """Parse a bag that may break the model's bounds or lack fields, as last inputs do after a refresh."""
    known = {key: value for key, value in bag.items() if key in model.model_fields}
    try:
        return model.model_validate(known)
    except ValidationError:
        return cast(M, model.model_construct(**known))


@cache
def _omit_fields(model: type[Model], unknown: frozenset[str]) -> type[Model]:
    """Derive the same model without some fields, so that a preview validates what it knows."""
    fields: dict[str, Any] = {
        name: (info.rebuild_annotation(), info) for name, info in model.model_fields.items() if name not in unknown
    }
    return create_model(f"Known{model.__name__}", __base__=Model, **fields)


def parse_known(model: type[Model], known: Mapping[str, Any], unknown: Collection[str] = ()) -> dict[str, Any]:
    """Validate the fields that are known; defaults are filled in. Raises `InvalidFields`."""
    try:
        valid = (_omit_fields(model, frozenset(unknown)) if unknown else model).model_validate(known)
    except ValidationError as error:
        items = error.errors(include_input=False)
        problems = [(str(item["loc"][0]), describe_error(item)) for item in items]
        raise InvalidFields(problems, [item["loc"] for item in items]) from None
    return {name: getattr(valid, name) for name in type(valid).model_fields}


_WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not known",
    "literal_error": "must be {expected}",
    "greater_than_equal": "should be {ge} or more",
    "less_than_equal": "should be {le} or less",
    "string_too_long": "should have at most {max_length} characters",
    "string_too_short": "should have at least {min_length} character",
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(("dict_type", "model_type"), "must be a map, each line a name and a value"),
    "list_type": "must be a list",
    "string_type": "must be text",
}
"""pydantic speaks to programmers: of dictionaries, instances and inputs."""


def describe_error(item: Any) -> str:
    """One pydantic error in words, with its place inside the field; never with the value. May lack its full stop."""
    path = "".join(f"[{part!r}]" for part in item["loc"][1:])
    if item["type"] == "value_error":  # a validator's of ours, in our own words
        text = item["msg"].removeprefix("Value error, ")
    else:
        text = _WORDS.get(item["type"], "is not of the form that is wanted").format(**item.get("ctx", {}))
    return f"{path} {text}".strip()
