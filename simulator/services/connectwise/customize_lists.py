"""The lists behind "customize" on a role's screen: what of a module function the role may use.

Simulated are Table Setup's and the two of customize_items.txt. A list that nobody has customized allows everything, but
Table Setup's nothing (assumed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.services.connectwise.models import Role
from simulator.services.connectwise.row_files import read_sections
from simulator.services.connectwise.setup_screens import SCREENS, sort_labels

TABLE_SETUP: Final = "System / Table Setup"


@dataclass(frozen=True)
class CustomizeList:
    """The list of one function; items by label, with their identifiers in the REST API."""

    function: str
    identifier: str
    items: Mapping[str, str]

    @property
    def name(self) -> str:
        """What the gateway's contract calls it."""
        return "Table Setup" if self.function == TABLE_SETUP else self.function

    def get_allowed(self, role: Role) -> set[str]:
        return role.tables if self.function == TABLE_SETUP else role.customized.get(self.function, set(self.items))

    def list_allowed(self, role: Role) -> list[str]:
        return sort_labels(self.get_allowed(role))

    def list_denied(self, role: Role) -> list[str]:
        return sort_labels(self.items.keys() - self.get_allowed(role))


def _read_lists() -> Iterator[CustomizeList]:
    tables = {screen.label: screen.identifier for screen in SCREENS}
    yield CustomizeList(TABLE_SETUP, "SystemTableSetup", tables)
    for heading, labels in read_sections("customize_items.txt").items():
        function, _, identifier = heading.partition(" | ")
        # How the real site spells an item is unknown: letters and digits, as of tables (docs/coverage.md).
        items = {label: "".join(filter(str.isalnum, label)) for label in sorted(labels, key=str.casefold)}
        yield CustomizeList(function, identifier, items)


LISTS: Final = {one.function: one for one in _read_lists()}
BY_NAME: Final = {one.name: one for one in LISTS.values()}
