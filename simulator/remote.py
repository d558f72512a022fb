"""A simulator in a process of its own, and its control plane as method calls. For demos, tests and benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from types import TracebackType
from typing import Any


class ControlPlane:
    """What can be asked and arranged below `/_sim` of a simulator, wherever it runs."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One call below `/_sim`; the decoded answer, or None without one."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own simulator
            f"{self.url}/_sim{path}", data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise RuntimeError(f"{method} {path}: {refusal.code} {refusal.read().decode()}") from None
        return json.loads(text) if text else None

    def company(self, company_id: str, **wishes: Any) -> Company:
        """Found a company; `wishes` are the control plane's (codebase, consoles, provisioningRights)."""
        return Company(self, self.ask("POST", "/companies", {"companyId": company_id, **wishes}))

    def set_latency(self, milliseconds: float) -> None:
        """How long every answer takes from now on."""
        self.ask("PUT", "/latency", {"ms": milliseconds})


class RemoteSimulator(ControlPlane):
    """`with RemoteSimulator() as simulator: company = simulator.company("acme")`."""

    def __init__(self, latency_ms: float = 0) -> None:
        command = [sys.executable, "-m", "simulator", "--port", "0", "--latency-ms", str(latency_ms)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        greeting = self._process.stdout.readline().split() if self._process.stdout else []
        if len(greeting) < 2:
            raise RuntimeError("the simulator did not start; run `python -m simulator` to see why")
        super().__init__(greeting[1])

    def __enter__(self) -> RemoteSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()


class Company:
    """One simulated company with its console: what a stack needs to know, and what people do there."""

    def __init__(self, simulator: ControlPlane, credentials: dict[str, Any]) -> None:
        self.simulator = simulator
        self.credentials = credentials
        self.id: str = credentials["companyId"]
        self.console: dict[str, Any] = credentials["consoles"][0]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the control plane below this company."""
        return self.simulator.ask(method, f"/companies/{self.id}{path}", body)

    def settings(self) -> dict[str, str]:
        """A stack's plain settings for this company and its console, both through gateways."""
        return {
            "connectwise:site": self.credentials["site"],
            "connectwise:companyId": self.id,
            "connectwise:publicKey": self.credentials["publicKey"],
            "connectwise:hand": "gateway",
            "connectwise:gatewayUrl": self.credentials["gatewayUrl"],
            "umbrella:console": self.console["kind"],
            "umbrella:consoleId": self.console["consoleId"],
            "umbrella:hand": "gateway",
            "umbrella:gatewayUrl": self.console["gatewayUrl"],
        }

    def secrets(self) -> dict[str, str]:
        """A stack's secret settings. Invented, like everything here."""
        return {
            "connectwise:clientId": self.credentials["clientId"],
            "connectwise:privateKey": self.credentials["privateKey"],
            "connectwise:gatewayToken": self.credentials["gatewayToken"],
            "umbrella:gatewayToken": self.console["gatewayToken"],
        }

    def role(self, name: str = "Umbrella") -> dict[str, Any]:
        """The role of that name as the site holds it."""
        return self._one("roles", "name", name)

    def member(self, identifier: str = "Umbrella") -> dict[str, Any]:
        """The API member of that identifier as the site holds it, with its keys."""
        return self._one("apiMembers", "identifier", identifier)

    def public_keys(self) -> list[str]:
        """The public halves of the member's keys."""
        return [key["publicKey"] for key in self.member()["keys"]]

    def sink(self) -> dict[str, Any]:
        """What the Umbrella console holds."""
        found: dict[str, Any] = self.ask("GET", "")["consoles"][0]["psaIntegration"]
        return found

    def set_sink(self, **fields: Any) -> None:
        """Somebody changes the PSA integration in the console."""
        self.ask("PUT", f"/consoles/{self.console['kind']}/{self.console['consoleId']}/psaIntegration", fields)

    def dead_moments(self) -> list[Any]:
        """Moments at which the sink held a key that did not work. Empty is the promise."""
        moments: list[Any] = self.ask("GET", "")["sinkKeyDeadMoments"]
        return moments

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """The requests that concerned this company, oldest first."""
        log: list[dict[str, Any]] = self.simulator.ask("GET", f"/requests?company={self.id}&since={since}")
        return log

    def hold(self, when: str, **which: Any) -> Hold:
        """Stop one of this company's next requests `before` or `after` it is acted on; `which`: method, path, skip."""
        fault = {"kind": "hold", "company": self.id, "when": when, **which}
        return Hold(self.simulator, self.simulator.ask("POST", "/faults", fault)["id"])

    def private_keys(self) -> list[str]:
        """Private halves of every key ever made here, to search for leaks."""
        return list(self.ask("GET", "/privateKeys").values())

    def tokens(self) -> list[str]:
        """Access tokens that the Umbrella API gave out for this company's consoles, to search for leaks."""
        given: list[str] = self.ask("GET", "/tokens")
        return given

    def _one(self, kind: str, field: str, value: str) -> dict[str, Any]:
        found: dict[str, Any] = next(row for row in self.ask("GET", "")[kind] if row[field] == value)
        return found


class Hold:
    """One request of a company that stands still until it is released, or its client is gone."""

    def __init__(self, simulator: ControlPlane, fault: str) -> None:
        self._simulator = simulator
        self._fault = fault

    def reached(self, seconds: float) -> int | None:
        """Wait for the request; its number in the log, or None when none came in that time."""
        held: int | None = self._simulator.ask("GET", f"/faults/{self._fault}?wait={seconds}")["holding"]
        return held

    def release(self) -> None:
        """Let it go on."""
        self._simulator.ask("POST", f"/faults/{self._fault}/release")
