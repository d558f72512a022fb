"""A vault in memory, honest about versions, labels and conflicts: the double for tests, and a plug-in's example."""

from __future__ import annotations

from dataclasses import dataclass, field

from providers.core.errors import Conflict, OutcomeUnknown, PermissionDenied
from providers.vault.connection import VaultSettings
from providers.vault.contract import SecretVersion, VersionLabel, make_label
from providers.vault.escrow import Escrow, parse_escrow


@dataclass
class MemoryStore:
    """One place and all its versions. The flags are what a test makes of it."""

    versions: list[tuple[str, str, VersionLabel | None]] = field(default_factory=list)  # name, text, label
    deleted: bool = False
    may_look: bool = True
    may_read: bool = True
    may_write: bool = True
    answers_lost: int = 0
    asked: list[str] = field(default_factory=list)
    made: int = 0

    def add(self, text: str, label: VersionLabel | None = None) -> str:
        self.made += 1
        self.versions.append((f"v{self.made}", text, label))
        self.deleted = False
        return self.versions[-1][0]


DRAWERS: dict[str, MemoryStore] = {}


def open_vault(url: str, settings: VaultSettings) -> MemoryVault:
    return MemoryVault(DRAWERS.setdefault(url, MemoryStore()))


class MemoryVault:
    def __init__(self, drawer: MemoryStore) -> None:
        self._drawer = drawer

    def describe(self, known: str = "") -> SecretVersion | None:
        self._drawer.asked.append("look")
        if not self._drawer.may_look:
            return SecretVersion(None)
        if not self._drawer.versions:
            return None
        name, text, label = self._drawer.versions[-1]
        if label is None and name != known and self._drawer.may_read and not self._drawer.deleted:
            label = make_label(parse_escrow(text))
        return SecretVersion(name, "soft-deleted" if self._drawer.deleted else "current", label)

    def check_access(self, seen: SecretVersion | None) -> None:
        self._drawer.asked.append("check")
        if not self._drawer.may_write:
            raise PermissionDenied("the drawer is locked; find the key.")

    def put(self, escrow: Escrow, expected: str) -> str:
        self._drawer.asked.append("put")
        self.check_access(None)
        self._drawer.asked.pop()
        if (self._drawer.versions[-1][0] if self._drawer.versions else "") != expected:
            raise Conflict("the drawer holds something else.")
        made = self._drawer.add(escrow.to_text(), make_label(escrow))
        if self._drawer.answers_lost:
            self._drawer.answers_lost -= 1
            raise OutcomeUnknown("the drawer fell shut.", sent=True)
        return made

    def delete_version(self, version: str) -> None:
        self._drawer.asked.append("retire")
        self._drawer.deleted = True
