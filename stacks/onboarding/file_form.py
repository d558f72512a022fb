"""The form in which `new` writes a stack's file, and how one that it left when it was killed is known again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

SCRATCH = Path(".work")  # in the project, so that the file can be moved into its place in one step
# Made anew by each attempt: they say nothing about what was asked for.
_ENCRYPTION = ("encryptionsalt", "encryptedkey")


def format_file(content: Mapping[str, Any]) -> str:
    """Format a stack's file."""
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=200)


def is_left_over(file: Path) -> bool:
    """Tell whether a `new` that was killed left this file: it still has its other name where that `new` made it.

    And no engine and no person has touched it since. A file whose stack is in another backend has no such name.
    """
    made = SCRATCH.glob(f"new-*/stacks/{file.name}")
    return any(one.samefile(file) for one in made) and _is_as_written(file)


def _is_as_written(file: Path) -> bool:
    try:
        text = file.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return False
    return isinstance(content, dict) and isinstance(content.get("config"), dict) and text == format_file(content)


def list_differences(one: Path, other: Path) -> list[str]:
    """List the settings in which two files differ; of a secret counts only whether it is there."""
    first, second = (_read_comparable(file) for file in (one, other))
    return sorted(key for key in {*first, *second} if first.get(key) != second.get(key))


def _read_comparable(file: Path) -> dict[str, Any]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    config = {key: "" if _is_sealed(value) else (value,) for key, value in content.pop("config").items()}
    return {**{key: value for key, value in content.items() if key not in _ENCRYPTION}, **config}


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["secure"]
