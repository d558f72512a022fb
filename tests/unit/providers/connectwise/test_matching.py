"""Names that must be unique at a site."""

from __future__ import annotations

import pytest

from providers.connectwise.matching import get_only
from providers.connectwise.records import RoleRecord
from providers.core.errors import RemoteError


def test_the_only_one_is_found_and_none_is_none() -> None:
    assert get_only([7], "x") == 7
    assert get_only([], "x") is None


def test_two_of_a_name_are_an_error_with_a_next_step() -> None:
    with pytest.raises(RemoteError, match="the site has 2 objects for x; remove or rename the others"):
        get_only([7, 8], "x")


def test_two_roles_of_a_name_are_told_by_their_ids() -> None:
    rows = [RoleRecord(id=7, name="Umbrella"), RoleRecord(id=12, name="umbrella")]
    with pytest.raises(RemoteError, match=r"2 objects for the role Umbrella; .*\. Their ids are 7 and 12\.$"):
        get_only(rows, "the role Umbrella")
