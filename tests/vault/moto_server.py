"""moto's server in a process of its own: Secrets Manager over HTTP for the real boto3, with policies when wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import requests

from tests.vault.server import find_free_port

_PATIENCE = 120.0
NO_POLICIES = "inf"


class MotoServer:
    """Checks who may do what after `enforce`, until `trust`."""

    def __init__(self, folder: Path) -> None:
        port = find_free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            cwd=folder,
            env={"HOME": str(folder), "PATH": os.environ["PATH"], "INITIAL_NO_AUTH_ACTION_COUNT": NO_POLICIES},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        until = monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None and monotonic() < until, (folder / "log").read_text(errors="replace")
            sleep(0.05)

    def enforce(self) -> None:
        """From now on every call needs a user whose policies allow it."""
        self._set_trust("0")

    def trust(self) -> None:
        self._set_trust(NO_POLICIES)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def _set_trust(self, calls: str) -> None:
        answer = requests.post(f"{self.url}/moto-api/reset-auth", data=calls.encode(), timeout=10)
        assert answer.ok, answer.text

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/moto-api/", timeout=5).ok
        except requests.RequestException:
            return False
