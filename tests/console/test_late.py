"""Screens whose pieces come late and in any order: no wrong click, and the read-back proves it."""

from __future__ import annotations

from tests.console.endurance import count_right_renderings
from tests.console.running import Serve, Tenant

# `python -m tests.console.endurance` does a hundred.
IN_CI = 2


def test_late_renderings_are_waited_for(serve: Serve, tenant: Tenant) -> None:
    assert count_right_renderings(serve(), tenant, IN_CI, seed=7) == IN_CI
