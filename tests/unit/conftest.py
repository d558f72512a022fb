"""What the unit tests share: a process that has said nothing yet."""

from __future__ import annotations

import pytest

from providers.core import notices, terms


@pytest.fixture(autouse=True)
def _say_everything_again() -> None:
    """A process says a sentence once; a test must not depend on which others ran in its process."""
    notices._printed.clear()


@pytest.fixture(autouse=True)
def _settings_may_be_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verbs say that they aren't, for the whole process."""
    monkeypatch.setattr(terms, "_settings_may_be_old", True)
