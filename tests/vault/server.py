"""A real Vault (or OpenBao) server in a throw-away home, as an operator has it: sealed at first, then unsealed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import requests

from toolchain.parts import VAULT, Part, find_part

_CONFIG = """
storage "inmem" {{}}
listener "tcp" {{
  address     = "127.0.0.1:{port}"
  tls_disable = true
}}
disable_mlock = true
api_addr = "http://127.0.0.1:{port}"
"""
_PATIENCE = 120.0
SESSION = f"t{uuid4().hex[:8]}"  # in every name that this process makes: a lent server serves others, too
_HOME = Path.home()  # now: the tests themselves live in a throw-away one


def need(part: Part) -> Path:
    """The command; a test fails without it, for a test that is left out proves nothing."""
    command = find_part(part, _HOME)
    names = " or ".join(part.commands)
    assert command, f"no {names} on PATH and none built: run `python3 -m toolchain.parts` and try again"
    return command


class VaultServer:
    """What an operator does. Plain HTTP: the tests' own hands don't use the library that is tested."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        expect: int = 0,
        namespace: str | None = None,
    ) -> Any:
        """The decoded answer; fails on a refusal, unless it is the one to `expect`."""
        headers = {"X-Vault-Token": self.token if token is None else token, "X-Vault-Namespace": namespace}
        answer = requests.request(method, f"{self.url}/v1/{path}", json=body, headers=headers, timeout=30)
        assert answer.ok or answer.status_code == expect, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def mount(self, name: str, version: int = 2, namespace: str | None = None) -> None:
        """A KV engine, ready: a new one of version 2 refuses requests for a moment."""
        self.ask(
            "POST", f"sys/mounts/{name}", {"type": "kv", "options": {"version": str(version)}}, namespace=namespace
        )
        until = monotonic() + _PATIENCE
        headers = {"X-Vault-Token": self.token, "X-Vault-Namespace": namespace}
        while version == 2 and not requests.get(f"{self.url}/v1/{name}/config", headers=headers, timeout=30).ok:
            assert monotonic() < until
            sleep(0.02)

    def write_policy(self, name: str, rules: dict[str, list[str]]) -> None:
        text = "\n".join(f'path "{path}" {{ capabilities = {json.dumps(rights)} }}' for path, rights in rules.items())
        self.ask("PUT", f"sys/policies/acl/{name}", {"policy": text})

    def make_token(self, policy: str, ttl: str = "1h") -> str:
        made = self.ask("POST", "auth/token/create", {"policies": [policy], "ttl": ttl, "no_parent": True})
        token: str = made["auth"]["client_token"]
        return token


class ExternalVault(VaultServer):
    """One that somebody lends us for the tests, by VAULT_ADDR and VAULT_TOKEN; it needs a KV engine at `secret`."""

    def tidy_up(self) -> None:
        listed = self.ask("LIST", "secret/metadata/umbrella", expect=404)
        for name in (listed.get("data") or {}).get("keys", []):
            if name.startswith(SESSION):
                self.ask("DELETE", f"secret/metadata/umbrella/{name}")
        self.ask("DELETE", f"sys/policies/acl/{SESSION}")
        self.ask("DELETE", f"auth/approle/role/{SESSION}", expect=404)


class OwnVault(VaultServer):
    """A server in a folder of its own, with one unseal key."""

    def __init__(self, folder: Path) -> None:
        command = need(VAULT)
        port = find_free_port()
        super().__init__(f"http://127.0.0.1:{port}", "")
        (folder / "vault.hcl").write_text(_CONFIG.format(port=port), encoding="utf-8")
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [command, "server", "-config", folder / "vault.hcl"],
            cwd=folder,
            env={"HOME": str(folder), "PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        until = monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None and monotonic() < until, (folder / "log").read_text(errors="replace")
            sleep(0.05)
        made = self.ask("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
        self._key, self.token = made["keys"][0], made["root_token"]
        self.unseal()

    def seal(self) -> None:
        self.ask("PUT", "sys/seal")

    def unseal(self) -> None:
        self.ask("PUT", "sys/unseal", {"key": self._key})
        until = monotonic() + _PATIENCE
        while self.ask("GET", "sys/health?standbyok=true&sealedcode=200&uninitcode=200")["sealed"]:
            assert monotonic() < until
            sleep(0.02)

    def stop(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/v1/sys/seal-status", timeout=5).ok
        except requests.RequestException:
            return False


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
