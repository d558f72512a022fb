"""How a PostgreSQL is reached: the budgets that machines share are in one, and a fleet's states may be.

An address is read as Pulumi's engine reads one. Where its library and libpq differ in what they take for granted, its
way is taken: TLS is required, and the host is localhost. libpq's environment counts (`PGPASSWORD`, `PGPASSFILE`, …).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

from providers.http.text import clean_text

T = TypeVar("T")
LONGEST_ANSWER = 10.0
"""Seconds. What is asked here takes a thousandth of it, and a server that does not answer must not hold up a fleet."""
_PATIENCE = {
    "connect_timeout": int(LONGEST_ANSWER),
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
}


class PostgresConnection(psycopg.Connection[Any]):
    """One whose every answer is waited for so long and no longer; after that it is closed.

    The network's own limits don't do: a server that hangs goes on confirming what reaches it.
    """

    longest_answer = LONGEST_ANSWER

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait for an answer. Raises `OperationalError` when it takes too long."""
        until = monotonic() + self.longest_answer
        try:
            return super().wait(gen, interval, self.longest_answer if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is None and monotonic() >= until:
                self.close()
                raise psycopg.OperationalError(f"no answer within {self.longest_answer:g} seconds") from None
            raise


def parse_postgres_address(address: str) -> dict[str, Any]:
    """Read `postgres://…` and fill in what is taken for granted. Raises ValueError, which quotes nothing of it."""
    try:
        settings = conninfo_to_dict(address)
    except (psycopg.ProgrammingError, ValueError):  # whose words may hold a piece of the password
        raise ValueError("it holds something that is not known here") from None
    by_service = settings.get("service") or os.environ.get("PGSERVICE")
    is_named = settings.keys() & {"host", "hostaddr"} or os.environ.keys() & {"PGHOST", "PGHOSTADDR"}
    host = {} if by_service or is_named else {"host": "localhost"}
    return {**_PATIENCE, **host, **settings}


def connect_postgres(settings: Mapping[str, Any]) -> PostgresConnection:
    """Connect. Raises `psycopg.Error`."""
    # Prepared statements are one session's, and a pooler may give each statement another.
    return PostgresConnection.connect(**settings, autocommit=True, prepare_threshold=None)


def describe_postgres_error(error: psycopg.Error, settings: Mapping[str, Any]) -> str:
    """Say what the server or the library says, without its further lines and without the password."""
    words = clean_text(str(error).strip().partition("\n")[0]) or type(error).__name__
    password = str(settings.get("password") or os.environ.get("PGPASSWORD") or "")
    return words.replace(password, "…") if password else words
