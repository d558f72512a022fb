"""What others say reaches a terminal, a log or a build server as one harmless line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.http.text import LONGEST, clean_text, clean_value, is_clean


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("title\x1b]0;pwned\x07!", "title ]0;pwned !"),
        ("one\r\ntwo\nthree\x85four\u2028five\u2029six\x0bseven", "one two three four five six seven"),
        ("abc\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200fy", "abc gnp.exe x y"),
        ("a\u200bb\ufeffc\xadd", "a b c d"),
        ("csi\x9b2J, nul\x00, del\x7f, lone\udc80", "csi 2J, nul , del , lone"),
        ("no\xa0break", "no break"),
        ("##vso[task.setvariable variable=x]1 ##[error]", "# #vso[task.setvariable variable=x]1 # #[error]"),
        ("issue ## 12, Straße, 東京, é, 🙂", "issue ## 12, Straße, 東京, é, 🙂"),
        (None, ""),
        (404, "404"),
    ],
)
def test_foreign_words_become_one_harmless_line(said: object, shown: str) -> None:
    assert clean_text(said) == shown


def test_long_words_are_cut_at_two_hundred_characters() -> None:
    assert clean_text("x" * 200) == "x" * 200
    assert clean_text("x" * 201) == "x" * 199 + "…"
    assert clean_value("x" * 100_000) == "x" * 199 + "…"


def test_an_answer_is_cleaned_at_any_depth_and_keeps_its_blanks_and_numbers() -> None:
    answer = {"na\nme": [{"name": "Rome\x1b  Office ", "id": 3, "gone": None, "on": True, "share": 0.5}], "tags": []}
    assert clean_value(answer) == {
        "na me": [{"name": "Rome   Office ", "id": 3, "gone": None, "on": True, "share": 0.5}],
        "tags": [],
    }


@given(st.text(st.characters()))
def test_whatever_is_said_it_is_printable_short_and_stays_so(said: str) -> None:
    once = clean_text(said)
    assert once.isprintable()
    assert len(once) <= LONGEST
    assert clean_text(once) == once


_words = st.text() | st.text(alphabet='ab "#[\\', min_size=150, max_size=260)


@given(st.recursive(st.integers() | _words, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_a_document_that_is_told_to_be_clean_needs_no_cleaning(value: Any) -> None:
    for escaped in (True, False):
        if is_clean(json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")):
            assert clean_value(value) == value


def test_most_answers_are_told_to_be_clean_without_a_look_at_each_text() -> None:
    assert is_clean(b'{\r\n\t"name": "Service Desk / Service Tickets", "id": 1}')
    for text in (b"x\\u202ey", b"x\\ny", b"##[error]", b'\\"x', b"x" * (LONGEST + 1)):
        assert not is_clean(b'{"a": "' + text + b'"}')
