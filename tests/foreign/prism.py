"""Prism (github.com/stoplightio/prism) as a proxy that holds what passes through it against a document."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.foreign.document import document
from toolchain.node import Tools

SCRIPT = "@stoplight/prism-cli/dist/index.js"
PATIENCE = 60  # seconds until it listens, on a busy machine


class Prism:
    """`with Prism(tools, folder, simulator's url) as prism: … prism.url`. With --errors it passes no violation on."""

    def __init__(self, tools: Tools, folder: Path, upstream: str) -> None:
        file = folder / "connectwise.json"
        file.write_text(json.dumps(document()), encoding="utf-8")
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "prism.log"
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

    def violations(self) -> list[str]:
        """What it found wrong with a request or an answer, in its words."""
        return [line for line in self.words().splitlines() if "Violation" in line or "✖" in line]


def _free_port() -> int:
    """Prism can't say which port it got, so it is chosen for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: Any = probe.getsockname()[1]
        return int(port)
