"""Two folders: the project's, which the verbs run in, and the caller's, where the paths that the caller names start."""

from __future__ import annotations

import os
import tomllib
from importlib.metadata import version
from pathlib import Path

from providers.core.configuration import PROJECT
from providers.core.errors import SettingError

_FILE = "Pulumi.yaml"
_caller = Path()


def is_project(folder: Path) -> bool:
    """Whether the folder is a project of ours; not one of somebody else's that Pulumi runs, too."""
    file = folder / _FILE
    return file.is_file() and f"name: {PROJECT}" in file.read_text(encoding="utf-8").splitlines()


def find_project(folder: Path) -> Path | None:
    """Find the project that the folder is in; None where it is in none."""
    start = folder.absolute()
    return next((place for place in (start, *start.parents) if is_project(place)), None)


def enter_project(folder: Path) -> None:
    """Go to the project that the folder is in.

    Raises:
        SettingErrors: It is in none.
    """
    global _caller
    start, found = folder.absolute(), find_project(folder)
    if found is None:
        from providers.core.settings import SettingErrors  # loads pydantic, and a shell's Tab gets here without it

        step = f"go to where its {_FILE} is, or name that folder as in `{PROJECT} -C DIR …`"
        raise SettingErrors([SettingError("folder", f"{start} is not in the project", next_step=step)])
    _caller = start
    os.chdir(found)


def resolve_path(path: str | Path) -> Path:
    """Where a path leads that the caller named; with -C it starts there."""
    return _caller / path


def read_version() -> str:
    """Return the version of this clone, or of the installed package where there is none."""
    file = Path(__file__).resolve().parent.parent / "pyproject.toml"
    if not file.is_file():
        return version(PROJECT)
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"])
