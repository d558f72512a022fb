"""A vault in memory, honest about versions, labels and conflicts: the double for tests, and a plug-in's example."""

from __future__ import annotations

from dataclasses import dataclass, field

from providers.core.problems import Conflict, LostAnswer, NotPermitted
from providers.vault.connection import VaultSettings
from providers.vault.contract import Label, Seen, label_of
from providers.vault.escrow import Escrow, escrow_in


@dataclass
class Drawer:
    """One place and all its versions. The flags are what a test makes of it."""

    versions: list[tuple[str, str, Label | None]] = field(default_factory=list)  # name, text, label
    deleted: bool = False
    may_look: bool = True
    may_read: bool = True
    may_write: bool = True
    answers_lost: int = 0
    asked: list[str] = field(default_factory=list)
    made: int = 0

    def add(self, text: str, label: Label | None = None) -> str:
        self.made += 1
        self.versions.append((f"v{self.made}", text, label))
        self.deleted = False
        return self.versions[-1][0]


DRAWERS: dict[str, Drawer] = {}


def open_vault(url: str, settings: VaultSettings) -> DrawerVault:
    return DrawerVault(DRAWERS.setdefault(url, Drawer()))


class DrawerVault:
    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    def look(self, known: str = "") -> Seen | None:
        self._drawer.asked.append("look")
        if not self._drawer.may_look:
            return Seen(None)
        if not self._drawer.versions:
            return None
        name, text, label = self._drawer.versions[-1]
        if label is None and name != known and self._drawer.may_read and not self._drawer.deleted:
            label = label_of(escrow_in(text))
        return Seen(name, "soft-deleted" if self._drawer.deleted else "current", label)

    def check_access(self, seen: Seen | None) -> None:
        self._drawer.asked.append("check")
        if not self._drawer.may_write:
            raise NotPermitted("the drawer is locked; find the key.")

    def put(self, escrow: Escrow, expected: str) -> str:
        self._drawer.asked.append("put")
        self.check_access(None)
        self._drawer.asked.pop()
        if (self._drawer.versions[-1][0] if self._drawer.versions else "") != expected:
            raise Conflict("the drawer holds something else.")
        made = self._drawer.add(escrow.text(), label_of(escrow))
        if self._drawer.answers_lost:
            self._drawer.answers_lost -= 1
            raise LostAnswer("the drawer fell shut.", sent=True)
        return made

    def retire(self, version: str) -> None:
        self._drawer.asked.append("retire")
        self._drawer.deleted = True
