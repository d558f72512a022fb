"""How a key says whose it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.core.tags import Tag, hash_owner, make_tag, parse_tag


def split_parts(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=length, max_size=length)


tags = st.builds(Tag, split_parts(12), split_parts(6), split_parts(6))


def test_an_owner_is_the_same_on_every_machine_and_day() -> None:
    # Pinned: another value would disown every key that is out there.
    assert hash_owner("umbrella-psa", "acme", "acme@na.myconnectwise.net", "msp/9898129", "key") == "37a1407d1794"


@given(st.lists(st.text("ab@.-"), min_size=5, max_size=5), st.lists(st.text("ab@.-"), min_size=5, max_size=5))
def test_two_owners_differ_wherever_any_part_differs(one: list[str], other: list[str]) -> None:
    assert (hash_owner(*one) == hash_owner(*other)) == (one == other)


@given(tags, st.text())
def test_a_tag_at_the_end_of_any_description_is_read_back(tag: Tag, text: str) -> None:
    assert parse_tag(f"{text} {tag}") == tag


@given(tags)
def test_blanks_after_the_tag_do_not_hide_it(tag: Tag) -> None:
    assert parse_tag(f"Umbrella {tag} \n") == tag


@given(tags, st.text("abc xyz", min_size=1).filter(str.strip))
def test_a_tag_that_is_not_at_the_end_is_nobodys(tag: Tag, after: str) -> None:
    assert parse_tag(f"Umbrella {tag}{after}") is None


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Umbrella PSA Integration",
        "[psa:]",
        "[psa:0123456789ab.abcdef]",
        "[psa:0123456789AB.abcdef.abcdef]",
        "[psa:0123456789ab.abcdef.abcdefa]",
        "[psa:0123456789abc.abcdef.abcdef]",
        "psa:0123456789ab.abcdef.abcdef",
        "[psa:0123456789ab.abcdef.abcdef",
        "[psb:0123456789ab.abcdef.abcdef]",
    ],
)
def test_what_only_looks_like_a_tag_is_none(description: str) -> None:
    assert parse_tag(description) is None


def test_the_last_of_two_tags_counts() -> None:
    first, last = Tag("0" * 12, "1" * 6, "2" * 6), Tag("3" * 12, "4" * 6, "5" * 6)
    assert parse_tag(f"copy of {first} {last}") == last


@given(split_parts(12), st.text(), st.text())
def test_a_new_tag_keeps_its_owner_and_is_well_formed(owner: str, rotate: str, minted_on: str) -> None:
    made = make_tag(owner, rotate, minted_on)
    assert re.fullmatch(r"\[psa:[0-9a-f]{12}\.[0-9a-f]{6}\.[0-9a-f]{6}\]", str(made))
    assert made.owner == owner


def test_attempts_are_told_apart_and_generations_are_not() -> None:
    made = [make_tag("0" * 12, "x", "2026-01-01") for _ in range(20)]
    assert len({tag.generation for tag in made}) == 1
    assert len({tag.attempt for tag in made}) > 1


def test_another_rotate_or_day_is_another_generation() -> None:
    generations = {
        make_tag("0" * 12, rotate, day).generation
        for rotate, day in [("x", "2026-01-01"), ("y", "2026-01-01"), ("x", "2026-01-02")]
    }
    assert len(generations) == 3
