"""Prism (github.com/stoplightio/prism) as a proxy that holds what passes through it against a document."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.foreign.document import document
from toolchain.node import Tools

SCRIPT = "@stoplight/prism-cli/dist/index.js"
PATIENCE = 60  # seconds until it listens, answers or logs, on a busy machine


class Prism:
    """`with Prism(tools, folder, simulator's url) as prism: … prism.url`. With --errors it passes no violation on."""

    def __init__(self, tools: Tools, folder: Path, upstream: str) -> None:
        file = folder / "connectwise.json"
        file.write_text(json.dumps(document()), encoding="utf-8")
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "prism.log"
        self._told = 0
        self._command = tools.script(SCRIPT)
        self._command += ["proxy", str(file), upstream, "--errors", "--port", str(port), "--host", "127.0.0.1"]

    def __enter__(self) -> Prism:
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + PATIENCE
        while "Prism is listening" not in self.words():
            if self._process.poll() is not None or time.monotonic() > until:
                self._process.kill()
                raise RuntimeError(f"Prism does not listen:\n{self.words()}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def fresh_violations(self) -> list[str]:
        """What it found wrong with a request or an answer since this was asked last, in its words."""
        # Its log comes after its answers, in order: once this last question is in it, so is everything before.
        last = f"/login/companyinfo/asked-at-{self._told}"
        requests.get(self.url + last, timeout=PATIENCE)
        until = time.monotonic() + PATIENCE
        while last not in self.words():
            assert time.monotonic() < until, f"Prism does not log what it is asked:\n{self.words()}"
            time.sleep(0.05)
        lines = self.words().splitlines()
        fresh, self._told = lines[self._told :], len(lines)
        return [line for line in fresh if "Violation" in line or "✖" in line]


def _free_port() -> int:
    """Prism can't say which port it got, so it is chosen for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: Any = probe.getsockname()[1]
        return int(port)
