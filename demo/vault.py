"""A vault for the demo: OpenBao, or the machine's own Vault, in memory, with a token that lives as long."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolchain.parts import VAULT, have

_PATIENCE = 60.0


@dataclass(frozen=True)
class DemoVault:
    """A server with a KV engine at `secret`."""

    url: str
    token: str

    def read(self, path: str) -> dict[str, Any]:
        """Read an entry, as somebody with rights does."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/v1/secret/data/{path}", headers={"X-Vault-Token": self.token}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            entry: dict[str, Any] = json.load(answer)["data"]["data"]
        return entry


@contextmanager
def serve_vault(folder: Path) -> Iterator[DemoVault]:
    """Serve it as long as this lasts; fetched first where the machine has none."""
    command = have(VAULT, Path.home())
    folder.mkdir(mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    vault = DemoVault(f"http://{address}", secrets.token_urlsafe(24))
    # The token goes in by the environment: an argument would show it to everybody on the machine.
    names = dict.fromkeys(("BAO_DEV_ROOT_TOKEN_ID", "VAULT_DEV_ROOT_TOKEN_ID"), vault.token)
    with subprocess.Popen(
        [command, "server", "-dev", "-dev-no-store-token", f"-dev-listen-address={address}"],
        env={"HOME": str(folder), "PATH": os.environ["PATH"], **names},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # it prints the token
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            until = time.monotonic() + _PATIENCE
            while not _is_ready(vault):
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"the demo expected that {command} serves a vault at {address}; it does not.")
                time.sleep(0.05)
            yield vault
        finally:
            process.terminate()


def _is_ready(vault: DemoVault) -> bool:
    try:
        vault.read("nothing")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code == 404 and b"route" not in refusal.read()  # the engine is there, the entry is not
    except OSError:
        return False
    return True
