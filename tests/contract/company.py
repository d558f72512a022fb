"""The simulator in a process of its own, and a company in it that belongs to one test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from tests.contract.driver import ROOT


class Simulator:
    """The control plane's client."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=f"{url}/_sim", trust_env=False, timeout=30)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.http.request(method, path, json=body, params=query)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def forget_requests(self) -> None:
        self.ask("DELETE", "/requests")

    def requests(self) -> list[dict[str, Any]]:
        """All that came in since the last `forget_requests`, whoever it was about."""
        found: list[dict[str, Any]] = self.ask("GET", "/requests")
        return found


@contextmanager
def simulator_process() -> Iterator[Simulator]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        simulator = Simulator(process.stdout.readline().split()[1])
        with simulator.http:
            yield simulator
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Company:
    """A company with one console, and the configuration of the stack that looks after it."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.id = f"Contract-{uuid4().hex[:8]}"
        # A tenant without a stack file, unless a test writes one.
        self.tenant = self.id.lower()
        made = simulator.ask("POST", "/companies", {"companyId": self.id})
        console = made["consoles"][0]
        self.provisioning_member: str = made["provisioningMember"]
        self.key = f"{self.tenant}@127.0.0.1"
        self.console = f"{console['kind']}/{console['consoleId']}"
        self.config: dict[str, str] = {
            "connectwise:site": made["site"],
            "connectwise:companyId": self.id,
            "connectwise:clientId": made["clientId"],
            "connectwise:publicKey": made["publicKey"],
            "connectwise:privateKey": made["privateKey"],
            "connectwise:hand": "gateway",
            "connectwise:gatewayUrl": made["gatewayUrl"],
            "connectwise:gatewayToken": made["gatewayToken"],
            "umbrella:console": console["kind"],
            "umbrella:consoleId": console["consoleId"],
            "umbrella:hand": "gateway",
            "umbrella:gatewayUrl": console["gatewayUrl"],
            "umbrella:gatewayToken": console["gatewayToken"],
        }

    def person(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Somebody at the screens of this company."""
        return self.simulator.ask(method, f"/companies/{self.id}{path}", body, **query)

    def slow(self, milliseconds: float, path: str | None = None) -> None:
        self.simulator.ask("PUT", "/latency", {"ms": milliseconds, "company": self.id, "path": path})

    def fault(self, kind: str, path: str, **details: Any) -> None:
        """From now on, each request to this path fares like that."""
        self.simulator.ask(
            "POST", "/faults", {"kind": kind, "company": self.id, "path": path, "times": None, **details}
        )

    def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.simulator.ask("GET", "/requests", company=self.id)
        return found

    def asked(self, method: str, end_of_path: str) -> int:
        """How often this was asked."""
        return sum(one["method"] == method and one["path"].endswith(end_of_path) for one in self.requests())

    def writes(self) -> list[str]:
        return [f"{one['method']} {one['path']}" for one in self.requests() if one["method"] != "GET"]

    def secrets(self) -> list[str]:
        """Whatever must be in no sentence: all private halves and tokens."""
        private = self.person("GET", "/privateKeys").values()
        return [*private, *(text for key, text in self.config.items() if key.endswith(("clientId", "gatewayToken")))]

    def close(self) -> None:
        """Its faults go with it; a latency is kept by name, and the name is never used again."""
        self.person("DELETE", "")
