"""Provider classes as the engine calls them, in this process, against a simulator of their own on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

import requests
from pulumi.dynamic import Config, ConfigureRequest

from providers.engines.pulumi.adapter import DynamicProvider
from providers.engines.pulumi.resources import (
    AccessProofProvider,
    ApiKeyProvider,
    ApiMemberProvider,
    KeyRetirementProvider,
    PermissionSetProvider,
    PsaIntegrationProvider,
    SecurityRoleProvider,
)
from simulator.server import Running

P = TypeVar("P", bound=DynamicProvider)
_numbers = count(1)

OWNER = "0" * 12
TICKETS = "Service Desk / Service Tickets"
ACCESS = {"permissions": {TICKETS: {"add": "All", "inquire": "All"}}, "table_access": ["Service / Priority"]}
KINDS: dict[str, type[DynamicProvider]] = {
    "role": SecurityRoleProvider,
    "permissions": PermissionSetProvider,
    "member": ApiMemberProvider,
    "key": ApiKeyProvider,
    "proof": AccessProofProvider,
    "umbrella": PsaIntegrationProvider,
    "retirement": KeyRetirementProvider,
}


class Company:
    """A company with one console, its configuration, and a person at its screens."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tenant = f"unit-{next(_numbers)}"  # no stack file has this name
        self.given = self.control("POST", "/companies", {"companyId": self.tenant})
        console = self.given["consoles"][0]
        self.console = f"{console['kind']}/{console['consoleId']}"
        self.configuration = {
            **{f"connectwise:{name}": self.given[name] for name in ("site", "companyId", "clientId", "publicKey")},
            **{f"connectwise:{name}": self.given[name] for name in ("privateKey", "gatewayUrl", "gatewayToken")},
            **{"connectwise:driver": "gateway", "umbrella:driver": "gateway"},
            **{f"umbrella:{name}": console[name] for name in ("consoleId", "gatewayUrl", "gatewayToken")},
            "umbrella:console": console["kind"],
        }

    def control(self, method: str, path: str, body: object = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.url}/_sim{path}", json=body, timeout=10)
            assert answer.ok, answer.text
            return answer.json() if answer.content else None

    def person(self, method: str, path: str, body: object = None) -> Any:
        return self.control(method, f"/companies/{self.tenant}{path}", body)

    def asked(self) -> list[str]:
        """Every request so far, as `GET /path`."""
        return [f"{one['method']} {one['path']}" for one in self.control("GET", f"/requests?company={self.tenant}")]

    def keys(self) -> list[str]:
        """The public halves of the member's keys."""
        members = self.person("GET", "")["apiMembers"]
        return [key["publicKey"] for member in members if member["identifier"] == "Umbrella" for key in member["keys"]]

    def sink(self) -> dict[str, Any]:
        found: dict[str, Any] = self.person("GET", "")["consoles"][0]["psaIntegration"]
        return found

    def inputs(self, name: str, made: dict[str, Made]) -> dict[str, Any]:
        """What the program asks for, the parents' ids and outputs filled in."""
        own = {"tenant": self.tenant, "company": f"{self.tenant}@127.0.0.1"}
        if name == "role":
            plan = {**ACCESS, "role": "Umbrella", "member": "Umbrella", "member_name": "Cisco Umbrella", "owner": OWNER}
            return {**own, "name": "Umbrella", "adopt": "never", "plan": plan}
        role = {"role_id": made["role"].id}
        if name == "permissions":
            # A process says each sentence once, whoever makes it say so; this one names our company.
            return {**own, **role, "role_name": f"Umbrella of {self.tenant}", **ACCESS}
        if name == "member":
            return {**own, **role, "identifier": "Umbrella", "name": "Cisco Umbrella", "owner": OWNER}
        member = {"member_id": made["member"].id, "owner": OWNER}
        if name == "key":
            return {**own, **member, "description": "Umbrella PSA Integration"}
        pair = {"key_id": made["key"].id, **{name: made["key"].outs[name] for name in ("public_key", "private_key")}}
        if name == "proof":
            return {**own, **role, **pair, "member": "Umbrella", **ACCESS}
        if name == "umbrella":
            gone_through = {"proved": made["proof"].outs["key_id"], "escrowed": made["key"].id}
            return {"tenant": self.tenant, "console": self.console, **member, **pair, **gone_through}
        return {**own, **member, "key_id": made["key"].id, "member": "Umbrella"}


class Made:
    """One resource in the state."""

    def __init__(self, object_id: str, inputs: dict[str, Any], outs: dict[str, Any]) -> None:
        self.id = object_id
        self.inputs = inputs
        self.outs = outs


class Run:
    """One run of the engine: a provider process of its own, so a memory of its own."""

    def __init__(self, company: Company, **changed: str) -> None:
        self.company = company
        # A setting that nothing uses here, to tell this run's context from the one before.
        fresh = {"umbrella:apiUrl": f"https://run-{next(_numbers)}.invalid"}
        spelled = {name.replace("_", ":", 1): value for name, value in changed.items()}
        own = {name if ":" in name else f"umbrella-psa:{name}": value for name, value in spelled.items()}
        self.configuration = {**company.configuration, **fresh, **own}

    def provider(self, kind: type[P]) -> P:
        made = kind()
        made.configure(ConfigureRequest(config=Config(self.configuration, "umbrella-psa")))
        return made

    def up(self) -> dict[str, Made]:
        """Make every resource, in the order of the graph."""
        made: dict[str, Made] = {}
        for name, kind in KINDS.items():
            provider = self.provider(kind)
            checked = provider.check({}, {**self.company.inputs(name, made), "__provider": "x"})
            assert not checked.failures, [failure.reason for failure in checked.failures]
            created = provider.create(checked.inputs)
            made[name] = Made(created.id, checked.inputs, created.outs or {})
        return made

    def refreshed(self, made: dict[str, Made]) -> dict[str, Made]:
        """Every resource as its read shows it now."""
        seen = {}
        for name, one in made.items():
            result = self.provider(KINDS[name]).read(one.id, {**one.outs, "__provider": "x"})
            seen[name] = Made(result.id or "", getattr(result, "inputs", None) or {}, result.outs or {})
        return seen


@contextmanager
def found_company() -> Iterator[Company]:
    """A simulator of its own: so the rate budget of its address is its own, too."""
    with Running() as simulator:
        yield Company(simulator.url)


def get_today() -> str:
    return datetime.now(UTC).date().isoformat()
