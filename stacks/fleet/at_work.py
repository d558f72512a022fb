"""Who is at work on a tenant on this machine: a file that is locked for as long as somebody is, in `.fleet/at-work/`.

A worker that is killed leaves an engine that ends its step. The engine's process has the file locked, too, so whoever
takes the tenant up can tell when nothing of the dead one is left. The lock is the operating system's: it goes with the
last process that has it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import NamedTuple
from uuid import uuid4

from stacks.fleet.lock import FOLDER, make_folder

_REMEMBERED = 24 * 3600.0
"""Seconds for which a dead claimer counts: what is locked later is somebody else's."""


class AtWork(Exception):
    """Somebody on this machine is still at work on the tenant."""


class Claim(NamedTuple):
    """Who is at work. `mark`: for the processes that work with the claimer.

    `follows_dead`: the last one here was killed amid its work, and nothing of it lives; its engine's lock may be left.
    """

    mark: str
    follows_dead: bool


@contextmanager
def claim_tenant(tenant: str, folder: Path = FOLDER) -> Iterator[Claim]:
    """Be the only one at work on a tenant.

    Raises:
        AtWork: Somebody else is, or what a dead one has left behind.
    """
    path = make_folder(make_folder(folder) / "at-work").absolute() / tenant
    token = uuid4().hex
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = path.stat()
            follows_dead = found.st_size > 0 and time() - found.st_mtime < _REMEMBERED
            file.truncate(0)
            file.write(token)
            file.flush()
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # so that the engine's process can have it, too
        except BlockingIOError:
            raise AtWork from None
        yield Claim(f"{token}:{path}", follows_dead)
        file.truncate(0)  # whoever is killed leaves its token


@contextmanager
def mark_at_work(mark: str) -> Iterator[None]:
    """Keep the claimer's file locked; without a mark nothing is.

    Raises:
        AtWork: The claimer is gone, and somebody else has taken the tenant up.
    """
    if not mark:
        yield
        return
    token, _, path = mark.partition(":")
    with open(path, encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AtWork from None
        if file.read() != token:  # a dead claimer's, asked before it died and begun after somebody else's claim
            raise AtWork
        yield
