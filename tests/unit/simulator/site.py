"""One simulated company as a test sees it: its REST API, its two gateways, and the control plane."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

VERSION = "application/vnd.connectwise.com+json; version=2025.1"
TIMEOUT = 10
NO_ROUTE = {"code": "ConnectWiseApi", "message": "The endpoint does not exist.", "errors": None}


class ManualClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self._now = datetime(2025, 11, 22, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def _read_created(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def create_idempotency_key() -> str:
    return secrets.token_hex(16)


@dataclass
class Site:
    http: requests.Session
    url: str
    company: str
    credentials: dict[str, Any]
    codebase: str = "v2025_1"

    @property
    def pair(self) -> tuple[str, str]:
        return self.credentials["publicKey"], self.credentials["privateKey"]

    @property
    def console(self) -> dict[str, Any]:
        console: dict[str, Any] = self.credentials["consoles"][0]
        return console

    def rest(
        self, method: str, path: str, *, key: tuple[str, str] | None = None, headers: Any = None, **more: Any
    ) -> requests.Response:
        """Call the REST API as the provisioning key, or as another pair; `path` may be a whole address from a link."""
        public, private = key or self.pair
        address = path if path.startswith("http") else f"{self.url}/{self.codebase}/apis/3.0{path}"
        sent = {"clientId": self.credentials["clientId"], "Accept": VERSION, **(headers or {})}
        auth = (f"{self.company}+{public}", private)
        return self.http.request(method, address, auth=auth, headers=sent, timeout=TIMEOUT, **more)

    def gateway(self, method: str, path: str, *, idempotency: str | None = "fresh", **more: Any) -> requests.Response:
        return self._call(self.credentials, method, path, idempotency, more)

    def sink(self, method: str, path: str, *, idempotency: str | None = "fresh", **more: Any) -> requests.Response:
        return self._call(self.console, method, path, idempotency, more)

    def _call(
        self, gateway: dict[str, Any], method: str, path: str, idempotency: str | None, more: dict[str, Any]
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {gateway['gatewayToken']}", **more.pop("headers", {})}
        if method in ("POST", "PUT", "PATCH") and idempotency is not None:
            headers["Idempotency-Key"] = create_idempotency_key() if idempotency == "fresh" else idempotency
        return self.http.request(method, gateway["gatewayUrl"] + path, headers=headers, timeout=TIMEOUT, **more)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Send a request of the control plane below this company; return the answer's JSON."""
        return self.control(method, f"/companies/{self.company}{path}", **more)

    def control(self, method: str, path: str, **more: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/_sim{path}", timeout=TIMEOUT, **more)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def add_fault(self, kind: str, **more: Any) -> str:
        armed: str = self.control("POST", "/faults", json={"kind": kind, "company": self.company, **more})["id"]
        return armed

    def list_requests(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", f"/requests?company={self.company}")
        return entries

    def create_role(self, name: str = "Umbrella", **more: Any) -> dict[str, Any]:
        answer = self.rest("POST", "/system/securityroles", json={"name": name, **more})
        return _read_created(answer)

    def build_member_body(self, role: dict[str, Any], identifier: str = "Umbrella") -> dict[str, Any]:
        """Build a body that the site accepts: its defaults and the three fields that have none."""
        default = self.rest("GET", "/system/apiMembers/default").json()
        references = {name: {"id": value["id"]} for name, value in default.items() if isinstance(value, dict)}
        named = {"identifier": identifier, "name": "Cisco Umbrella", "securityRole": {"id": role["id"]}}
        return {**references, **named}

    def create_member(self, role: dict[str, Any], identifier: str = "Umbrella", **more: Any) -> dict[str, Any]:
        body = {**self.build_member_body(role, identifier), **more}
        answer = self.rest("POST", "/system/apiMembers", json=body)
        return _read_created(answer)

    def mint_key(self, member: dict[str, Any], description: str = "Umbrella PSA Integration") -> dict[str, Any]:
        answer = self.gateway("POST", f"/apiMembers/{member['id']}/keys", json={"description": description})
        return _read_created(answer)

    def mint_key_with(self, rights: dict[str, dict[str, str]], identifier: str = "Other") -> tuple[str, str]:
        """Mint a pair whose role has just these rights."""
        role = self.ask("POST", "/roles", json={"name": f"Role of {identifier}"})
        self.ask("PUT", f"/roles/{role['id']}/levels", json=rights)
        body = {"identifier": identifier, "name": identifier, "roleId": role["id"]}
        member = self.ask("POST", "/apiMembers", json=body)
        created = self.ask("POST", f"/apiMembers/{member['id']}/keys", json={"description": "test"})
        return created["publicKey"], created["privateKey"]

    def apply(self, key: dict[str, Any]) -> requests.Response:
        """Write a pair into the console."""
        body = {"kind": "ConnectWise", "enabled": True}
        return self.sink("PUT", "/psaIntegration", json={**body, **{k: key[k] for k in ("publicKey", "privateKey")}})

    def dump(self) -> dict[str, Any]:
        state: dict[str, Any] = self.ask("GET", "")
        return state
