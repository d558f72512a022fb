"""Rows for people: a table on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TextIO

from providers.http.text import clean_lines
from stacks.reports.output import print_line

WIDEST = 100
_PLAIN: Mapping[str, str] = MappingProxyType({})


def print_table(
    output: TextIO,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    styles: Mapping[str, str] = _PLAIN,
    *,
    named: bool = False,
) -> None:
    """Print rows. `styles` by word; `named`: a plain line says which value is which."""
    rows = [[clean_lines(part).replace("\n", " ") for part in row] for row in rows]
    if not output.isatty():
        for row in rows:
            print_line("  ".join(_add_labels(headings, row) if named else row), output)
        return
    # A tenth of a second, which only a terminal is worth.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=output, highlight=False)
    table = Table(*headings, box=None, pad_edge=False, width=min(console.width, WIDEST))
    for column in table.columns[:-1]:
        column.no_wrap = True
    for row in rows:
        table.add_row(*(Text(part, styles.get(part, "")) for part in row))
    console.print(table)


def _add_labels(headings: Sequence[str], row: Sequence[str]) -> list[str]:
    """Label each value but the first, which names the line."""
    return [row[0], *(f"{name}: {value}" for name, value in zip(headings[1:], row[1:], strict=True))]
