"""Rows for people: a table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

WIDEST = 100


def show(headings: Sequence[str], rows: Sequence[Sequence[str]], styles: dict[str, str], report: str | None) -> None:
    """The first column's word has a style of its own. On standard error when standard output is the report's."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    output = sys.stderr if report == "-" else sys.stdout
    if not output.isatty():
        for row in rows:
            print("  ".join(part for part in row if part), file=output)
        return
    console = Console(file=output, highlight=False)
    table = Table(*headings, box=None, pad_edge=False, width=min(console.width, WIDEST))
    for column in table.columns[:-1]:
        column.no_wrap = True
    for row in rows:
        table.add_row(*(Text(part, styles.get(part, "")) for part in row))
    console.print(table)
