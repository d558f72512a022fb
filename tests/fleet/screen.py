"""What is left on a terminal of what was written to it: lines, and a cursor that goes up and wipes some out."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\x1b\[([\d;]*)([A-Za-z])|\x1b\[\?25([lh])|(\r)|(\n)|([^\x1b\r\n]+)")


def read_screen(written: str) -> str:
    """All lines from the first one on, as a terminal shows them that is as wide as the widest.

    Raises `ValueError` for what this terminal does not know.
    """
    lines, row, column, read = [""], 0, 0, 0
    for found in _TOKEN.finditer(written):
        if found.start() != read:
            break
        read = found.end()
        number, order, _, start, down, text = found.groups()
        if order == "A":
            row = max(0, row - int(number or 1))
        elif order == "K" and number == "2":
            lines[row] = ""
        elif start:
            column = 0
        elif down:
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif text:
            lines[row] = lines[row].ljust(column)[:column] + text + lines[row][column + len(text) :]
            column += len(text)
        elif order not in ("m", None):
            break
    if read != len(written):
        raise ValueError(f"unknown to this terminal: {written[read : read + 20]!r}")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")
