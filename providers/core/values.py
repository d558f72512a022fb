"""Between the engine's property bags and our typed values.

The engine turns integers into floats, drops what is None, adds `__provider`, and in previews puts `Unknown`
objects anywhere in `check` and `diff` (reference: pulumi#13830, #10040, #6310). pydantic settles the first two.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError, create_model

from providers.core.schema import Model

M = TypeVar("M", bound=Model)

PROVIDER_KEY = "__provider"


def plain(value: Any) -> Any:
    """A value as the engine takes it: containers and scalars, secrets in clear, nothing that is None."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return plain(value.properties() if isinstance(value, Model) else value.model_dump())
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def without_provider(bag: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are the resource's own."""
    return {key: value for key, value in bag.items() if key != PROVIDER_KEY}


def holds_unknown(value: Any) -> bool:
    """True where an `Unknown` stands anywhere inside. By class name: importing Pulumi here would tie us to it."""
    if type(value).__name__ == "Unknown" and type(value).__module__ == "pulumi.output":
        return True
    if isinstance(value, Mapping):
        return any(holds_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(holds_unknown(item) for item in value)
    return False


def parse(model: type[M], bag: Mapping[str, Any]) -> M:
    """A whole property bag as a model. Properties that a later version added are dropped, not refused."""
    known = {key: value for key, value in without_provider(bag).items() if key in model.model_fields}
    return model.model_validate(known)


@cache
def _without(model: type[Model], unknown: frozenset[str]) -> type[Model]:
    """The same model without some fields, so that a preview validates what it knows."""
    fields: dict[str, Any] = {
        name: (info.rebuild_annotation(), info) for name, info in model.model_fields.items() if name not in unknown
    }
    return create_model(f"Known{model.__name__}", __base__=Model, **fields)


def parse_known(
    model: type[Model], bag: Mapping[str, Any]
) -> tuple[dict[str, Any], frozenset[str], list[tuple[str, str]]]:
    """Validate what is known: (validated fields, names of the unknown ones, [(field, what is wrong)])."""
    given = without_provider(bag)
    unknown = frozenset(name for name, value in given.items() if holds_unknown(value))
    known = {name: value for name, value in given.items() if name not in unknown}
    try:
        valid = (_without(model, unknown) if unknown else model).model_validate(known)
    except ValidationError as error:
        wrong = [(str(item["loc"][0]), describe_error(item)) for item in error.errors(include_input=False)]
        return {}, unknown, [(name, text if text.endswith((".", "?", "!")) else f"{text}.") for name, text in wrong]
    return {name: getattr(valid, name) for name in type(valid).model_fields}, unknown, []


def describe_error(item: Any) -> str:
    """One pydantic error in words, with its place inside the field; never with the value. May lack its full stop."""
    where = "".join(f"[{part!r}]" for part in item["loc"][1:])
    text = {
        "missing": "is required",
        "extra_forbidden": "is not known",
        "literal_error": f"must be {item.get('ctx', {}).get('expected')}",
    }.get(item["type"], item["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("String "))
    return f"{where} {text}".strip()
