"""Commands that are measured whole: processor time, wall time and memory of a process and of all that it waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.remote import ControlPlane
from tests.engine.workspace import ROOT


@dataclass(frozen=True)
class Cost:
    """What a command used. `peak`: megabytes, of its largest process."""

    cpu: float
    wall: float
    peak: float
    code: int


def measure_command(command: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path) -> Cost:
    """Run a command to its end; what it prints goes to a file."""
    begun = time.monotonic()
    with open(output, "wb") as printed:
        process = start_command(command, folder, environment, printed.fileno())
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - begun, used.ru_maxrss / 1024, process.returncode)


def start_command(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], output: int
) -> subprocess.Popen[bytes]:
    """Start a command of this interpreter."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


class WideSimulator(ControlPlane):
    """A simulator at every loopback address, whose roles have as many rows as wanted."""

    def __init__(self, rows: int = 0) -> None:
        """`rows`: of each role; 0 for those that the simulator knows."""
        command = [sys.executable, "-m", "tests.bench.wide_simulator", str(rows), "--port", "0", "--host", "0.0.0.0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        greeting = self._process.stdout.readline().split() if self._process.stdout else []
        if len(greeting) < 2:
            raise RuntimeError("the simulator did not start")
        super().__init__(greeting[1].replace("0.0.0.0", "127.0.0.1"))

    def __enter__(self) -> WideSimulator:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        self._process.communicate()
