"""States as released versions wrote them, with the company that they belong to: `python -m tests.engine.released`.

A release runs this once and commits `tests/data/states/<version>/tenant.json`. It holds a simulated company, its keys
among them, and the exported state of a tenant there, encrypted with the passphrase of all throw-away stacks. Nothing
of it was ever of use to anybody.
"""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from simulator.remote import Company, ControlPlane, RemoteSimulator
from tests.engine.workspace import ROOT, Stack, Workspace

STATES = ROOT / "tests" / "data" / "states"
TENANT = "released-msp"
_PLACES = {"sourcePosition", "stackTrace"}  # where on somebody's machine the program stood; nothing reads it
# The simulator listens at another port in each run. The port stands in the site's and the gateways' addresses, which
# a state holds as the provider's configuration; whose objects they are it says without the port.
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def version() -> str:
    """Today's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def versions() -> list[str]:
    """Every version whose state is kept."""
    return sorted(folder.name for folder in STATES.iterdir())


def write() -> Path:
    """Bring a tenant up with today's code, and keep its state under today's version."""
    with RemoteSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
        stack = Workspace.of_product(Path(folder)).stack(simulator.company(TENANT))
        stack.up()
        state = json.loads(stack.pulumi("stack", "export", "-s", stack.name).text)
        for resource in state["deployment"]["resources"]:
            for place in _PLACES & resource.keys():
                del resource[place]
        kept = {"company": stack.company.ask("GET", "/record"), "state": state}
    path = STATES / version() / "tenant.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_ADDRESS.sub("127.0.0.1:1", json.dumps(kept, indent=1, sort_keys=True)) + "\n", encoding="utf-8")
    return path


def read(release: str) -> dict[str, Any]:
    """The company's record and the state, as that version left them."""
    kept: dict[str, Any] = json.loads((STATES / release / "tenant.json").read_text(encoding="utf-8"))
    return kept


def stack_of(release: str, workspace: Workspace, simulator: ControlPlane) -> Stack:
    """That version's company, and a stack in a backend of today with that version's state in it."""
    kept = read(release)
    company = Company(simulator, simulator.ask("POST", "/companies/recorded", kept["company"]))
    stack = workspace.stack(company)
    path = workspace.project / "released.json"
    address = company.settings()["connectwise:site"].rpartition("/")[2]
    path.write_text(_ADDRESS.sub(address, json.dumps(kept["state"])), encoding="utf-8")
    stack.pulumi("stack", "import", "-s", stack.name, "--file", str(path))
    return stack


if __name__ == "__main__":
    print(write())
