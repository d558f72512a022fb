"""What a run over many tenants was asked to do, and how far it has come: SQLite, in `.fleet/` of the project.

A run that is cut off is taken up by asking for the same again: what is finished is not done twice. A tenant that was
being worked on when the run died is known to be dead with it, and only then is its lock taken away. The file holds no
secret: names, digests and outcomes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import ValidationError

from stacks.fleet.lock import FOLDER, make_folder
from stacks.reports.model import Row

VERSION = 2
_RESUMABLE_SECONDS = 24 * 3600
_TABLES = """
CREATE TABLE run (id INTEGER PRIMARY KEY, asked TEXT NOT NULL, begun REAL NOT NULL, ended REAL);
CREATE TABLE job (run INTEGER NOT NULL REFERENCES run, tenant TEXT NOT NULL, digest TEXT NOT NULL,
  leased REAL, outcome TEXT, PRIMARY KEY (run, tenant)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Job:
    """One tenant's part of a run. `cut_off`: it was being worked on when an earlier attempt died."""

    tenant: str
    digest: str
    cut_off: bool = False


class Ledger:
    """One run at a time. Shared by the threads of a run."""

    def __init__(self, folder: Path | None = FOLDER) -> None:
        """Open or make the ledger; one without a folder is forgotten at its end.

        One that can't be used is moved aside, and `remark` says so.
        """
        self.remark = ""
        self.begun_at = datetime.now(UTC)
        """When the run began, in an earlier attempt perhaps."""
        self._path = make_folder(folder) / "ledger.sqlite" if folder else None
        self._database = self._open(self._path) if self._path else _connect(":memory:")
        self._lock = Lock()
        self._run = 0
        self._working: set[str] = set()

    def begin(self, asked: dict[str, Any], tenants: Sequence[tuple[str, str]]) -> list[Job]:
        """Begin a run over tenants with the digests of their settings, or go on with the same one that was cut off.

        Returns what is still to be done, in the order given. Whose settings changed since is done again, and so is
        everything once another command came in between, or a day.
        """
        text = json.dumps(asked, sort_keys=True)
        with self._transaction() as database:
            found = database.execute("SELECT id, asked, begun, ended FROM run ORDER BY id DESC LIMIT 1").fetchone()
            if not found or found[1] != text or found[3] is not None or time.time() - found[2] > _RESUMABLE_SECONDS:
                begun = self.begun_at.timestamp()
                cursor = database.execute("INSERT INTO run (asked, begun) VALUES (?, ?)", (text, begun))
                self._run = int(cursor.lastrowid or 0)
            else:
                self._run, self.begun_at = int(found[0]), datetime.fromtimestamp(found[2], UTC)
            known = {
                tenant: (digest, outcome)
                for tenant, digest, outcome in database.execute(
                    "SELECT tenant, digest, outcome FROM job WHERE run = ?", (self._run,)
                )
            }
            cut_off = self._list_cut_off(database, asked.get("backend"))
            jobs = []
            for tenant, digest in tenants:
                before, outcome = known.get(tenant, ("", None))
                if before == digest and _parse(outcome):
                    continue
                jobs.append(Job(tenant, digest, cut_off=tenant in cut_off))
                database.execute(
                    "INSERT INTO job (run, tenant, digest) VALUES (?, ?, ?) ON CONFLICT (run, tenant) "
                    "DO UPDATE SET digest = excluded.digest, outcome = NULL",
                    (self._run, tenant, digest),
                )
        return jobs

    @staticmethod
    def _list_cut_off(database: sqlite3.Connection, backend: str | None) -> set[str]:
        """List the tenants that a run was working on when it died, whatever it was asked to do.

        Only for a day: later somebody will have looked after the lock, and it may be another's by now.
        """
        found = database.execute(
            "SELECT tenant FROM job JOIN run ON run.id = job.run "
            "WHERE leased > ? AND json_extract(asked, '$.backend') IS ?",
            (time.time() - _RESUMABLE_SECONDS, backend),
        )
        return {tenant for (tenant,) in found}

    def lease(self, tenant: str) -> None:
        """Note that a tenant is being worked on, and by nobody else any more."""
        self._working.add(tenant)
        with self._transaction() as database:
            database.execute("UPDATE job SET leased = NULL WHERE tenant = ?", (tenant,))
            database.execute("UPDATE job SET leased = ? WHERE run = ? AND tenant = ?", (time.time(), self._run, tenant))

    def finish(self, row: Row) -> None:
        """Keep a good outcome. A tenant that failed, waits for a person or was stopped stays to be done."""
        if row.verdict == "stopped" and row.tenant not in self._working:
            return  # not begun: an earlier attempt may have left it cut off, and that is still to be known
        outcome = row.model_dump_json() if row.verdict in ("clean", "drift") else None
        with self._transaction() as database:
            database.execute(
                "UPDATE job SET leased = NULL, outcome = ? WHERE run = ? AND tenant = ?",
                (outcome, self._run, row.tenant),
            )

    def end(self) -> None:
        """Note that every tenant of the run has its outcome; asked again, it is another run."""
        with self._transaction() as database:
            database.execute("UPDATE run SET ended = ? WHERE id = ?", (time.time(), self._run))

    @staticmethod
    def forget(tenant: str, folder: Path = FOLDER) -> None:
        """Forget a tenant's outcomes, where there is a ledger: a run of its own changes what they say."""
        if not (path := folder / "ledger.sqlite").is_file():
            return
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path, timeout=30)) as database, database:
            database.execute("UPDATE job SET outcome = NULL WHERE tenant = ?", (tenant,))

    def list_outcomes(self) -> list[Row]:
        """List the outcomes of this run, those of its earlier attempts, too."""
        with self._transaction() as database:
            found = database.execute(
                "SELECT outcome FROM job WHERE run = ? AND outcome IS NOT NULL ORDER BY tenant", (self._run,)
            )
            return [row for (outcome,) in found if (row := _parse(outcome))]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Keep or undo what is done in the block as a whole. A connection has one transaction, whichever thread's."""
        try:
            with self._lock, self._database as database:
                yield database
        except sqlite3.OperationalError as error:
            # What was done is done; only that it was is not known to the next attempt.
            self.remark = f"the ledger could not be written ({error}); asked again, this run's tenants are done again"

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            return _connect(path)
        except sqlite3.DatabaseError as error:
            aside = path.with_name(f"ledger-{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}.sqlite")
            path.rename(aside)
            self.remark = f"the ledger could not be used ({error}); it was moved to {aside}, and a new one is begun"
            return _connect(path)


def _connect(place: Path | str) -> sqlite3.Connection:
    database = sqlite3.connect(place, check_same_thread=False, isolation_level="IMMEDIATE", timeout=30)
    try:
        if isinstance(place, Path):
            os.chmod(place, 0o600)
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError(f"it is of version {version}, and this one writes version {VERSION}")
        database.execute("PRAGMA journal_mode = WAL")
        if version == 0:
            database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        database.execute("SELECT asked, begun, ended, digest, leased, outcome FROM run, job LIMIT 1")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _parse(outcome: str | None) -> Row | None:
    """Read a kept outcome; None without one, or for one that another version wrote."""
    try:
        return Row.model_validate_json(outcome) if outcome else None
    except ValidationError:
        return None
