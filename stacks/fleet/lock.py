"""Who runs over tenants in this project: one run over many, or runs over one tenant each."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from providers.core.errors import ProviderError

FOLDER = Path(".fleet")


def make_folder(folder: Path) -> Path:
    """Make the folder of ledger and lock. Raises `ProviderError`."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder
    except OSError as error:
        raise ProviderError(
            f"{folder}/ can't be made for the ledger: {error.strerror}", next_step="move away what is there"
        ) from None


def _lock(file: int, *, shared: bool) -> None:
    """Take the lock; whoever finds it free clears what earlier holders wrote. Raises `BlockingIOError`."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not shared:
            raise
    else:
        os.ftruncate(file, 0)
    if shared:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _open_lock(path: Path) -> TextIO:
    try:
        return open(path, "a+", encoding="utf-8")
    except OSError as error:
        raise ProviderError(
            f"{path} can't be written: {error.strerror}", next_step="runs over tenants need it; make room or rights"
        ) from None


def _take_out(file: TextIO, line: str) -> None:
    """Take a holder's line out of the file, and leave the others'."""
    file.seek(0)
    left = "".join(one for one in file if one != line)
    file.truncate(0)
    file.write(left)
    file.flush()


@contextmanager
def hold_fleet(verb: str, folder: Path = FOLDER, *, shared: bool = False) -> Iterator[int]:
    """Be the only run over tenants in this project, or one of several that `shared` it; gives the lock's descriptor.

    The lock is the operating system's, and lasts until the last process that has it open has ended, however that was:
    hand it to whatever works for this run.

    Raises:
        ProviderError: Another run holds it; says which.
    """
    make_folder(folder)
    with _open_lock(folder / "lock") as file:
        try:
            _lock(file.fileno(), shared=shared)
        except BlockingIOError:
            file.seek(0)
            holders = file.read().splitlines()
            busy = ProviderError(
                f"another run over tenants is at work here: {holders[-1] if holders else 'it has only just begun'}",
                next_step="wait for its end, or stop it",
            )
            busy.transient = True
            raise busy from None
        line = f"`{verb}`, process {os.getpid()}, since {datetime.now(UTC).strftime('%Y-%m-%d %H:%M:%S')} UTC\n"
        file.write(line)
        file.flush()
        try:
            yield file.fileno()
        finally:
            with suppress(OSError):
                _take_out(file, line)
