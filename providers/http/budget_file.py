"""Budgets that processes of one machine share: a row each in a SQLite file, which lives no longer than their run."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from providers.http.budget_store import InProcessStore
from providers.http.clock import Clock
from providers.http.turns import Turns

T = TypeVar("T")
_LONGEST_STEP = 5.0  # seconds; a step takes a ten-thousandth of one, so whoever takes longer has been stopped
_TABLE = "CREATE TABLE IF NOT EXISTS budget (name TEXT PRIMARY KEY, turns BLOB NOT NULL) WITHOUT ROWID"
_WRITE = "INSERT INTO budget VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET turns = excluded.turns"


class BudgetFile:
    """Shared by threads and processes. Its time is the machine's monotonic clock, which is the same in all of them.

    The lock is SQLite's: a process that dies lets go of it, and what it has booked is all that the others lose. A file
    that can't be used is told in a sentence, and from then on this process keeps to its part of each budget.
    """

    def __init__(self, path: Path, processes: int) -> None:
        """Open the file, or make it. `processes`: how many share it."""
        self._path = path
        self._processes = processes
        self._clock = Clock()
        self._lock = threading.Lock()
        self._apart: InProcessStore | None = None
        self._database: sqlite3.Connection | None = None
        try:
            self._database = sqlite3.connect(
                path, timeout=_LONGEST_STEP, isolation_level=None, check_same_thread=False, cached_statements=8
            )
            # What a power failure takes away is of no use after it.
            for sentence in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", _TABLE):
                self._database.execute(sentence)
        except sqlite3.Error as error:
            self._give_up(error)

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        """Take one step in a transaction."""
        with self._lock:
            if self._database:
                try:
                    return self._change(self._database, name, begin, step)
                except (sqlite3.Error, ValueError) as error:
                    self._give_up(error)
            apart = self._apart = self._apart or InProcessStore(self._clock)
        return apart.change(name, lambda now: self._divide(begin(now), now), step)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._database:
                self._database.close()
            self._database = None

    def _change(
        self,
        database: sqlite3.Connection,
        name: str,
        begin: Callable[[float], Turns],
        step: Callable[[Turns, float], T],
    ) -> T:
        database.execute("BEGIN IMMEDIATE")
        try:
            now = self._clock.now()
            found = database.execute("SELECT turns FROM budget WHERE name = ?", (name,)).fetchone()
            turns = Turns.unpack(found[0]) if found else begin(now)
            result = step(turns, now)
            database.execute(_WRITE, (name, turns.pack()))
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        return result

    def _divide(self, turns: Turns, now: float) -> Turns:
        return Turns.begin(turns.rate / self._processes, max(1.0, turns.burst / self._processes), now)

    def _give_up(self, error: Exception) -> None:
        if self._database:
            self._database.close()
        self._database = None
        sys.stderr.write(
            f"The file by which the processes of this run share each site's request budget can't be used ({error}: "
            f"{self._path}); each keeps to its part from here on, so the run may take longer.\n"
        )
