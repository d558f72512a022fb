"""Secrets have a type of their own from the wire on: plain text in no model, shown by no `repr`, `str` or error."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

import providers
import stacks
from providers.core.schema import is_sensitive

SECRET = "hunter2-hunter2"
# Names that mean a secret, and the few that only sound like one.
SOUNDS_SECRET = re.compile(r"key|secret|token|password|passphrase|client_?id|authorization", re.IGNORECASE)
HARMLESS = re.compile(
    r"^(public_?key|written_?key|applied_?key|manual_public_?key|supplied_public_?key|replaced_public_?key|key_?id|key_age_days|key_description|api_key|kms_key|"
    r"private_?key_?set)$",
    re.IGNORECASE,
)


def _list_subclasses(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in kind.__subclasses__():
        yield model
        yield from _list_subclasses(model)


def _list_models() -> list[type[BaseModel]]:
    """Every pydantic model of the product."""
    for package in (providers, stacks):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    ours = {
        subclass
        for subclass in _list_subclasses(BaseModel)
        if subclass.__module__.startswith(("providers.", "stacks."))
    }
    return sorted(ours, key=lambda one: f"{one.__module__}.{one.__qualname__}")


MODELS = _list_models()
WITH_SECRETS = [model for model in MODELS if any(is_sensitive(info) for info in model.model_fields.values())]


def _name(model: type[BaseModel]) -> str:
    return f"{model.__module__.rpartition('.')[2]}.{model.__name__}"


def test_the_walk_finds_the_models() -> None:
    names = {_name(model) for model in WITH_SECRETS}
    assert {"api_key.ApiKeyState", "connection.ConnectWiseSettings", "contract.MintedKey", "api._Token"} <= names
    assert len(MODELS) > 30


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_no_field_that_sounds_secret_is_a_plain_text(model: type[BaseModel]) -> None:
    plain = [
        name
        for name, info in model.model_fields.items()
        if SOUNDS_SECRET.search(name) and not HARMLESS.match(name) and not is_sensitive(info)
    ]
    assert plain == []


def _make_value(kind: Any) -> Any:
    """Something of this type; what is secret is the secret, in every place that takes one."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is SecretStr:
        return SecretStr(SECRET)
    if origin in (Union, UnionType):
        return _make_value(SecretStr if SecretStr in inner else inner[0])
    if origin is Annotated or (origin is None and inner):
        return _make_value(inner[0])
    if origin is Literal:
        return inner[0]
    if origin in (list, dict, tuple):
        return origin()
    return {str: "text", int: 1, bool: True}.get(kind)


@pytest.mark.parametrize("model", WITH_SECRETS, ids=_name)
def test_a_model_shows_its_secrets_to_nobody(model: type[BaseModel]) -> None:
    values = {name: _make_value(info.annotation) for name, info in model.model_fields.items()}
    # Unchecked: what the texts hold is no matter here.
    made = model.model_construct(**values)
    secret = [name for name, info in model.model_fields.items() if is_sensitive(info)]
    assert all(getattr(made, name).get_secret_value() == SECRET for name in secret)
    for shown in (repr(made), str(made), f"{made}", repr(made.model_dump()), repr([made]), made.model_dump_json()):
        assert SECRET not in shown


@pytest.mark.parametrize("model", WITH_SECRETS, ids=_name)
def test_what_a_model_says_of_wrong_input_leaves_the_input_out(model: type[BaseModel]) -> None:
    """A secret in the place of every field, and where none belongs."""
    wrong = {info.alias or name: [{SECRET: SECRET}] for name, info in model.model_fields.items()}
    with pytest.raises(ValidationError) as refused:
        model.model_validate(wrong | {"surprise": SECRET})
    for error in (refused.value, refused.value.__cause__, refused.value.__context__):
        assert SECRET not in repr(error)
        assert SECRET not in str(error)
