"""One simulated tenant with a workspace of its own, and what its site and console hold of ours."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from simulator.remote import MY_SECURITY, RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.engine.disturbances import make_second_machine
from tests.engine.shortcuts import python_without_pip
from tests.engine.workspace import Stack, Workspace


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

    def __init__(self, stack: Stack, before: set[int]) -> None:
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

    def is_locked(self) -> bool:
        return any((self.stack.workspace.backend / ".pulumi" / "locks").rglob("*.json"))

    def get_pair(self) -> tuple[str, str]:
        """The key in the state, in clear. Past `Stack.pulumi`, which keeps what it sees to search it for leaks."""
        shown = subprocess.run(
            ["pulumi", "stack", "output", "--show-secrets", "--json", "--non-interactive", "-s", self.stack.name],
            cwd=self.stack.workspace.project,
            env=self.stack.workspace.make_environment(),
            capture_output=True,
            check=True,
        )
        outputs = json.loads(shown.stdout)
        return outputs["publicKey"], outputs["privateKey"]

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


class Field:
    """Where tenants are founded, each with a folder of its own."""

    def __init__(
        self, simulator: RemoteSimulator, folder: Path, prefix: str = "acme", warm: WarmProcess | None = None
    ) -> None:
        """`warm`: for what comes before and after a run that is disturbed. Not for several attempts at once."""
        self._simulator = simulator
        self._folder = folder
        self._prefix = prefix
        self._python = python_without_pip(folder)
        self._numbers: Iterator[int] = count(1)
        self._mute = False
        self._warm = warm

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
        place = replace(Workspace.link_product(self._folder / name, self._python), warm=self._warm)
        stack = place.make_stack(company)
        if self._mute:
            company.set_site(missingRoutes=MY_SECURITY)
            stack.set("adopt", "any")
        return Tenant(stack, before)

    def copy(self, tenant: Tenant) -> Tenant:
        """Another machine with the same stack: its settings and its state of this moment, in a backend of its own."""
        folder = self._folder / f"{tenant.stack.name}-copy-{next(self._numbers)}"
        return Tenant(make_second_machine(tenant.stack, folder), tenant.before)

    def make_folder(self) -> Path:
        """An empty one, for whatever a scenario keeps."""
        made = self._folder / f"{self._prefix}-folder-{next(self._numbers)}"
        made.mkdir()
        return made
