"""The stories that are the same under both engines, under Terraform and OpenTofu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.chapters import STORIES
from tests.terraform.chosen import choose
from tests.terraform.workspace import Workspace

TELLING = [
    "another role name moves a live tenant without touching its key",
    "a key is replaced when it is due",
    "customize lists of other functions are set, watched, put right and left",
    "the key that we sign in with is not rotated",
    "somebody else's role of that name is refused until adopt says so",
    "a lost state is told and found again with adopt",
]


@pytest.mark.parametrize("story", choose(STORIES, TELLING))
def test_a_story_of_both_engines(story: str, make_tenant: Callable[..., Workspace], tmp_path: Path) -> None:
    STORIES[story](make_tenant, tmp_path)
