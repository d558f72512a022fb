"""How many behaviours of docs/coverage.md are documented, assumed and unknown; `make unknowns` prints it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

COVERAGE: Final = Path(__file__).parents[2] / "docs" / "coverage.md"
WORDS: Final = ("documented", "assumed", "unknown", "ours")
# The page of commit 57da9fc, 2026-11-29: before the vendor's Developer Guide and the newer live answers were found.
BEFORE: Final = {"documented": 41, "assumed": 32, "unknown": 13, "ours": 3}


def read_rows(text: str, word: str) -> list[str]:
    """List the behaviours that have this word, in their order."""
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines()]
    return [row[0] for row in rows if len(row) == 3 and row[1] == word]


def count_words(text: str) -> dict[str, int]:
    return {word: len(read_rows(text, word)) for word in WORDS}


def main() -> None:
    """Print both counts, a word a line."""
    now = count_words(COVERAGE.read_text(encoding="utf-8"))
    print(f"{'docs/coverage.md':<18}{'57da9fc, 2026-11-29':>20}{'now':>6}")
    for word in WORDS:
        print(f"{word:<18}{BEFORE[word]:>20}{now[word]:>6}")


if __name__ == "__main__":
    main()
