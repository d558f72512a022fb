"""Who runs over tenants in this project: one run over many, or runs over one tenant each."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from typing import TextIO

from providers.core.errors import ProviderError

FOLDER = Path(".fleet")
_HOLDER = re.compile(r", process (\d+) on (\S+), since ")


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
    """Take a holder's line out of the file, and leave the others', also a thread's that began in the same second."""
    file.seek(0)
    lines = list(file)
    with suppress(ValueError):  # somebody who took out another at this very moment has lost it
        lines.remove(line)
    file.truncate(0)
    file.writelines(lines)
    file.flush()


def _describe_holder(verb: str) -> str:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return f"`{verb}`, process {os.getpid()} on {gethostname()}, since {since} UTC\n"


def _refuse(holders: list[str], path: Path) -> ProviderError:
    """Say who runs. Of a run that was killed its engines' processes hold the lock, for as long as a step takes them."""
    alive = [holder for holder in holders if not _is_dead(holder, path)]
    if alive or not holders:
        who, step = alive[-1] if alive else "it has only just begun", "wait for its end, or stop it"
    else:
        who = f"{holders[-1]}, which was killed; its engines end the step that they are at"
        step = "wait until they have, and run the same again"
    busy = ProviderError(f"another run over tenants is at work here: {who}", next_step=step)
    busy.transient = True
    return busy


def _is_dead(holder: str, path: Path) -> bool:
    """Tell whether the process that wrote this line is known to have ended; of another machine's nothing is known."""
    found = _HOLDER.search(holder)
    if not found or found[2] != gethostname():
        return False
    import psutil  # only for who is refused

    try:
        process = psutil.Process(int(found[1]))
        # Another one may have its number by now; a holder has the lock open.
        lives = process.status() != psutil.STATUS_ZOMBIE
        return not (lives and str(path.resolve()) in [one.path for one in process.open_files()])
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


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
            raise _refuse(file.read().splitlines(), folder / "lock") from None
        line = _describe_holder(verb)
        file.write(line)
        file.flush()
        try:
            yield file.fileno()
        finally:
            with suppress(OSError):
                _take_out(file, line)
