"""What a ConnectWise site holds, in memory: roles, members and keys as dicts, and every write that was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from providers.connectwise.grants import VERBS
from providers.console.contract import Key
from providers.console.customize import TABLE_SETUP
from providers.core.errors import OutcomeUnknown

US = "PSAProvision"
SOMEBODY = "HumanAdmin"

# Function -> the levels that it has, and whether "My" can be chosen.
FUNCTIONS: dict[str, tuple[tuple[str, ...], bool]] = {
    "Companies / Company Maintenance": (VERBS, True),
    "Companies / Configurations": (VERBS, True),
    "Companies / Reports": (("inquire",), False),
    "Service Desk / Resource Scheduling": (VERBS, True),
    "Service Desk / Merge Tickets": (("edit",), False),
    "Service Desk / Service Tickets": (VERBS, True),
    "System / Member Maintenance": (VERBS, False),
    "System / Security Roles": (VERBS, False),
    "System / Table Setup": (VERBS, False),
}
TABLES = ["Company / Configuration", "Company / Country", "Service / Priority", "Service / Service Board"]
CATALOGUES = {
    "/system/myCompany/corporateStructureLevels": ["Corporate (Level 1)", "Region (Level 2)"],
    "/system/locations": ["Rome Office", "Paris Office"],
    "/system/departments": ["Services", "Sales"],
    "/system/timeZoneSetups": ["CET", "UTC"],
    "/service/boards": ["Alerts", "Help Desk"],
}


@dataclass
class Role:
    name: str
    by: str = US
    admin: bool = False
    inactive: bool = False
    levels: dict[str, dict[str, str]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def get_allowed(self, function: str) -> list[str]:
        return self.tables if function == TABLE_SETUP else self.lists.get(function, [])


@dataclass
class Member:
    identifier: str
    by: str = US
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    keys: dict[str, tuple[int, Key, str]] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)  # routes that the site lacks: "mySecurity", "customizeItems"
    keeps_used_roles: bool = False  # whether a role that only inactive members have can't be deleted either
    lose: set[str] = field(default_factory=set)  # writes that happen, and whose answer never comes
    writes: list[tuple[Any, ...]] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(11))

    def next_id(self) -> int:
        return next(self.ids)

    def add_role(self, name: str, **how: Any) -> int:
        number = self.next_id()
        self.roles[number] = Role(name, **how)
        return number

    def add_member(self, identifier: str, by: str = US, **fields: Any) -> int:
        number = self.next_id()
        self.members[number] = Member(identifier, by, {"name": "Cisco Umbrella", **fields})
        return number

    def add_key(self, member: int, description: str, *, public: str = "", inactive: bool = False) -> Key:
        number = self.next_id()
        made = Key(id=str(number), description=description, publicKey=public or f"public{number}", inactive=inactive)
        self.keys[made.id] = (member, made, f"private{number}")
        return made

    def note_write(self, what: str, *details: Any) -> None:
        """Note a write; one whose answer is to be lost raises, after it took effect."""
        self.writes.append((what, *details))
        if what in self.lose:
            self.lose.discard(what)
            raise OutcomeUnknown("the connection broke", sent=True)


def make_reference(path: str, name: str) -> dict[str, Any]:
    """A reference to an entry of a catalogue, as the wire holds it."""
    return {"id": CATALOGUES[path].index(name) + 1, "name": name}


def make_rows(levels: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """A role's settings as the wire holds them: every function, a level null where the function has none."""
    return [
        {
            "moduleName": name.partition(" / ")[0],
            "moduleFunctionName": name.partition(" / ")[2],
            "myAllFlag": has_my,
            **{f"{verb}Level": levels.get(name, {}).get(verb, "None") if verb in verbs else None for verb in VERBS},
        }
        for name, (verbs, has_my) in FUNCTIONS.items()
    ]
