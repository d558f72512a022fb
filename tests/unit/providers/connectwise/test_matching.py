"""Names that must be unique at a site."""

from __future__ import annotations

import pytest

from providers.connectwise.matching import get_only
from providers.core.errors import RemoteError


def test_the_only_one_is_found_and_none_is_none() -> None:
    assert get_only([7], "x") == 7
    assert get_only([], "x") is None


def test_two_of_a_name_are_an_error_with_a_next_step() -> None:
    with pytest.raises(RemoteError, match="the site has 2 objects for x; remove or rename the others"):
        get_only([7, 8], "x")
