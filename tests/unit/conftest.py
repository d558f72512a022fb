"""What the unit tests share: a process that has said nothing yet."""

from __future__ import annotations

import pytest

from providers.core import notices


@pytest.fixture(autouse=True)
def _say_everything_again() -> None:
    """A process says a sentence once; a test must not depend on which others ran in its process."""
    notices._printed.clear()
