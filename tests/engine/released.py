"""States as released versions wrote them, with the company that they belong to: `python -m tests.engine.released`.

A release runs this once and commits the files of `tests/data/states/<version>`: a tenant, one with a vault, one during
a rotation, one that waits for a person. Each holds a simulated company, its keys among them, and the exported state of
a tenant there, encrypted with the passphrase of all throw-away stacks; the vault is a file, and nobody has kept what
opens it. Nothing of it was ever of use to anybody.
"""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from simulator.remote import Company, ControlPlane, RemoteSimulator
from tests.engine.manual import use_manual_driver
from tests.engine.workspace import ROOT, Stack, Workspace
from tests.stories.disturbances import inject_fault

STATES = ROOT / "tests" / "data" / "states"
TENANT = "released-msp"
WITH_VAULT = "tenant-with-vault"
HALF_ROTATED = "tenant-half-rotated"
OPEN_STEP = "tenant-open-step"
AT_REST = ("tenant", WITH_VAULT)
NAMES = (*AT_REST, HALF_ROTATED, OPEN_STEP)
GENERATION = "before the upgrade"
_ESCROW = "/escrow"  # where the vault's file is, on whatever machine
_PLACES = {"sourcePosition", "stackTrace"}  # where on somebody's machine the program stood; nothing reads it
# The simulator listens at another port in each run. The port stands in the site's and the gateways' addresses, which
# a state holds as the provider's configuration; whose objects they are it says without the port.
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def read_version() -> str:
    """Today's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def list_states(*names: str) -> list[str]:
    """Every state of these names that is kept, as `<version>/<name>`."""
    return sorted(
        str(path.relative_to(STATES).with_suffix("")) for path in STATES.glob("*/*.json") if path.stem in names
    )


def write(name: str) -> Path:
    """Bring a tenant up with today's code, and keep its state under today's version."""
    with RemoteSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
        stack = Workspace.link_product(Path(folder)).make_stack(simulator.company(TENANT))
        escrow = Path(folder) / "escrow"
        escrow.mkdir()
        if name == WITH_VAULT:
            stack.set(
                "vault:url", f"age://{escrow}/{TENANT}.age?recipient={pyrage.x25519.Identity.generate().to_public()}"
            )
        if name == OPEN_STEP:
            use_manual_driver(stack, "connectwise", "umbrella")
        stack.up(expect=int(name == OPEN_STEP))
        if name == HALF_ROTATED:
            stack.set("rotate", GENERATION)
            inject_fault(stack, "status", "DELETE", "/keys/", status=502)
            stack.up(expect=1)
        state = json.loads(stack.run_pulumi("stack", "export", "-s", stack.name).text)
        for resource in state["deployment"]["resources"]:
            for place in _PLACES & resource.keys():
                del resource[place]
        files = {file.name: b64encode(file.read_bytes()).decode() for file in escrow.iterdir()}
        kept = {"company": stack.company.ask("GET", "/record"), "state": state, "files": files}
        text = _ADDRESS.sub("127.0.0.1:1", json.dumps(kept, indent=1, sort_keys=True)).replace(str(escrow), _ESCROW)
    path = STATES / read_version() / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def make_stack(kept_as: str, workspace: Workspace, simulator: ControlPlane, escrow: Path) -> Stack:
    """That version's company, and a stack in a backend of today with that version's state; its vault is at `escrow`."""
    text = (STATES / f"{kept_as}.json").read_text(encoding="utf-8").replace(_ESCROW, str(escrow))
    kept: dict[str, Any] = json.loads(text)
    company = Company(simulator, simulator.ask("POST", "/companies/recorded", kept["company"]))
    stack = workspace.make_stack(company)
    for name, content in kept.get("files", {}).items():
        (escrow / name).write_bytes(b64decode(content))
    for resource in kept["state"]["deployment"]["resources"]:
        if resource["type"].endswith(":VaultSecret"):
            stack.set("vault:url", resource["inputs"]["url"])
    if kept_as.endswith(HALF_ROTATED):
        stack.set("rotate", GENERATION)
    if kept_as.endswith(OPEN_STEP):
        use_manual_driver(stack, "connectwise", "umbrella")
    path = workspace.project / "released.json"
    address = company.settings()["connectwise:site"].rpartition("/")[2]
    path.write_text(_ADDRESS.sub(address, json.dumps(kept["state"])), encoding="utf-8")
    stack.run_pulumi("stack", "import", "-s", stack.name, "--file", str(path))
    return stack


if __name__ == "__main__":
    for missing in (name for name in NAMES if f"{read_version()}/{name}" not in list_states(name)):
        print(write(missing))
