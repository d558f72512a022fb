"""`make demo CONSOLE=browser`: our own gateway, with a real Chromium, between the demo's tenant and the screens."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.pulumi_cli import ROOT
from simulator.remote import Company

USER = "GatewayUser"  # the consoles' account that the gateway signs in with


@contextmanager
def serve_gateway(company: Company, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Serve the company's two consoles as long as this lasts; its settings lead here instead of to the simulator."""
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    file = folder / "gateway.yaml"
    file.write_text(json.dumps(make_configuration(company)), encoding="utf-8")  # JSON is YAML
    tokens = {side: secrets.token_hex(24) for side in ("connectwise", "umbrella")}
    environment = {
        **os.environ,
        **{f"TOKEN_{side.upper()}": token for side, token in tokens.items()},
        "CONSOLE_USER": USER,
        "CONSOLE_PASSWORD": company.ask("GET", "/screens")["passwords"][USER],
    }
    command = [sys.executable, "-m", "gateway", "--config", str(file)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            greeting = process.stdout.readline().split() if process.stdout else []
            if len(greeting) < 2:
                raise SystemExit("the demo expected that the gateway starts; its own words are above.")
            for side, settings in (("connectwise", company.credentials), ("umbrella", company.console)):
                settings |= {"gatewayUrl": f"{greeting[1]}/{side}/{side}", "gatewayToken": tokens[side]}
            yield process
        finally:
            process.terminate()


def make_configuration(company: Company) -> dict[str, Any]:
    """What somebody would write into gateway.yaml for these two consoles."""
    addresses = company.ask("GET", "/screens")["addresses"]
    kind, number = company.console["kind"], company.console["consoleId"]
    shared = {
        "userName": {"environment": "CONSOLE_USER"},
        "password": {"environment": "CONSOLE_PASSWORD"},
        "allow": {"roles": ["Umbrella"], "members": ["Umbrella"]},
    }
    psa = {"kind": "connectwise", "companyId": company.id, "address": addresses["connectwise"]}
    umbrella = {"kind": kind, "consoleId": number, "address": addresses[f"{kind}/{number}"]}
    return {
        "unsupported": "accepted",
        "listen": "127.0.0.1:0",
        "folder": "kept",
        # Chromium refuses its sandbox to root, which is what a demo in a container runs as.
        "browser": {"sandbox": os.geteuid() != 0},
        "consoles": {
            "connectwise": {**psa, "token": {"environment": "TOKEN_CONNECTWISE"}, **shared},
            "umbrella": {**umbrella, "token": {"environment": "TOKEN_UMBRELLA"}, **shared},
        },
    }
