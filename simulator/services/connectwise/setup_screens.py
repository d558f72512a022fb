"""The setup tables: categories and names as the screen "Table Setup, customize" lists them.

"Category / Name" is a table's label on Cisco's page (225008): "Company / Configuration", "Service / Priority". The
tables are data: setup_tables.txt, which names its sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.services.connectwise.row_files import read_sections


@dataclass(frozen=True)
class SetupScreen:
    category: str
    name: str
    module: str

    @property
    def label(self) -> str:
        return f"{self.category} / {self.name}"

    @property
    def identifier(self) -> str:
        """The label without spaces and punctuation; how the real site spells it is unknown (docs/coverage.md)."""
        return "".join(letter for letter in self.label if letter.isalnum())


def _read_tables() -> Iterator[SetupScreen]:
    for heading, names in read_sections("setup_tables.txt").items():
        category, _, module = heading.partition(" | ")
        yield from (SetupScreen(category, name, module or "System") for name in names)


SCREENS: Final = tuple(sorted(_read_tables(), key=lambda screen: screen.label.casefold()))
BY_LABEL: Final = {screen.label: screen for screen in SCREENS}


def sort_labels(labels: set[str]) -> list[str]:
    """Sort labels as the screen lists them: by the alphabet, ignoring case."""
    return sorted(labels, key=str.casefold)
