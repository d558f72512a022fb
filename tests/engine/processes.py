"""What anybody on the machine sees of a run while it runs: the arguments and the environment of its processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

_PAUSE = 0.02  # seconds; a process of the engine lives for longer


@dataclass
class SeenProcesses:
    """By process, NUL-separated as the system keeps them. Only processes that began while we watched."""

    before: frozenset[str]
    arguments: dict[str, bytes] = field(default_factory=dict)
    environments: dict[str, bytes] = field(default_factory=dict)

    def look(self) -> None:
        for process in _list_running() - self.before:
            # A process may run several programs, one after the other, and each hands what it likes to the next.
            for kept, what in ((self.arguments, "cmdline"), (self.environments, "environ")):
                if (now := _read(process, what)) not in kept.get(process, b""):
                    kept[process] = kept.get(process, b"") + now

    def find_variables_with(self, wanted: frozenset[bytes]) -> set[str]:
        """Names of the environment variables that hold any of it."""
        return {
            variable.partition(b"=")[0].decode()
            for environment in self.environments.values()
            for variable in environment.split(b"\0")
            if any(needle in variable for needle in wanted)
        }


@contextmanager
def watch_processes() -> Iterator[SeenProcesses]:
    """Look at all processes again and again until the block ends."""
    seen, over = SeenProcesses(frozenset(_list_running())), Event()

    def watch() -> None:
        while not over.wait(_PAUSE):
            seen.look()

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _list_running() -> set[str]:
    return {name for name in os.listdir("/proc") if name.isdigit()}


def _read(process: str, what: str) -> bytes:
    try:
        return Path("/proc", process, what).read_bytes()
    except OSError:
        return b""  # it ended meanwhile, or belongs to somebody else
