"""States in PostgreSQL.

The form is the engine's (its `pkg/backend/diy/postgres`): one table of keys and `{"data": "<base64>"}`; a key begins
with the name of the database when the address has one. Where the engine's library and libpq differ in what they take
for granted, its way is taken: TLS is required, and the host is localhost.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from providers.core.errors import ProviderError
from stacks.fleet.backends import Outage, Unreachable, UnreadableHere, list_keys, unpack

if TYPE_CHECKING:
    import psycopg

_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NEXT_STEP = "check PULUMI_BACKEND_URL, or `pulumi login`, and the server"
# A server that does not answer must not hold up a fleet.
_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4}


@dataclass
class PostgresBackend:
    """`postgres://…`. One connection for all threads, which take turns: a state takes a millisecond."""

    table: str
    prefix: str
    settings: Mapping[str, Any] = field(repr=False)  # a password among them
    _turn: Lock = field(default_factory=Lock, init=False, repr=False)
    _connection: psycopg.Connection[Any] | None = field(default=None, init=False, repr=False)
    _outage: Outage = field(default_factory=Outage, init=False, repr=False)

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

    def _connect(self) -> psycopg.Connection[Any]:
        import psycopg

        with self._outage.guard():
            try:
                # Prepared statements are one session's, and a pooler may give each statement another.
                return psycopg.connect(**self.settings, autocommit=True, prepare_threshold=None)
            except psycopg.OperationalError as error:
                raise Unreachable(
                    f"the backend's database can't be reached: {self._describe(error)}", next_step=_NEXT_STEP
                ) from None

    def _ask(self, connection: psycopg.Connection[Any], keys: list[str]) -> str | None:
        from psycopg import sql

        # The engine writes the table's name without quotes, which folds it.
        query = sql.SQL("SELECT data->>'data' FROM {} WHERE key = ANY(%s) ORDER BY updated_at DESC LIMIT 1")
        row = connection.execute(query.format(sql.Identifier(self.table.lower())), (keys,)).fetchone()
        return str(row[0]) if row else None

    def _describe(self, error: psycopg.Error) -> str:
        """Say what the server or the library says, without its further lines and without the password."""
        words = str(error).strip().partition("\n")[0] or type(error).__name__
        password = str(self.settings.get("password") or os.environ.get("PGPASSWORD") or "")
        return words.replace(password, "…") if password else words


def open_postgres(url: str) -> PostgresBackend:
    """Open a database; nothing is asked of it yet.

    Raises:
        UnreadableHere: psycopg is not here, or libpq does not know a parameter that the engine's library does.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise UnreadableHere("psycopg is not installed: the extra `postgres`") from None
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    table = given.pop("table", "") or "pulumi_state"
    if not _TABLE.fullmatch(table):
        raise UnreadableHere("the name of its table is not one that is known here")
    try:
        settings = conninfo_to_dict(f"postgres://{parts.netloc}{parts.path}?{urlencode(given, quote_via=quote)}")
    except (psycopg.ProgrammingError, ValueError):  # whose words may hold a piece of the password
        raise UnreadableHere("its address holds something that is not known here") from None
    folder = unquote(parts.path).lstrip("/")
    prefix = folder if not folder or folder.endswith("/") else f"{folder}/"
    return PostgresBackend(table, prefix, _complete(settings))


def _complete(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what the engine's library takes for granted, and what keeps a run from hanging."""
    by_service = settings.get("service") or os.environ.get("PGSERVICE")
    is_named = settings.keys() & {"host", "hostaddr"} or os.environ.keys() & {"PGHOST", "PGHOSTADDR"}
    host = {} if by_service or is_named else {"host": "localhost"}
    return {**_PATIENCE, **host, **settings}
