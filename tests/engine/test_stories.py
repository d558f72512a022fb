"""The stories that are the same under both engines, under Pulumi."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.workspace import Stack
from tests.stories.chapters import STORIES

RECORDED = {"a new rotate makes, proves, writes and only then retires", "a new provisioning key is used"}
"""Those that go without PULUMI_RUN_PROGRAM: the change is in what the engine recorded, too."""


@pytest.mark.parametrize(
    "story", [pytest.param(name, marks=[pytest.mark.recorded] if name in RECORDED else []) for name in STORIES]
)
def test_a_story_of_both_engines(story: str, make_stack: Callable[..., Stack], tmp_path: Path) -> None:
    STORIES[story](make_stack, tmp_path)
