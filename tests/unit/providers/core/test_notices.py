"""Sentences for whoever watches a run."""

from __future__ import annotations

import pytest

from providers.core.notices import say


def test_a_sentence_is_said_once_and_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    say("The notice of this test, said twice.")
    say("The notice of this test, said twice.")
    say("Another notice of this test.")
    assert capsys.readouterr().out == "The notice of this test, said twice.\nAnother notice of this test.\n"
