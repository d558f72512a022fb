"""One set-up at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolchain.progress import print_once


@contextmanager
def hold_lock(file: Path, waiting: str) -> Iterator[None]:
    """Hold the lock file; the system lets go of it when the process ends, however it ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print_once(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
