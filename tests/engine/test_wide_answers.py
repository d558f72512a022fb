"""Answers that are wider than the specification. Past Prism, which would refuse them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.workspace import Stack
from tests.stories.drifts import assert_as_wanted

pytestmark = pytest.mark.direct


@pytest.mark.parametrize("texts", [{"All": "ALL"}, {"None": "NONE", "All": "all"}])
def test_levels_in_another_spelling_are_the_same(
    texts: dict[str, str], make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    shouting = company()
    shouting.set_site(levelTexts=texts, unknownFields=True, nulls={".": ["*/_info", "_info"]})
    stack = make_stack(shouting)
    stack.up()
    assert_as_wanted(stack)
    stack.preview(expect=0)
