"""Between the engine's bags and typed values."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.output import Unknown
from pydantic import AfterValidator, Field, SecretStr, ValidationError

from providers.core.schema import Model
from providers.core.values import parse, to_plain
from providers.engines.pulumi.adapter import contains_unknown, drop_provider
from tests.unit.providers.core.bags import parse_known

UNKNOWN = Unknown()  # type: ignore[no-untyped-call]


class Inner(Model):
    name: str = ""
    private: SecretStr = SecretStr("")


class Thing(Model):
    name: str
    count: int = 0
    limit: int | None = None
    active: bool = True
    private: SecretStr = SecretStr("")
    levels: dict[str, str] = Field(default_factory=dict)
    tables: Annotated[list[str], AfterValidator(sorted)] = Field(default_factory=list)
    inner: Inner | None = None


things = st.builds(
    Thing,
    name=st.text(),
    count=st.integers(-(2**31), 2**31),
    limit=st.none() | st.integers(0, 9999),
    active=st.booleans(),
    private=st.text().map(SecretStr),
    levels=st.dictionaries(st.text(), st.text(), max_size=3),
    tables=st.lists(st.text(), max_size=3),
    inner=st.none() | st.builds(Inner, name=st.text(), private=st.text().map(SecretStr)),
)


def return_like_engine(value: Any) -> Any:
    """Integers have become floats, what is None is gone, the provider's bytes are among the properties."""
    if isinstance(value, dict):
        return {key: return_like_engine(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [return_like_engine(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(things)
def test_a_value_survives_the_way_to_the_engine_and_back(thing: Thing) -> None:
    bag = {**return_like_engine(to_plain(thing)), "__provider": "gASV"}
    assert parse(Thing, bag) == thing


@given(things)
def test_known_inputs_survive_too_and_nothing_is_unknown(thing: Thing) -> None:
    known, unknown, wrong = parse_known(Thing, return_like_engine(to_plain(thing)))
    assert (Thing(**known), unknown, wrong) == (thing, frozenset(), [])


@given(things)
def test_what_goes_to_the_engine_holds_no_none_and_no_wrapped_secret(thing: Thing) -> None:
    def walk(value: Any) -> None:
        assert value is not None
        assert isinstance(value, dict | list | str | int | bool)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            walk(item)

    walk(to_plain(thing))


def test_tuples_become_lists() -> None:
    assert to_plain(("a", SecretStr("b"))) == ["a", "b"]


@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], {"a": [{"b": UNKNOWN}]}, ("x", UNKNOWN)])
def test_an_unknown_is_seen_at_any_depth(value: object) -> None:
    assert contains_unknown(value)


def test_another_class_of_that_name_is_not_an_unknown() -> None:
    assert not contains_unknown(type("Unknown", (), {})())
    assert not contains_unknown({"a": ["04da6b54", 1, None]})


def test_the_providers_bytes_are_not_a_property() -> None:
    assert drop_provider({"a": 1, "__provider": "gASV"}) == {"a": 1}


def test_what_a_later_version_recorded_is_dropped_when_a_state_is_read() -> None:
    assert parse(Thing, {"name": "x", "from_the_future": 1}) == Thing(name="x")


def test_a_broken_state_is_an_error_that_shows_no_value() -> None:
    with pytest.raises(ValidationError) as caught:
        parse(Thing, {"name": "x", "private": ["s3cr3t-value"]})
    assert "s3cr3t-value" not in str(caught.value)


def test_a_preview_validates_what_it_knows() -> None:
    known, unknown, wrong = parse_known(Thing, {"name": UNKNOWN, "count": 3.0})
    assert unknown == {"name"}
    assert wrong == []
    assert known["count"] == 3
    assert "name" not in known


def test_a_field_that_holds_an_unknown_somewhere_is_unknown_as_a_whole() -> None:
    _, unknown, wrong = parse_known(Thing, {"name": "x", "levels": {"a": UNKNOWN}, "tables": [UNKNOWN]})
    assert unknown == {"levels", "tables"}
    assert wrong == []


def test_a_preview_still_refuses_what_it_knows_to_be_wrong() -> None:
    assert parse_known(Thing, {"name": UNKNOWN, "count": "many"})[2] == [("count", "must be a whole number.")]


def test_a_missing_field_an_unknown_name_and_a_wrong_place_are_told_in_words() -> None:
    wrong = dict(parse_known(Thing, {"cuont": 1, "levels": {"a": 5}})[2])
    assert wrong == {
        "name": "is required.",
        "cuont": "is not known.",
        "levels": "['a'] must be text.",
    }


def test_no_wrong_value_is_shown() -> None:
    _, _, wrong = parse_known(Thing, {"name": "x", "private": ["s3cr3t-value"], "inner": {"private": {"s3cr3t": 1}}})
    assert len(wrong) == 2
    assert "s3cr3t" not in repr(wrong)


def test_a_preview_normalises_what_it_knows_like_a_run() -> None:
    known, _, _ = parse_known(Thing, {"name": UNKNOWN, "tables": ["b", "a"]})
    assert known["tables"] == ["a", "b"]
