"""The module functions that a security role grants levels for: the screen "Security Modules" of a role.

Their rows are data: module_functions.txt, which names its sources. Marks in that file: `assumed` = on no page;
`customize` = the row has a customize list; `my` = the level My can be chosen; `report` = a report row; `-add`, `-edit`,
`-delete`, `-inquire` = the row has no such level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.services.connectwise.row_files import read_sections

VERBS: Final = ("add", "edit", "delete", "inquire")


@dataclass(frozen=True)
class ModuleFunction:
    """One row: a module and one of its functions."""

    module: str
    name: str
    has_customize: bool
    has_my: bool
    is_report: bool
    verbs: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.module} / {self.name}"


def _read_functions() -> Iterator[ModuleFunction]:
    for module, rows in read_sections("module_functions.txt").items():
        for row in rows:
            name, _, marks = (part.strip() for part in row.partition("|"))
            flags = set(marks.split())
            verbs = tuple(verb for verb in VERBS if f"-{verb}" not in flags)
            yield ModuleFunction(module, name, "customize" in flags, "my" in flags, "report" in flags, verbs)


# The site lists modules and their functions by the alphabet, as Cisco's screenshots show.
FUNCTIONS: Final[tuple[ModuleFunction, ...]] = tuple(
    sorted(_read_functions(), key=lambda row: (row.module.casefold(), row.name.casefold()))
)
BY_LABEL: Final = {row.label: row for row in FUNCTIONS}
