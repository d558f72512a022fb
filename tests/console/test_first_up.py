"""The whole tenant through the engine, with both consoles in a real Chromium: made, rotated, destroyed."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from simulator.remote import Company
from stacks.fleet.warm_process import WarmProcess
from tests.console.running import BROWSER, make_console_settings
from tests.engine.workspace import ROOT, Stack, Workspace
from tests.stories.drifts import assert_as_wanted

# Seconds for a whole first `up`. Alone on two cores it takes about 16, at most 25 (`make endurance`); here other tests
# run beside it, and machines differ.
LONGEST = 180.0


def test_a_tenant_is_made_rotated_and_destroyed_through_the_screens(
    company: Company, tmp_path: Path, warm: WarmProcess
) -> None:
    stack = replace(Workspace.link_product(tmp_path), warm=warm).make_stack(company)
    consoles = {side: make_console_settings(company, side, tmp_path) for side in ("connectwise", "umbrella")}
    file = tmp_path / "gateway.yaml"
    content = {"unsupported": "accepted", "listen": "127.0.0.1:0", "folder": "kept", "browser": BROWSER}
    file.write_text(yaml.safe_dump({**content, "consoles": consoles}), encoding="utf-8")
    command = [sys.executable, "-m", "gateway", "--config", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            took = _run_whole_life(stack, consoles, process)
        finally:
            process.terminate()
            out, err = process.communicate(timeout=20)

    assert took <= LONGEST
    assert company.dead_moments() == []
    assert company.sink()["kind"] is None
    assert [request for request in company.requests() if request["path"].startswith("/gateway/")] == []
    assert [by for by in _list_actors(company) if by not in ("GatewayUser", "PSAProvision", "HumanAdmin")] == []
    assert stack.find_leaks() == []
    kept = [path for path in tmp_path.joinpath("kept").rglob("*") if path.is_file()]
    contents = [*(path.read_bytes() for path in kept), out.encode(), err.encode()]
    assert kept
    assert [key for key in company.private_keys() if any(key.encode() in content for content in contents)] == []


def _run_whole_life(stack: Stack, consoles: dict[str, dict[str, Any]], process: subprocess.Popen[str]) -> float:
    """Make, rotate and destroy the tenant; return the seconds of the first `up`."""
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    for side, console in consoles.items():
        stack.set(f"{side}:gatewayUrl", f"{url}/{side}/{side}")
        token = Path(console["token"]["file"]).read_text(encoding="utf-8")
        stack.set_secret(f"{side}:gatewayToken", token)
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


def _list_actors(company: Company) -> set[str]:
    return {event["by"] for event in company.ask("GET", "/history")}
