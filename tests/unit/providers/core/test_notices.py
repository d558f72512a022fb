"""Sentences for whoever watches a run."""

from __future__ import annotations

import pytest

from providers.core.notices import print_once


def test_a_sentence_is_said_once_and_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    print_once("The notice of this test, said twice.")
    print_once("The notice of this test, said twice.")
    print_once("Another notice of this test.")
    assert capsys.readouterr().out == "The notice of this test, said twice.\nAnother notice of this test.\n"
