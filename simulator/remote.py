"""A simulator in a process of its own, and its control plane as method calls. For demos, tests and benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

# The two halves of what a key may do by its own word; some sites may lack either (`Company.set_site(missingRoutes=…)`).
MY_SECURITY = ["/system/mySecurity", "/system/mySecurity/customizeItems"]


class ControlPlane:
    """The control plane (`/_sim`) of a simulator, wherever it runs."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request below `/_sim`; return the decoded answer, or None without one."""
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
        """Create a company; `wishes` are the control plane's (codebase, consoles, provisioningRights, site)."""
        return Company(self, self.ask("POST", "/companies", {"companyId": company_id, **wishes}))

    def set_latency(self, milliseconds: float) -> None:
        """Delay every answer from now on."""
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

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        self._process.communicate()


class Company:
    """A simulated company with its console: what a stack needs to know, and what people do there."""

    def __init__(self, simulator: ControlPlane, credentials: dict[str, Any]) -> None:
        self.simulator = simulator
        self.credentials = credentials
        self.id: str = credentials["companyId"]
        self.console: dict[str, Any] = credentials["consoles"][0]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request below this company."""
        return self.simulator.ask(method, f"/companies/{self.id}{path}", body)

    def settings(self) -> dict[str, str]:
        """A stack's plain settings for this company and its console, both through gateways."""
        return {
            "connectwise:site": self.credentials["site"],
            "connectwise:companyId": self.id,
            "connectwise:publicKey": self.credentials["publicKey"],
            "connectwise:driver": "gateway",
            "connectwise:gatewayUrl": self.credentials["gatewayUrl"],
            "umbrella:console": self.console["kind"],
            "umbrella:consoleId": self.console["consoleId"],
            "umbrella:driver": "gateway",
            "umbrella:gatewayUrl": self.console["gatewayUrl"],
        }

    def secrets(self) -> dict[str, str]:
        """List a stack's secret settings. Invented, like everything here."""
        return {
            "connectwise:clientId": self.credentials["clientId"],
            "connectwise:privateKey": self.credentials["privateKey"],
            "connectwise:gatewayToken": self.credentials["gatewayToken"],
            "umbrella:gatewayToken": self.console["gatewayToken"],
        }

    def role(self, name: str = "Umbrella") -> dict[str, Any]:
        """Read the role of that name as the site holds it."""
        return self._find_row("roles", "name", name)

    def member(self, identifier: str = "Umbrella") -> dict[str, Any]:
        """Read the API member of that identifier as the site holds it, with its keys."""
        return self._find_row("apiMembers", "identifier", identifier)

    def public_keys(self) -> list[str]:
        """List the public halves of the member's keys."""
        return [key["publicKey"] for key in self.member()["keys"]]

    def sink(self) -> dict[str, Any]:
        """Read the PSA integration of the Umbrella console."""
        integration: dict[str, Any] = self.ask("GET", "")["consoles"][0]["psaIntegration"]
        return integration

    def set_sink(self, **fields: Any) -> None:
        """Change the PSA integration in the console, as a person does."""
        self.ask("PUT", f"/consoles/{self.console['kind']}/{self.console['consoleId']}/psaIntegration", fields)

    def set_site(self, **modes: Any) -> None:
        """Set modes of the site, by their names in simulator/services/connectwise/site_modes.py: `linkEnd="always"`."""
        self.ask("PUT", "/site", modes)

    def add_lookup(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Add a row to `locations`, `departments`, `levels`, `timeZones` or `boards`; names may repeat."""
        row: dict[str, Any] = self.ask("POST", f"/lookups/{kind}", fields)
        return row

    def dead_moments(self) -> list[Any]:
        """List the moments at which the sink held a key that did not work; there must be none."""
        moments: list[Any] = self.ask("GET", "")["sinkKeyDeadMoments"]
        return moments

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """List the requests that concerned this company, oldest first."""
        log: list[dict[str, Any]] = self.simulator.ask("GET", f"/requests?company={self.id}&since={since}")
        return log

    def hold(self, when: str, **which: Any) -> Hold:
        """Hold one of this company's next requests `before` or `after` it is acted on; `which`: method, path, skip."""
        fault = {"kind": "hold", "company": self.id, "when": when, **which}
        return Hold(self.simulator, self.simulator.ask("POST", "/faults", fault)["id"])

    def add_fault(self, kind: str, **which: Any) -> None:
        """Let this company's next request fare so; `which` are the fields of simulator/faults/fault.py."""
        self.simulator.ask("POST", "/faults", {"kind": kind, "company": self.id, **which})

    def private_keys(self) -> list[str]:
        """List the private halves of every key ever minted here, to search for leaks."""
        return list(self.ask("GET", "/privateKeys").values())

    def tokens(self) -> list[str]:
        """List the access tokens that the Umbrella API issued for this company's consoles, to search for leaks."""
        tokens: list[str] = self.ask("GET", "/tokens")
        return tokens

    def _find_row(self, kind: str, field: str, value: str) -> dict[str, Any]:
        match: dict[str, Any] = next(row for row in self.ask("GET", "")[kind] if row[field] == value)
        return match


class Hold:
    """A request of a company that is held until it is released, or its client is gone."""

    def __init__(self, simulator: ControlPlane, fault: str) -> None:
        self._simulator = simulator
        self._fault = fault

    def reached(self, seconds: float) -> int | None:
        """Wait for the request; return its number in the log, or None when none came in that time."""
        held: int | None = self._simulator.ask("GET", f"/faults/{self._fault}?wait={seconds}")["holding"]
        return held

    def release(self) -> None:
        """Release the request."""
        self._simulator.ask("POST", f"/faults/{self._fault}/release")
