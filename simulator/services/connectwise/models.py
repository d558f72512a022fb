"""What a ConnectWise company consists of. State only: the rules are in roles, members and api_keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from simulator.clock import format_precise_timestamp
from simulator.journal import History
from simulator.services.connectwise.catalogue import ModuleFunction
from simulator.services.connectwise.site_modes import SiteModes


@dataclass
class ChangeStamp:
    """The `_info` of an object: who created it, who changed it last, and when."""

    entered_at: str
    entered_by: str
    updated_at: str
    updated_by: str

    @classmethod
    def create(cls, actor: Actor) -> ChangeStamp:
        return cls(actor.at, actor.name, actor.at, actor.name)

    def touch(self, actor: Actor) -> None:
        self.updated_at, self.updated_by = actor.at, actor.name

    def to_dict(self) -> dict[str, str]:
        return {
            "lastUpdated": self.updated_at,
            "updatedBy": self.updated_by,
            "dateEntered": self.entered_at,
            "enteredBy": self.entered_by,
        }


@dataclass(frozen=True)
class Actor:
    """Who acts, when, and in which request."""

    name: str
    moment: datetime
    at: str
    n: int


@dataclass
class Role:
    id: int
    name: str
    stamp: ChangeStamp
    first_row: int
    admin: bool = False
    inactive: bool = False
    role_type: str | None = None
    levels: dict[str, dict[str, str]] = field(default_factory=dict)  # function label -> verb -> My or All; never None
    tables: set[str] = field(default_factory=set)
    customized: dict[str, set[str]] = field(default_factory=dict)  # function label -> what its list allows
    row_stamps: dict[str, ChangeStamp] = field(default_factory=dict)

    def get_level(self, function: ModuleFunction, verb: str) -> str | None:
        if verb not in function.verbs:
            return None
        return self.levels.get(function.label, {}).get(verb, "None")


@dataclass
class PsaMember:
    """A person (license class F) or an API member (class A): one table, with one set of identifiers."""

    id: int
    identifier: str
    name: str
    license_class: str
    stamp: ChangeStamp
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
class MemberKey:
    id: str
    member_id: int
    description: str
    public: str
    private: str = field(repr=False)
    created_at: str = ""
    created_by: str = ""
    inactive: bool = False


@dataclass
class GatewayStatus:
    """The ConnectWise gateway of a company: its token, whether it is signed in, what it may touch."""

    token: str = field(repr=False)
    ready: bool = True
    reason: str | None = None
    person: str | None = None  # what a person must do first (423)
    roles: list[int] | None = None  # null: no allow-list
    members: list[int] | None = None


@dataclass
class PsaCompany:
    id: str
    codebase: str
    client_id: str
    gateway: Annotated[GatewayStatus, Field(alias="door")]  # as snapshots spell it
    first_ids: dict[str, int]
    modes: SiteModes = field(default_factory=SiteModes)
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, PsaMember] = field(default_factory=dict)
    keys: dict[str, MemberKey] = field(default_factory=dict)
    minted: dict[str, str] = field(default_factory=dict, repr=False)  # public -> private, of every key ever minted
    lookups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    history: History = field(default_factory=History)
    provisioning_member: int = 0
    provisioning_key: str = ""
    watchers: list[Callable[[Actor], None]] = field(default_factory=list, repr=False)
    next_ids: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def newest_version(self) -> tuple[int, int]:
        """The API version that the codebase speaks: `v2025_1/` speaks 2025.1."""
        match = re.fullmatch(r"v(20\d\d)_(\d+)/?", self.codebase)
        return (int(match[1]), int(match[2])) if match else (2025, 1)

    def allocate_id(self, kind: str) -> int:
        """Allocate ids that start elsewhere in each company and for each kind, so that a mix-up shows."""
        number = self.next_ids.get(kind, self.first_ids[kind])
        self.next_ids[kind] = number + 1
        return number

    def log_change(self, actor: Actor, kind: str, **details: Any) -> None:
        """Add a change that was just made to the history, and let the watchers check its effect."""
        self.history.add(format_precise_timestamp(actor.moment), actor.n, kind, by=actor.name, **details)
        for watch in self.watchers:
            watch(actor)

    def list_people(self) -> list[PsaMember]:
        return [member for member in self.members.values() if member.license_class == "F"]

    def list_api_members(self) -> list[PsaMember]:
        return [member for member in self.members.values() if member.license_class == "A"]

    def find_api_member(self, member_id: int) -> PsaMember | None:
        member = self.members.get(member_id)
        return member if member is not None and member.license_class == "A" else None

    def find_role(self, member: PsaMember) -> Role | None:
        return self.roles.get(member.role_id) if member.role_id is not None else None

    def list_keys(self, member: PsaMember) -> list[MemberKey]:
        return [key for key in self.keys.values() if key.member_id == member.id]

    def find_member_key(self, member: PsaMember, key_id: str) -> MemberKey | None:
        return next((key for key in self.list_keys(member) if key.id == key_id), None)

    def find_key(self, public: str) -> MemberKey | None:
        return next((key for key in self.keys.values() if key.public == public), None)

    def explain_unusable_key(self, public: str) -> str | None:
        """Say why nobody can sign in with this key; return null when somebody can."""
        key = self.find_key(public)
        if key is None:
            return "deleted"
        if key.inactive:
            return "inactive"
        member = self.members.get(key.member_id)
        return "member inactive" if member is None or member.inactive else None
