"""All stories that are the same under both engines, by name, and one of each kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.stories.changes import CHANGES
from tests.stories.customized import CUSTOMIZED
from tests.stories.guards import GUARDS
from tests.stories.ownership import OWNERSHIP
from tests.stories.stack import MakeStack

Story = Callable[[MakeStack, Path], None]
"""Gets a folder of its own, for states and for a second machine."""

STORIES: dict[str, Story] = {**CHANGES, **CUSTOMIZED, **GUARDS, **OWNERSHIP}
