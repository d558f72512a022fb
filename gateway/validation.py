"""Reads YAML files, and says in one sentence what is wrong with a file or a request: never the value."""

from __future__ import annotations

from collections.abc import Hashable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


class ConfigurationError(Exception):
    """One sentence: which key, what is wrong."""


class _Loader(yaml.SafeLoader):
    """Loads what YAML allows but keys that are there twice: the former would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set[str]()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise _RepeatedKey(f"the key '{key.value}' is there twice (line {key.start_mark.line + 1})")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


class _RepeatedKey(Exception):
    """A key that a mapping holds more than once."""


def read_yaml(file: Path) -> Any:
    """Read a YAML file.

    Raises:
        ConfigurationError: it is not there, or is none; one sentence with the place.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file} can't be read: it is not UTF-8") from None
    except _RepeatedKey as error:
        raise ConfigurationError(f"{file}: {error}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ConfigurationError(f"{file} is not YAML{place}; a value with special characters needs quotes") from None


# What pydantic's kinds of error mean, by how their names begin; its own phrases reach nobody.
_PHRASES = {
    "missing": "is missing",
    "value_error": "{error}",
    "literal_error": "must be {expected}",
    "string_type": "must be text: write it in quotes",
    "string_too_long": "may have at most {max_length} characters",
    "string_pattern": "must be lower-case letters and digits, with single hyphens between them",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be at most {le:g}",
    "too_short": "must not be empty",
    "json": "is not JSON",
    "bool": "must be true or false",
    "int": "must be a whole number",
    "float": "must be a number",
    "finite": "must be a number",
    "path": "must be a path",
    "list": "must be a list",
    "dict": "must be a mapping of keys to values",
    "model": "must be a mapping of keys to values",
}


def describe_first_error(error: ValidationError, model: type[BaseModel]) -> str:
    """Say what is wrong first.

    Args:
        error: What pydantic found.
        model: What was to be read: its keys are proposed for one that it does not know.
    """
    errors = error.errors(include_input=False, include_url=False)
    # What is misspelt is missing as well: the unknown key is what leads to the mistake.
    first = next((found for found in errors if found["type"] == "extra_forbidden"), errors[0])
    place = [str(part) for part in first["loc"] if part != "[key]"]
    return f"{'.'.join(place) or 'it'} {_describe(first, model)}"


def _describe(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        known = _list_keys(model, error["loc"][:-1])
        nearest = get_close_matches(str(error["loc"][-1]), known, 1)
        return f"is not known; did you mean {nearest[0]}?" if nearest else f"is not known; there are {', '.join(known)}"
    phrase = next((words for name, words in _PHRASES.items() if kind.startswith(name)), "must be another value")
    return phrase.format(**error.get("ctx", {}))


def _list_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """List the keys of the mapping at this place below the model."""
    for part in location:
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        model = next(filter(None, [_find_model(fields.get(str(part)))]), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _find_model(annotation: Any) -> type[BaseModel] | None:
    """Find the model in an annotation, as in `X | None` and `dict[str, X]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_find_model, get_args(annotation))), None)
