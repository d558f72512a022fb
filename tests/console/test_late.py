"""Screens whose pieces come late and in any order: no wrong click, and the read-back proves it."""

from __future__ import annotations

from collections.abc import Callable

from tests.console.endurance import renderings
from tests.console.serving import Client, Estate

# `python -m tests.console.endurance` does a hundred.
IN_CI = 2


def test_late_renderings_are_waited_for(serve: Callable[..., Client], estate: Estate) -> None:
    assert renderings(serve(), estate, IN_CI, seed=7) == IN_CI
