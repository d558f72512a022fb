"""A real Temporal server on loopback, its history in a SQLite file: killed and started again, it goes on with that."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Self

_PATIENCE = 60.0
# Nothing waits for the disk: a crash of the server loses nothing by that, only one of the machine would. Else a tenant
# costs the server 70 ms of processor time in place of 28 (tried).
_QUICK = ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=off")


class TemporalServer:
    """One that is up. `variables`: by which the product finds it, and nothing of the machine's own."""

    def __init__(self, command: Path, folder: Path, *options: str) -> None:
        self._command, self.folder, self._options = command, folder, options
        self.port = _find_free_port()
        self._log = (folder / "server.log").open("ab")
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def variables(self) -> dict[str, str]:
        """The environment of whoever asks or serves."""
        profiles = self.folder / "no-profiles.toml"
        profiles.touch()
        return {
            "TEMPORAL_ADDRESS": self.address,
            "TEMPORAL_NAMESPACE": "default",
            "TEMPORAL_CONFIG_FILE": str(profiles),
        }

    def ask(self, *arguments: str) -> str:
        """Return what the server's own command says of it."""
        done = self._run(arguments)
        if done.returncode:
            raise RuntimeError(f"temporal {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.wait()

    def start(self) -> None:
        """Start it again."""
        self._process = self._start()

    def stop(self) -> None:
        """End it as an operator does."""
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def _start(self) -> subprocess.Popen[bytes]:
        options = ("--headless", "--port", str(self.port), "--db-filename", str(self.folder / "history.db"))
        process = subprocess.Popen(
            [self._command, "server", "start-dev", *options, "--log-level", "error", *_QUICK, *self._options],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        until = monotonic() + _PATIENCE
        while not self._answers():
            if process.poll() is not None or monotonic() > until:
                raise RuntimeError((self.folder / "server.log").read_text(encoding="utf-8", errors="replace"))
            sleep(0.1)
        return process

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return self._run(("operator", "cluster", "health")).returncode == 0

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        command = [str(self._command), *arguments, "--address", self.address]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=self._environment)

    @property
    def _environment(self) -> dict[str, str]:
        return {"HOME": str(self.folder), "PATH": os.environ["PATH"]}


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
