"""States in PostgreSQL.

The form is the engine's (its `pkg/backend/diy/postgres`): one table of keys and `{"data": "<base64>"}`; a key begins
with the name of the database when the address has one.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from providers.core.errors import ProviderError
from providers.http.outage import Outage
from stacks.fleet.backends import Unreachable, UnreadableHere, list_keys, unpack

if TYPE_CHECKING:
    import psycopg

    from providers.http.postgres import PostgresConnection

_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NEXT_STEP = "check PULUMI_BACKEND_URL, or `pulumi login`, and the server"


@dataclass
class PostgresBackend:
    """`postgres://…`. One connection for all threads, which take turns: a state takes a millisecond."""

    table: str
    prefix: str
    settings: Mapping[str, Any] = field(repr=False)  # a password among them
    _turn: Lock = field(default_factory=Lock, init=False, repr=False)
    _connection: PostgresConnection | None = field(default=None, init=False, repr=False)
    _outage: Outage[Unreachable] = field(default_factory=lambda: Outage(Unreachable), init=False, repr=False)

    def read(self, stack: str) -> bytes | None:
        import psycopg

        try:
            with self._turn:
                found = self._select(list_keys(stack, self.prefix))
        except psycopg.errors.UndefinedTable:
            raise ProviderError(
                f"the backend's database has no table {self.table}, so no stacks", next_step=_NEXT_STEP
            ) from None
        except psycopg.Error as error:
            raise ProviderError(
                f"its state can't be read from the database: {self._describe(error)}", next_step=_NEXT_STEP
            ) from None
        try:
            return None if found is None else unpack(b64decode(found, validate=True))
        except ValueError:
            raise ProviderError("its state is not in the form that the engine writes") from None

    def close(self) -> None:
        """Close the connection; a next read opens another."""
        if self._connection:
            self._connection.close()

    def __del__(self) -> None:
        """Close the connection with whoever read last: nobody tells when that is."""
        self.close()

    def _select(self, keys: list[str]) -> str | None:
        """Ask, once more on a new connection when that of before was lost since."""
        import psycopg

        if self._connection and not self._connection.closed:
            try:
                return self._ask(self._connection, keys)
            except psycopg.OperationalError:
                if not self._connection.closed:
                    raise
        self._connection = self._connect()
        return self._ask(self._connection, keys)

    def _connect(self) -> PostgresConnection:
        import psycopg

        from providers.http.postgres import connect_postgres

        with self._outage.guard():
            try:
                return connect_postgres(self.settings)
            except psycopg.OperationalError as error:
                raise Unreachable(
                    f"the backend's database can't be reached: {self._describe(error)}", next_step=_NEXT_STEP
                ) from None

    def _ask(self, connection: PostgresConnection, keys: list[str]) -> str | None:
        from psycopg import sql

        # The engine writes the table's name without quotes, which folds it.
        query = sql.SQL("SELECT data->>'data' FROM {} WHERE key = ANY(%s) ORDER BY updated_at DESC LIMIT 1")
        row = connection.execute(query.format(sql.Identifier(self.table.lower())), (keys,)).fetchone()
        return str(row[0]) if row else None

    def _describe(self, error: psycopg.Error) -> str:
        from providers.http.postgres import describe_postgres_error

        return describe_postgres_error(error, self.settings)


def open_postgres(url: str) -> PostgresBackend:
    """Open a database; nothing is asked of it yet.

    Raises:
        UnreadableHere: psycopg is not here, or libpq does not know a parameter that the engine's library does.
    """
    try:
        import psycopg  # noqa: F401

        from providers.http.postgres import parse_postgres_address
    except ImportError:
        raise UnreadableHere("psycopg is not installed: the extra `postgres`") from None
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    table = given.pop("table", "") or "pulumi_state"
    if not _TABLE.fullmatch(table):
        raise UnreadableHere("the name of its table is not one that is known here")
    try:
        settings = parse_postgres_address(f"postgres://{parts.netloc}{parts.path}?{urlencode(given, quote_via=quote)}")
    except ValueError:
        raise UnreadableHere("its address holds something that is not known here") from None
    folder = unquote(parts.path).lstrip("/")
    prefix = folder if not folder or folder.endswith("/") else f"{folder}/"
    return PostgresBackend(table, prefix, settings)
