"""Catalogues as data: text files with a heading in brackets, a row a line below it, and comments."""

from __future__ import annotations

from pathlib import Path


def read_sections(file: str) -> dict[str, list[str]]:
    """Read a file of this folder: rows by heading."""
    sections: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            rows = sections[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            rows.append(line)
    return sections
