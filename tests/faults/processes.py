"""One engine run as a session of its own: found again by a mark in its environment, killed in two ways."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from time import monotonic, sleep
from typing import Literal
from uuid import uuid4

from simulator.remote import Hold
from tests.engine.workspace import DEADLINE
from tests.stories.stack import AnyRun

Way = Literal["engine", "session"]
WAYS: tuple[Way, ...] = ("engine", "session")

_MARK = "FAULTS_RUN"
_SOON = 10.0  # seconds in which whatever belongs to a killed engine must be gone; it takes some hundredths


class Started:
    """A command beside us. What it prints goes to a file: a pipe would be kept open by whoever survives."""

    process: subprocess.Popen[bytes]

    def __init__(self, stack: AnyRun, *command: str, **environment: str) -> None:
        self._stack = stack
        self._mark = uuid4().hex
        self._output = stack.folder / f"{self._mark}.txt"
        self._command = command
        self._environment = {**stack.make_environment(), **environment, _MARK: self._mark}

    def start(self) -> Started:
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                self._command,
                cwd=self._stack.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def wait_until(self, hold: Hold) -> int | None:
        """The number of the request that is held, or None when the run ended without it."""
        until = monotonic() + DEADLINE
        while (number := hold.reached(1)) is None and self.process.poll() is None:
            assert monotonic() < until, f"neither held nor done:\n{self.read_text()}"
        return number

    def kill(self, way: Way) -> None:
        """SIGKILL, to the engine alone or to everything in its session at once, and nothing else."""
        targets = [self.process.pid] if way == "engine" else _list_session(self.process.pid)
        for pid in targets:
            _kill(pid)
        self.process.wait(DEADLINE)
        self._stack.seen.append(self.read_text())

    def list_survivors(self, within: float = _SOON) -> list[str]:
        """What is left of the run after so many seconds; it is ended here, so that it disturbs nobody."""
        until = monotonic() + within
        while left := self._list_alive():
            if monotonic() > until:
                for pid in left:
                    _kill(pid)
                return list(left.values())
            sleep(0.02)
        return []

    def end(self) -> int:
        """Wait for its own end; the exit code."""
        code = self.process.wait(DEADLINE)
        self._stack.seen.append(self.read_text())
        return code

    def read_text(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def _list_alive(self) -> dict[int, str]:
        mark = f"{_MARK}={self._mark}".encode()
        return {
            pid: _get_command(pid)
            for pid in _list_pids()
            if mark in _read(pid, "environ") and _get_state(pid) not in "ZX"
        }


def _list_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _list_session(leader: int) -> list[int]:
    """The leader first: what it would still do is what matters most."""
    others = [pid for pid in _list_pids() if pid != leader and _read_stat(pid)[3:4] == [str(leader)]]
    return [leader, *others]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself meanwhile


def _read(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def _read_stat(pid: int) -> list[str]:
    """The fields after the name: state, parent, group, session."""
    return _read(pid, "stat").decode(errors="replace").rpartition(")")[2].split()


def _get_state(pid: int) -> str:
    return (_read_stat(pid) or ["X"])[0]


def _get_command(pid: int) -> str:
    """The program and its first words, without paths and addresses that differ each time."""
    words = _read(pid, "cmdline").decode(errors="replace").split("\0")[:3]
    return " ".join(word.rpartition("/")[2] for word in words if word)
