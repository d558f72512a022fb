"""What a ConnectWise company consists of. State only: the rules are in roles, members and keys."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.clock import fine_stamp
from simulator.connectwise.catalogue import ModuleFunction
from simulator.journal import History


@dataclass
class Stamp:
    """The `_info` of a record: who made it, who touched it last."""

    entered_at: str
    entered_by: str
    updated_at: str
    updated_by: str

    @classmethod
    def new(cls, actor: "Actor") -> "Stamp":
        return cls(actor.at, actor.name, actor.at, actor.name)

    def touch(self, actor: "Actor") -> None:
        self.updated_at, self.updated_by = actor.at, actor.name

    def shown(self) -> dict[str, str]:
        return {
            "lastUpdated": self.updated_at,
            "updatedBy": self.updated_by,
            "dateEntered": self.entered_at,
            "enteredBy": self.entered_by,
        }


@dataclass(frozen=True)
class Actor:
    """Who acts, when, and in which request: everything a change leaves behind."""

    name: str
    moment: datetime
    at: str
    n: int


@dataclass
class Role:
    id: int
    name: str
    stamp: Stamp
    first_row: int
    admin: bool = False
    inactive: bool = False
    role_type: str | None = None
    levels: dict[str, dict[str, str]] = field(default_factory=dict)  # function label -> verb -> My or All; no None kept
    tables: set[str] = field(default_factory=set)
    row_stamps: dict[str, Stamp] = field(default_factory=dict)

    def level(self, function: ModuleFunction, verb: str) -> str | None:
        if verb not in function.verbs:
            return None
        return self.levels.get(function.label, {}).get(verb, "None")


@dataclass
class Member:
    """A person (license class F) or an API member (class A): both live in one table, with one set of identifiers."""

    id: int
    identifier: str
    name: str
    license_class: str
    stamp: Stamp
    role_id: int | None = None
    inactive: bool = False
    inactive_date: str | None = None
    email: str | None = None
    notes: str | None = None
    time_zone: int | None = None
    level: int | None = None
    security_location: int | None = None
    default_location: int | None = None
    department: int | None = None
    territory: int | None = None
    board: int | None = None
    excluded_boards: list[int] = field(default_factory=list)
    block_price: bool = False
    block_cost: bool = False
    hired: str | None = None


@dataclass
class ApiKey:
    id: str
    member_id: int
    description: str
    public: str
    private: str = field(repr=False)
    created_at: str = ""
    created_by: str = ""
    inactive: bool = False


@dataclass
class GatewayDoor:
    """How the ConnectWise gateway stands: its token, whether it is signed in, what it may touch."""

    token: str = field(repr=False)
    ready: bool = True
    reason: str | None = None
    person: str | None = None  # what a person must do first (423)
    roles: list[int] | None = None  # null: no allow-list
    members: list[int] | None = None


@dataclass
class Company:
    id: str
    codebase: str
    client_id: str
    door: GatewayDoor
    first_ids: dict[str, int]
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    minted: dict[str, str] = field(default_factory=dict, repr=False)  # public -> private, of every key ever made
    lookups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    history: History = field(default_factory=History)
    provisioning_member: int = 0
    provisioning_key: str = ""
    watchers: list[Callable[[Actor], None]] = field(default_factory=list, repr=False)
    next_ids: dict[str, int] = field(default_factory=dict, repr=False)

    def next_id(self, kind: str) -> int:
        """Give ids that start somewhere else in each company and for each kind, so that a mix-up shows."""
        number = self.next_ids.get(kind, self.first_ids[kind])
        self.next_ids[kind] = number + 1
        return number

    def note(self, actor: Actor, kind: str, **details: Any) -> None:
        """Write a change down after it was made, and let the watchers look at what came of it."""
        self.history.add(fine_stamp(actor.moment), actor.n, kind, by=actor.name, **details)
        for look in self.watchers:
            look(actor)

    def key_by_public(self, public: str) -> ApiKey | None:
        return next((key for key in self.keys.values() if key.public == public), None)

    def why_unusable(self, public: str) -> str | None:
        """Say why nobody can sign in with this key; null when somebody can."""
        key = self.key_by_public(public)
        if key is None:
            return "deleted"
        if key.inactive:
            return "inactive"
        member = self.members.get(key.member_id)
        return "member inactive" if member is None or member.inactive else None
