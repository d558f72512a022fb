"""How the demo speaks: at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable


def print_chapter(text: str) -> None:
    print(f"\n{textwrap.fill(f'── {text}', 80, subsequent_indent='   ')}\n", flush=True)


def print_once(text: str) -> None:
    print(textwrap.fill(text, 78, initial_indent="  ", subsequent_indent="  "), flush=True)


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(textwrap.fill(line.rstrip(), 80, subsequent_indent="      ", replace_whitespace=False), flush=True)


def require(condition: bool, expectation: str) -> None:
    if not condition:
        raise SystemExit(f"the demo expected that {expectation}; it is not so.")
