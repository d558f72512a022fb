"""End this process with the engine that started it, and stop before the next write once it is told to.

A killed engine takes no plug-in with it, and half a rotation would go on with nobody to record it. Our parent is the
engine: whatever starts us on the way replaces itself (`exec`).
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import sleep

from providers.core.errors import ProviderError
from providers.core.terms import terms

_EXIT_CODE = 70  # EX_SOFTWARE: not a success
_POLL_SECONDS = 0.5


class Lifeline:
    """The engine, as this process sees it."""

    def __init__(self) -> None:
        self._engine = os.getppid()
        self._stopped = Event()

    def watch(self) -> None:
        """Leave at once when the engine ends."""
        Thread(target=self._leave_with_engine, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Let no further write begin: the engine was interrupted, and waits for what is under way."""
        self._stopped.set()

    def ensure_wanted(self) -> None:
        """Raise when nobody would record what is changed from here on. Called before every write."""
        if self._stopped.is_set():
            raise ProviderError(
                "the run was interrupted, so nothing more is changed", next_step=f"run `{terms().apply}` again"
            )
        if not self._is_alive():
            raise ProviderError("the engine is gone, so nothing more is changed", next_step="run the same again")

    def _is_alive(self) -> bool:
        return os.getppid() == self._engine  # an orphan gets another parent

    def _leave_with_engine(self) -> None:
        if hasattr(os, "pidfd_open"):
            with suppress(OSError):  # an older kernel, a container that forbids it, or it is gone: look below
                handle = os.pidfd_open(self._engine)
                waiting = select.poll()
                waiting.register(handle, select.POLLIN)
                if self._is_alive():
                    waiting.poll()
                os._exit(_EXIT_CODE)
        while self._is_alive():
            sleep(_POLL_SECONDS)
        os._exit(_EXIT_CODE)


def name_engine() -> str:
    """Name the command that a person typed: `tofu` where our parent is one, else `terraform`."""
    with suppress(OSError):  # elsewhere than on Linux
        words = Path(f"/proc/{os.getppid()}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        if Path(words[0]).name.startswith("tofu"):
            return "tofu"
    return "terraform"
