"""End this process with its engine.

A provider process has a process group of its own and a shell script as its parent, so a killed engine takes neither
with it: without this, half a rotation would go on with nobody to record it (tried; docs/decisions.md). We watch the
first ancestor named `pulumi`, or our parent when there is none, and leave at once when it ends. Writes ask first.
What else that engine started may wait for it forever (its language host, the program, and provider processes that
were never asked anything, so that none of our code runs in them: tried), so we end it on our way out.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from time import sleep

from providers.core.errors import ProviderError

_EXIT_CODE = 70  # EX_SOFTWARE: not a success, and not one of the engine's own codes.
_POLL_SECONDS = 0.5

_lock = Lock()
_watched: int | None = None


def _parent_and_name(pid: int) -> tuple[int, str]:
    """The parent's pid and the command's base name; (0, "") when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            # The name is in parentheses and may itself hold some; the fields after the last one are plain.
            name, rest = stat.read().rpartition(")")[::2]
        return int(rest.split()[1]), name.partition("(")[2]
    except FileNotFoundError:
        if os.path.isdir("/proc/self"):
            return 0, ""
    # No procfs (macOS): ps is part of the system there.
    done = subprocess.run(["ps", "-o", "ppid=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    parent, _, name = done.stdout.strip().partition(" ")
    return (int(parent), os.path.basename(name.strip())) if parent else (0, "")


def engine() -> int:
    """The pid to live with: the nearest ancestor named `pulumi`, else the parent."""
    pid = parent = os.getppid()
    while pid > 1:
        above, name = _parent_and_name(pid)
        if name.removesuffix(".exe") == "pulumi":
            return pid
        pid = above
    return parent


def alive(pid: int) -> bool:
    """True while the process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return not os.path.isdir("/proc/self")


def _wait_for_end(pid: int) -> None:
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):  # an older kernel, a container that forbids it, or a process that is gone: look below
            handle = os.pidfd_open(pid)
            # Readable once the process ends: no polling, no race with a reused pid.
            waiting = select.poll()
            waiting.register(handle, select.POLLIN)
            waiting.poll()
            os.close(handle)
            return
    while alive(pid):
        sleep(_POLL_SECONDS)


def _commands() -> Iterator[tuple[int, list[str]]]:
    """Every process that we may look at: its pid and its arguments."""
    if os.path.isdir("/proc/self"):
        for path in Path("/proc").iterdir():
            if path.name.isdigit():
                with suppress(OSError):  # gone meanwhile
                    yield int(path.name), (path / "cmdline").read_text(errors="replace").rstrip("\0").split("\0")
        return
    done = subprocess.run(["ps", "-axo", "pid=,args="], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        pid, *arguments = line.split()
        yield int(pid), arguments


def siblings(address: str) -> list[int]:
    """What else the engine at this address started: it tells its own address to each plug-in and to the program."""
    return [
        pid
        for pid, arguments in _commands()
        if pid != os.getpid() and address in arguments and any("pulumi" in word for word in arguments)
    ]


def _end_siblings() -> None:
    address = sys.argv[-1]
    if re.fullmatch(r"\S+:\d+", address):
        for pid in siblings(address):
            with suppress(OSError):  # it ended by itself meanwhile
                os.kill(pid, signal.SIGTERM)


def start() -> None:
    """Start watching, once per process."""
    global _watched
    with _lock:
        if _watched is not None:
            return
        _watched = engine()

    def leave() -> None:
        _wait_for_end(_watched)
        _end_siblings()
        os._exit(_EXIT_CODE)

    Thread(target=leave, name="watchdog", daemon=True).start()


def follow(pid: int | None) -> None:
    """Live with this command's writes, not with an ancestor: a warm engine serves one command after another."""
    global _watched
    with _lock:
        _watched = pid


def ensure_engine_alive() -> None:
    """Called before every write: nothing is changed for an engine that can't record it any more."""
    if _watched is not None and not alive(_watched):
        raise ProviderError(
            "the Pulumi engine is gone, so nothing more is changed", next_step="run the same command again"
        )
