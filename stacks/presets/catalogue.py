"""The presets that there are: those of this folder by name, a file of one's own by its path. Read when asked for."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.core.settings import SettingErrors
from providers.sink import is_file
from stacks.presets.model import Preset, describe_flaws
from stacks.project import resolve_path

FOLDER = Path(__file__).parent


class _Twice(Exception):
    """A name that a map has already, and the line where it stands again."""


class _OnceLoader(yaml.SafeLoader):
    """Refuses what YAML forbids and its readers pass over: of two lines of one name, one would ask for nothing."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set[str]()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _Twice(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def list_names() -> list[str]:
    """List the presets by name, by their files alone."""
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def find_preset(wanted: str, option: str = "--preset") -> Preset:
    """Read a preset by its name or by a file's path, which is told by a slash or its ending.

    Args:
        wanted: A name of `list_names`, or a path as the caller named it.
        option: What to name in an error.

    Raises:
        SettingErrors: There is none, or something is wrong with it: a sentence for each thing.
    """
    if is_file(wanted):
        return read_preset(resolve_path(wanted), option)
    names = list_names()
    if wanted not in names:
        meant = suggest_nearest(wanted, names)
        step = "see `umbrella-psa presets`, or name a file of your own"
        raise SettingErrors([SettingError(option, f"there is no preset {wanted!r}", detail=meant, next_step=step)])
    return _read_own(wanted)


@cache
def _read_own(name: str) -> Preset:
    return read_preset(FOLDER / f"{name}.yaml", "presets")


def read_preset(file: Path, option: str) -> Preset:
    """Read one file. Raises `SettingErrors`."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506 a SafeLoader
    except OSError as error:
        reason = error.strerror or "it is no file"
        raise SettingErrors([SettingError(option, f"{file} can't be read: {reason}")]) from None
    except _Twice as twice:
        name, line = twice.args
        raise SettingErrors([SettingError(str(file), f"{name} stands there twice, again in line {line}")]) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise SettingErrors([SettingError(option, f"{file} is no YAML{line}", next_step="correct it")]) from None
    try:
        return Preset.model_validate(content)
    except ValidationError as error:
        raise SettingErrors(describe_flaws(str(file), error)) from None
