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
import sys
from contextlib import suppress
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING

from providers.core.errors import ProviderError

if TYPE_CHECKING:
    from psutil import Process

_EXIT_CODE = 70  # EX_SOFTWARE: not a success, and not one of the engine's own codes.
_POLL_SECONDS = 0.5

_lock = Lock()
_watched: Process | None = None
_served: Process | None = None


def find_engine() -> Process | None:
    """Find the command that is served, else the nearest ancestor named `pulumi`; None without one."""
    from psutil import Error, Process

    if _served is not None:
        return _served
    with suppress(Error):  # an ancestor that ends meanwhile has none of its own
        for ancestor in Process().parents():
            if ancestor.name().removesuffix(".exe") == "pulumi":
                return ancestor
    return None


def is_alive(process: Process) -> bool:
    """Tell whether the process exists, is the same one still, and is no zombie."""
    from psutil import STATUS_ZOMBIE, Error

    try:
        return process.is_running() and process.status() != STATUS_ZOMBIE
    except Error:
        return False


def _wait_for_end(process: Process) -> None:
    # Not `Process.wait`: that waits until somebody has buried a zombie, too.
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):  # an older kernel, a container that forbids it, or a process that is gone: look below
            handle = os.pidfd_open(process.pid)
            # Readable once the process ends: no polling, no race with a reused pid.
            waiting = select.poll()
            waiting.register(handle, select.POLLIN)
            waiting.poll()
            os.close(handle)
            return
    while is_alive(process):
        sleep(_POLL_SECONDS)


def list_siblings(address: str) -> list[Process]:
    """List what else the engine at this address started: it tells its own address to each plug-in and the program."""
    from psutil import process_iter

    return [
        process
        for process in process_iter(["cmdline"])
        if process.pid != os.getpid()
        and address in (words := process.info["cmdline"] or [])
        and any("pulumi" in word for word in words)
    ]


def start() -> None:
    """Start watching, once per process."""
    from psutil import Process

    global _watched
    with _lock:
        if _watched is not None:
            return
        _watched = find_engine() or Process(os.getppid())
    Thread(target=_leave_with, args=(_watched,), name="watchdog", daemon=True).start()


def _leave_with(engine: Process) -> None:
    """Wait for the engine's end; then end its other processes, and this one."""
    from psutil import Error

    _wait_for_end(engine)
    address = sys.argv[-1]
    if re.fullmatch(r"\S+:\d+", address):
        for process in list_siblings(address):
            with suppress(Error):  # it ended by itself meanwhile
                process.terminate()
    os._exit(_EXIT_CODE)


def serve(pid: int) -> None:
    """Take this command for the engine, not an ancestor: a warm process serves one after another, and outlives each."""
    from psutil import Process

    global _watched, _served
    with _lock:
        _watched = _served = Process(pid)


def ensure_engine_alive() -> None:
    """Raise when the engine is gone. Called before every write: nothing is changed that can't be recorded any more."""
    if _watched is not None and not is_alive(_watched):
        raise ProviderError(
            "the Pulumi engine is gone, so nothing more is changed", next_step="run the same command again"
        )
