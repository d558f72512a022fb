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

from tests.foreign.document import build_document
from toolchain.node import NodeTools

SCRIPT = "@stoplight/prism-cli/dist/index.js"
TIMEOUT = 60  # seconds until it listens, answers or logs, on a busy machine


class Prism:
    """`with Prism(tools, folder, simulator's url) as prism: … prism.url`. With --errors it passes no violation on."""

    def __init__(self, tools: NodeTools, folder: Path, upstream: str) -> None:
        file = folder / "connectwise.json"
        file.write_text(json.dumps(build_document()), encoding="utf-8")
        port = _find_free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "prism.log"
        self._lines_read = 0
        self._command = tools.script(SCRIPT)
        self._command += ["proxy", str(file), upstream, "--errors", "--port", str(port), "--host", "127.0.0.1"]

    def __enter__(self) -> Prism:
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + TIMEOUT
        while "Prism is listening" not in self.read_log():
            if self._process.poll() is not None or time.monotonic() > until:
                self._process.kill()
                raise RuntimeError(f"Prism does not listen:\n{self.read_log()}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def read_log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def list_new_violations(self) -> list[str]:
        """List what it found wrong with requests and answers since the last call, in its words."""
        # Its log comes after its answers, in order: once this last question is in it, so is everything before.
        last = f"/login/companyinfo/asked-at-{self._lines_read}"
        requests.get(self.url + last, timeout=TIMEOUT)
        until = time.monotonic() + TIMEOUT
        while last not in self.read_log():
            assert time.monotonic() < until, f"Prism does not log what it is asked:\n{self.read_log()}"
            time.sleep(0.05)
        lines = self.read_log().splitlines()
        new, self._lines_read = lines[self._lines_read :], len(lines)
        return [line for line in new if "Violation" in line or "✖" in line]


def _find_free_port() -> int:
    """Choose a port for Prism, which can't say which one it got."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: Any = probe.getsockname()[1]
        return int(port)
