"""What a resource's fields say about themselves."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, SecretStr, ValidationError

from providers.core.schema import (
    ConnectWiseOwned,
    Follows,
    Model,
    NotCompared,
    Observed,
    Replaces,
    describe_fields,
    get_marker,
    is_sensitive,
    sensitive_fields,
)


class Args(Model):
    name: Annotated[str, Replaces] = Field(description="what it is called")
    token: SecretStr | None = None
    private: Annotated[SecretStr, Follows("name")] = SecretStr("")
    how: Annotated[str, NotCompared] = ""


class Live(Observed):
    healthy: bool = Field(default=True, description="whether it works")


class State(Args, Live):
    levels: dict[str, str] = Field(default_factory=dict)
    public: str = ""


def test_a_marker_is_found_as_class_or_instance_and_not_where_it_is_not() -> None:
    fields = Args.model_fields
    assert get_marker(fields["name"], Replaces) is True
    assert get_marker(fields["private"], Follows) == Follows("name")
    assert get_marker(fields["how"], NotCompared)
    assert get_marker(fields["how"], Replaces) is None


def test_secrets_are_known_by_their_type_also_when_optional() -> None:
    assert sensitive_fields(State) == ["token", "private"]
    assert not is_sensitive(Args.model_fields["name"])


def test_every_field_is_described_once_arguments_first() -> None:
    rows = {row.name: row for row in describe_fields(Args, Live, State)}
    assert list(rows) == ["name", "token", "private", "how", "healthy", "levels", "public"]
    assert (rows["name"].type, rows["name"].required, rows["name"].replaces) == (str, True, True)
    assert (rows["healthy"].kind, rows["healthy"].default, rows["healthy"].computed) == ("observed", True, True)
    assert (rows["how"].kind, rows["how"].optional, rows["how"].default) == ("asked", True, "")
    assert [row.kind for row in rows.values() if row.name in ("levels", "public")] == ["recorded", "recorded"]
    assert rows["name"].description == "what it is called"
    assert rows["public"].computed
    assert not rows["public"].required
    assert rows["private"].sensitive
    assert not rows["how"].required
    assert rows["levels"].type == dict[str, str]


def test_a_misspelled_field_is_an_error_and_never_ignored() -> None:
    with pytest.raises(ValidationError):
        Args.model_validate({"name": "x", "tokne": "y"})


def test_no_wrong_value_is_shown_by_an_error() -> None:
    with pytest.raises(ValidationError) as caught:
        Args.model_validate({"name": "x", "private": ["s3cr3t-value"]})
    assert "s3cr3t-value" not in str(caught.value)


def test_models_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Args(name="x").name = "y"  # type: ignore[misc]


def test_every_connectwise_object_must_say_whose_it_is() -> None:
    with pytest.raises(ValidationError):
        ConnectWiseOwned.model_validate({})
