"""A company in the simulator that belongs to one test, and the configuration of the stack that looks after it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from simulator import remote
from simulator.remote import RemoteSimulator


class Company(remote.Company):
    """Besides what everybody does with a company: weather, and questions to the log."""

    def __init__(self, simulator: RemoteSimulator) -> None:
        company_id = f"Contract-{uuid4().hex[:8]}"
        super().__init__(simulator, simulator.ask("POST", "/companies", {"companyId": company_id}))
        # A tenant without a stack file, unless a test writes one.
        self.tenant = company_id.lower()
        self.owner = f"{self.tenant}@127.0.0.1"
        self.console_owner = f"{self.console['kind']}/{self.console['consoleId']}"
        self.config: dict[str, str] = {**self.settings(), **self.secrets()}

    def delay_answers(self, milliseconds: float, path: str | None = None) -> None:
        """From now on, each request (to this path) takes so long before it is acted upon."""
        self.simulator.ask("PUT", "/latency", {"ms": milliseconds, "company": self.id, "path": path})

    def inject_fault(self, kind: str, path: str, **details: Any) -> None:
        """From now on, each request to this path fares like that."""
        wanted = {"kind": kind, "company": self.id, "path": path, "times": None, **details}
        self.simulator.ask("POST", "/faults", wanted)

    def forget_faults(self) -> None:
        self.simulator.ask("DELETE", f"/faults?company={self.id}")

    def forget_requests(self) -> None:
        self.simulator.ask("DELETE", f"/requests?company={self.id}")

    def count_requests(self, end_of_path: str) -> int:
        """How many requests there were to paths that end so."""
        return sum(request["path"].endswith(end_of_path) for request in self.requests())

    def list_writes(self) -> list[str]:
        return [f"{request['method']} {request['path']}" for request in self.requests() if request["method"] != "GET"]
