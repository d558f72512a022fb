"""Conditions whose values can't break out of their quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.connectwise.conditions import build_condition, quote_value
from providers.core.errors import ProviderError


def test_conditions_are_joined_and_references_have_a_slash() -> None:
    assert build_condition(name="Umbrella", securityRole__id=5) == 'name = "Umbrella" and securityRole/id = 5'


def test_the_quote_that_the_value_lacks_is_used() -> None:
    assert quote_value("O'Brien") == '"O\'Brien"'
    assert quote_value('The "Umbrella"') == "'The \"Umbrella\"'"


@pytest.mark.parametrize(
    "attempt", ["x\" or '1'=\"1", "x\\", 'x\\" or id > 0', "x\n", "x\x00", "x\u2028y", "x\u200by", "a'b\"c", "\t"]
)
def test_what_would_need_an_escape_is_refused(attempt: str) -> None:
    with pytest.raises(ProviderError, match="can't be looked up at the site"):
        quote_value(attempt)


@given(st.text())
def test_no_value_ends_its_own_quotes(value: str) -> None:
    try:
        literal = quote_value(value)
    except ProviderError:
        return
    quote, inside = literal[0], literal[1:-1]
    assert literal[-1] == quote
    assert inside == value
    assert quote not in inside
    assert "\\" not in inside


def test_an_injection_that_needs_no_quote_stays_text() -> None:
    assert build_condition(name="x or id > 0") == 'name = "x or id > 0"'
