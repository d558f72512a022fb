"""A search of everything that an engine left in a folder, packed files too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, is_zipfile


def find_files_with(folder: Path, text: str) -> list[str]:
    """Name the files below a folder that hold this; links lead out of it and are left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return [str(path.relative_to(folder)) for path in files if any(text.encode() in content for content in _read(path))]


def _read(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if is_zipfile(path):  # a saved plan is one
        with ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
