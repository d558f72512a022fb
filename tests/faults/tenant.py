"""One simulated tenant under an engine, and what its site and console hold of ours."""

from __future__ import annotations

import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from simulator.remote import MY_SECURITY, RemoteSimulator
from tests.engine.workspace import Stack
from tests.faults.rooms import Room
from tests.stories.stack import TenantStack


@dataclass(frozen=True)
class Holdings:
    """What is there beyond what was there before us."""

    roles: list[dict[str, Any]]
    members: list[dict[str, Any]]
    sink: dict[str, Any]

    @property
    def keys(self) -> list[dict[str, Any]]:
        return [key for member in self.members for key in member["keys"]]


class Tenant:
    """A stack and its company. `list_made` looks at the site alone; nothing here asks the product's code."""

    def __init__(self, stack: TenantStack, before: set[int]) -> None:
        self.stack = stack
        self.company = stack.company
        self.before = before

    def list_made(self) -> Holdings:
        held = self.company.ask("GET", "")
        roles, members = (
            [row for row in held[kind] if row["id"] not in self.before] for kind in ("roles", "apiMembers")
        )
        return Holdings(roles, members, held["consoles"][0]["psaIntegration"])

    def get_last_request(self) -> int:
        log = self.company.requests()
        return int(log[-1]["n"]) if log else 0

    def can_sign_in(self, public: str, private: str) -> bool:
        """Does the site know this pair? Asked as Umbrella would, over HTTP, by what every site has."""
        site, codebase = self.company.credentials["site"], "v2025_1"
        pair = b64encode(f"{self.company.id}+{public}:{private}".encode()).decode()
        request = urllib.request.Request(
            f"{site}/{codebase}/apis/3.0/system/info",
            headers={"Authorization": f"Basic {pair}", "clientId": self.company.credentials["clientId"]},
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return False


def get_pulumi_stack(tenant: Tenant) -> Stack:
    """Of a scenario that only Pulumi has."""
    assert isinstance(tenant.stack, Stack)
    return tenant.stack


class Field:
    """Where tenants are founded, each with a folder of its own, under one engine."""

    def __init__(self, simulator: RemoteSimulator, folder: Path, room: Room, prefix: str = "acme") -> None:
        self._simulator = simulator
        self._folder = folder
        self._prefix = prefix
        self._numbers: Iterator[int] = count(1)
        self._mute = False
        self.room = room

    def at_mute_sites(self) -> Field:
        """The same, with sites that tell API members nothing of themselves: `adopt` takes up what a lost reply left."""
        made = copy(self)
        made._mute = True
        return made

    def make_tenant(self) -> Tenant:
        name = f"{self._prefix}-{next(self._numbers)}"
        company = self._simulator.company(name)
        held = company.ask("GET", "")
        before = {row["id"] for row in [*held["roles"], *held["apiMembers"]]}
        stack = self.room.found(self._folder / name, company)
        if self._mute:
            company.set_site(missingRoutes=MY_SECURITY)
        if self._mute or self.room.forgets:
            stack.set("adopt", "any")
        return Tenant(stack, before)

    def copy(self, tenant: Tenant) -> Tenant:
        """Another machine with the same tenant: its settings and its state of this moment."""
        folder = self._folder / f"{tenant.company.id}-copy-{next(self._numbers)}"
        return Tenant(tenant.stack.make_second_machine(folder), tenant.before)

    def make_folder(self) -> Path:
        """An empty one, for whatever a scenario keeps."""
        made = self._folder / f"{self._prefix}-folder-{next(self._numbers)}"
        made.mkdir()
        return made
