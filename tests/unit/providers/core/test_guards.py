"""Guards: each has one word, and only that word lifts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.core.errors import GuardViolation
from providers.core.guards import WORDS, Guard, Guards

PAGE = Path(__file__).parents[4] / "docs" / "guards.md"


@pytest.mark.parametrize("word", WORDS)
def test_a_guard_names_its_word_and_that_word_alone_lifts_it(word: Guard) -> None:
    others = [other for other in WORDS if other != word]
    with pytest.raises(GuardViolation, match=f"it is so; fix it, or add {word} to allow") as refused:
        Guards(others).refuse(word, "it is so", "fix it")
    assert (refused.value.lift, refused.value.setting, refused.value.page) == ("allow", "allow", "docs/guards.md")
    Guards([word]).refuse(word, "it is so", "fix it")


@pytest.mark.parametrize("text", ['["own-key","vault"]', "- own-key\n- vault\n", "[own-key, vault]"])
def test_the_setting_is_read_however_it_is_written(text: str) -> None:
    guards = Guards.from_text(text)
    assert [word for word in WORDS if guards.is_lifted(word)] == ["vault", "own-key"]


@pytest.mark.parametrize("text", [None, "", "[]", '["own-keys"]', '["key"]'])
def test_a_word_that_only_looks_like_one_lifts_nothing(text: str | None) -> None:
    guards = Guards.from_text(text)
    assert not any(guards.is_lifted(word) for word in WORDS)


def test_every_word_stands_on_the_page_of_guards() -> None:
    rows = [
        line.split("|")[1].strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    assert rows == [f"`{word}`" for word in WORDS]
