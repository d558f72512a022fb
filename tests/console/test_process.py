"""The gateway as a process of its own: what it writes to its log, and what the processes that it starts know."""

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

import pytest

from demo.pulumi_cli import ROOT
from tests.console.running import BROWSER, Client, Tenant, make_console_settings

ELSEWHERE = "a-secret-of-something-else"


@contextmanager
def start(
    folder: Path, console: dict[str, Any], environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a gateway for one console; say where it is."""
    content = {"unsupported": "accepted", "listen": "127.0.0.1:0", "folder": "kept", "browser": BROWSER}
    file = folder / "gateway.yaml"
    file.write_text(json.dumps({**content, "consoles": {"first": console}}), encoding="utf-8")
    command = [sys.executable, "-m", "gateway", "--config", str(file)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[1]


def test_only_the_gateway_itself_knows_its_secrets_and_its_log_none(tmp_path: Path, tenant: Tenant) -> None:
    console = make_console_settings(tenant.company, "connectwise", tmp_path)
    token = Path(console["token"]["file"]).read_text(encoding="utf-8")
    password = subprocess.check_output(console["password"]["command"], text=True).strip()
    seen = tmp_path / "seen"
    # The command that gives the user name notes what it inherits.
    script = f"cat /proc/self/environ > {seen}; echo GatewayUser"
    console |= {"token": {"environment": "GATE"}, "password": {"environment": "WORD"}}
    console |= {"userName": {"command": ["sh", "-c", script]}}
    environment = {**os.environ, "GATE": token, "WORD": password, "AWS_SECRET_ACCESS_KEY": ELSEWHERE}
    with start(tmp_path, console, environment) as (process, url):
        try:
            client = Client(f"{url}/connectwise/first", token, "first")
            made = client.expect_ok("POST", tenant.keys, {"description": "of a process"})
            wrong = secrets.token_hex(16)
            stranger = Client(f"{url}/connectwise/first", wrong, "first")
            assert stranger.expect_error("GET", tenant.keys)[0] == 401
            inherited = {pid: Path(f"/proc/{pid}/environ").read_bytes() for pid in _list_descendants(process.pid)}
        finally:
            process.terminate()
        log = process.communicate()[1]
    assert len(inherited) > 2, "a driver, a browser and its processes"
    known = [token, password, ELSEWHERE]
    assert not [pid for pid, held in inherited.items() if any(secret.encode() in held for secret in known)]
    assert not [secret for secret in (token, password) if secret.encode() in seen.read_bytes()]
    operation, refusal = log.splitlines()
    keys = f"/connectwise/first{tenant.keys}"
    assert f" POST {keys}: mint_key, 201 done in " in operation and operation.startswith("gateway: 20")
    assert f" GET {keys}: 401 the token was refused, from 127.0.0.1 in " in refusal
    assert not [secret for secret in (*known, wrong, made["privateKey"]) if secret in log]


def test_a_client_that_leaves_and_the_gateway_s_end_amid_an_operation_are_no_traceback(
    tmp_path: Path, tenant: Tenant
) -> None:
    console = make_console_settings(tenant.company, "connectwise", tmp_path)
    with start(tmp_path, console, dict(os.environ)) as (process, url):
        try:
            token = Path(console["token"]["file"]).read_text(encoding="utf-8")
            client = Client(f"{url}/connectwise/first", token, "first")
            client.expect_ok("GET", tenant.keys)
            tenant.company.ask("PUT", "/screens", {"slowMs": 3000})
            with pytest.raises(OSError):
                client._session.get(client.url + tenant.keys, timeout=0.5)
            client.close()
            with pytest.raises(OSError):
                client._session.get(client.url + tenant.keys, timeout=0.5)
        finally:
            process.terminate()
        log = process.communicate(timeout=40)[1]
    tenant.company.ask("PUT", "/screens", {"slowMs": 0})
    assert "Traceback" not in log
    assert log.count("list_keys, ") == 3, log


def _list_descendants(pid: int) -> list[int]:
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _read_children(task)]
    return [*children, *(one for child in children for one in _list_descendants(child))]


def _read_children(task: Path) -> list[str]:
    return (task / "children").read_text(encoding="utf-8").split()
