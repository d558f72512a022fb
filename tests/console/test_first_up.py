"""The whole tenant through the engine, with both consoles in a real Chromium: made, rotated, destroyed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from simulator.remote import Company
from tests.console.serving import BROWSER, settings
from tests.engine.test_drift import assert_as_wanted
from tests.engine.workspace import ROOT, Stack, Workspace

# Seconds for a whole first `up`. Alone on two cores it takes about 16, at most 25; here other tests run beside it.
LONGEST = 75.0


def test_a_tenant_is_made_rotated_and_destroyed_through_the_screens(company: Company, tmp_path: Path) -> None:
    stack = Workspace.of_product(tmp_path).stack(company)
    consoles = {side: settings(company, side, tmp_path) for side in ("connectwise", "umbrella")}
    file = tmp_path / "gateway.yaml"
    whole = {"unsupported": "accepted", "listen": "127.0.0.1:0", "folder": "kept", "browser": BROWSER}
    file.write_text(yaml.safe_dump({**whole, "consoles": consoles}), encoding="utf-8")
    command = [sys.executable, "-m", "gateway", "--config", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            took = _up_rotate_and_down(stack, consoles, process)
        finally:
            process.terminate()
            out, err = process.communicate(timeout=20)

    assert took <= LONGEST
    assert company.dead_moments() == []
    assert company.sink()["kind"] is None
    assert [request for request in company.requests() if request["path"].startswith("/gateway/")] == []
    assert [by for by in _actors(company) if by not in ("GatewayUser", "PSAProvision", "HumanAdmin")] == []
    assert stack.leaks() == []
    kept = [path for path in tmp_path.joinpath("kept").rglob("*") if path.is_file()]
    places = [*(path.read_bytes() for path in kept), out.encode(), err.encode()]
    assert kept and [secret for secret in company.private_keys() if any(secret.encode() in one for one in places)] == []


def _up_rotate_and_down(stack: Stack, consoles: dict[str, dict[str, Any]], process: subprocess.Popen[str]) -> float:
    """The seconds of the first `up`; the tenant is gone afterwards."""
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    for side, console in consoles.items():
        stack.set(f"{side}:gatewayUrl", f"{url}/{side}/{side}")
        token = Path(console["token"]["file"]).read_text(encoding="utf-8")
        stack.pulumi("config", "set", "-s", stack.name, "--secret", f"{side}:gatewayToken", token)
    started = time.monotonic()
    stack.up()
    took = time.monotonic() - started
    assert_as_wanted(stack)
    old = stack.company.sink()["publicKey"]
    stack.set("rotate", "again")
    stack.up()
    assert_as_wanted(stack)
    assert stack.company.sink()["publicKey"] != old
    assert old not in [key["publicKey"] for key in stack.company.member()["keys"]]
    stack.destroy()
    return took


def _actors(company: Company) -> set[str]:
    return {event["by"] for event in company.ask("GET", "/history")}
