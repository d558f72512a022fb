"""Budgets that several machines share: a row each in a PostgreSQL, whose clock is everybody's.

A row is read, changed here and written again if it is still as it was read: no lock is held meanwhile, so that whoever
hangs or dies stops nobody, and a pooler in front of the server does no harm.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import NamedTuple, TypeVar

import psycopg
from psycopg import errors

from providers.http.budget_store import StoreUnavailable
from providers.http.outage import Outage
from providers.http.postgres import (
    LONGEST_ANSWER,
    PostgresConnection,
    connect_postgres,
    describe_postgres_error,
    parse_postgres_address,
)
from providers.http.turns import Turns

T = TypeVar("T")
TABLE = "umbrella_psa_request_budgets"
FORM = 1
"""Of what is kept; another one when another version can't read it."""
FORGOTTEN_AFTER = 600.0
"""Seconds. A budget that nobody used for so long begins anew: it was another run's, and what its 429s taught, too."""
_LONG = 10.0  # seconds; who waits longer wonders why
_BRIDGED = 15.0  # seconds for which who was never connected takes it for weather
_FORM_OF_ADDRESS = "write it as postgres://USER@HOST/DATABASE, and leave the password to PGPASSFILE"

_CREATE = (
    f"CREATE TABLE {TABLE} (name text PRIMARY KEY, form integer NOT NULL, turns bytea NOT NULL,"
    " at double precision NOT NULL, revision bigint NOT NULL)"
)
_FIELDS = "(name, form, turns, at, revision)"
_KEEP = "form = excluded.form, turns = excluded.turns, at = excluded.at, revision = kept.revision + 1"
# Every right and every column that is needed; it changes nothing.
_PROBE = (
    f"INSERT INTO {TABLE} AS kept {_FIELDS} SELECT '', 0, ''::bytea, 0.0, 0 WHERE false"
    f" ON CONFLICT (name) DO UPDATE SET {_KEEP} RETURNING kept.revision"
)
_READ = (
    "SELECT extract(epoch FROM clock_timestamp())::float8, kept.form, kept.turns, kept.at, kept.revision"  # noqa: S608 - values
    f" FROM (VALUES (1)) AS one LEFT JOIN {TABLE} AS kept ON kept.name = %s"  # are parameters
)
# Who reads no row has read the revision 0, which none has.
_WRITE = (
    f"INSERT INTO {TABLE} AS kept {_FIELDS} VALUES (%s, {FORM}, %s, %s, 1)"  # noqa: S608
    f" ON CONFLICT (name) DO UPDATE SET {_KEEP} WHERE kept.revision = %s RETURNING kept.revision"
)


_ANOTHER_VERSION = (
    f"the table {TABLE} is another version's",
    "run one version of umbrella-psa on all machines, and drop the table while none of them is at work",
)


class _Row(NamedTuple):
    now: float
    form: int | None
    turns: bytes | None
    at: float | None
    revision: int | None


class BudgetDatabase:
    """Shared by threads, processes and machines. One connection, which this process's threads take turns with.

    While it can't be reached nobody has a turn: nobody knows what the others take meanwhile.
    """

    def __init__(
        self, address: str, setting: str, *, told_after: float = _LONG, longest_answer: float = LONGEST_ANSWER
    ) -> None:
        """Ask nothing of it yet.

        Args:
            address: `postgres://…`; what it leaves out, libpq's environment says.
            setting: What names the address to whoever has to put it right.
            told_after: How long an outage lasts until it is told, in seconds.
            longest_answer: How long any answer is waited for, in seconds.

        Raises:
            StoreUnavailable: It is no such address.
        """
        self._setting = setting
        self._told_after, self._longest_answer = told_after, longest_answer
        self._turn = threading.Lock()
        self._connection: PostgresConnection | None = None
        self._outage = Outage(StoreUnavailable)
        self._has_worked = False
        self._lost_at: float | None = None
        self._is_told = False
        try:
            if not address.startswith(("postgres://", "postgresql://")):
                raise ValueError("it does not begin with postgres://")
            self._settings = parse_postgres_address(address)
        except ValueError as error:
            raise self._refuse(f"is no address of a PostgreSQL: {error}", _FORM_OF_ADDRESS, passing=False) from None

    def change(self, name: str, begin: Callable[[float], Turns], step: Callable[[Turns, float], T]) -> T:
        """Take one step, again while others were quicker."""
        with self._ask() as connection:
            while True:
                row = _Row(*(connection.execute(_READ, (name,)).fetchone() or ()))
                turns = self._unpack(row) or begin(row.now)
                result = step(turns, row.now)
                written = (name, turns.pack(), row.now, row.revision or 0)
                try:
                    if connection.execute(_WRITE, written).fetchone():
                        return result
                except errors.SerializationFailure:  # how a stricter isolation says the same
                    continue

    def check(self) -> None:
        """Find out whether it can be used. Raises `StoreUnavailable`."""
        with self._ask():
            pass

    def close(self) -> None:
        """Close the connection; a next step opens another."""
        with self._turn:
            self._disconnect()

    @contextmanager
    def _ask(self) -> Iterator[PostgresConnection]:
        with self._turn, self._outage.guard():
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = self._connect()
                yield self._connection
            except psycopg.Error as error:
                self._disconnect()
                raise self._note_outage(error) from None
            self._has_worked, self._lost_at, self._is_told = True, None, False

    def _connect(self) -> PostgresConnection:
        connection = connect_postgres(self._settings)
        connection.longest_answer = self._longest_answer
        try:
            try:
                connection.execute(_PROBE)
            except errors.UndefinedTable:
                # Whoever comes first makes it, and who comes at the same moment is told so in one of these ways.
                with suppress(errors.DuplicateTable, errors.DuplicateObject, errors.UniqueViolation):
                    connection.execute(_CREATE)
                connection.execute(_PROBE)
        except psycopg.Error:
            connection.close()
            raise
        return connection

    def _unpack(self, row: _Row) -> Turns | None:
        """Read what is kept; None where there is nothing, or nothing that counts any more."""
        if row.form is None or row.turns is None or row.at is None or row.now - row.at > FORGOTTEN_AFTER:
            return None
        try:
            if row.form != FORM:
                raise ValueError(row.form)
            turns = Turns.unpack(row.turns)
        except ValueError:
            raise self._refuse(*_ANOTHER_VERSION, passing=False) from None
        if row.now < row.at:  # the server's clock was put back, or another server took its place
            turns.shift(row.now - row.at)
        return turns

    def _note_outage(self, error: psycopg.Error) -> StoreUnavailable:
        """Say what is wrong, on standard error as well when it lasts."""
        now = monotonic()
        self._lost_at = self._lost_at or now
        why, next_step = _explain(error, describe_postgres_error(error, self._settings))
        # A wrong password is told as a server that is away is: whether it was ever right tells them apart.
        is_weather = isinstance(error, psycopg.OperationalError) and now - self._lost_at < _BRIDGED
        refused = self._refuse(why, next_step, passing=self._has_worked or is_weather)
        if refused.passing and not self._is_told and now - self._lost_at >= self._told_after:
            self._is_told = True
            sys.stderr.write(f"{self._setting}: {refused.summary}; requests wait until it can be.\n")
        return refused

    def _refuse(self, summary: str, next_step: str, *, passing: bool) -> StoreUnavailable:
        return StoreUnavailable(summary, next_step=next_step, setting=self._setting, passing=passing)

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _explain(error: psycopg.Error, words: str) -> tuple[str, str]:
    """Say what is wrong, and what to do about it."""
    match error:
        case errors.UndefinedColumn() | errors.DatatypeMismatch() | errors.InvalidColumnReference():
            return _ANOTHER_VERSION
        case errors.InsufficientPrivilege():
            rights = f"let it make the table {TABLE}, or make it and grant SELECT, INSERT and UPDATE on it"
            return f"the database does not let its user keep request budgets ({words})", f"{rights} (docs/fleet.md)"
        case errors.ReadOnlySqlTransaction():
            return f"the database takes no writes ({words})", "name the server that does"
        case _:
            return (
                f"the database of request budgets can't be used ({words})",
                "correct the address, or mend the server",
            )
