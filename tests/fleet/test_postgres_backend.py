"""States in a real PostgreSQL, in rows as the engine writes them. With the engine: test_backends.py."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest

from providers.core.errors import ProviderError
from stacks.fleet.postgres_backend import PostgresBackend, open_postgres
from stacks.pulumi_cli import make_environment
from tests.fleet.postgres_server import PASSWORD, PostgresServer

_TABLE = "CREATE TABLE {} (key TEXT PRIMARY KEY, data JSON NOT NULL, updated_at TIMESTAMPTZ NOT NULL DEFAULT now())"


def write_state(server: PostgresServer, database: str, key: str, state: bytes, table: str = "pulumi_state") -> None:
    with server.connect(database) as connection:
        data = json.dumps({"data": b64encode(state).decode()})
        connection.execute(f"INSERT INTO {table} (key, data) VALUES (%s, %s)", (key, data))


@pytest.fixture(scope="module")
def address(postgres: PostgresServer) -> str:
    """A database with the states of two stacks, one of them packed."""
    address = postgres.make_address("read")
    with postgres.connect("read") as connection:
        connection.execute(_TABLE.format("pulumi_state"))
    write_state(postgres, "read", "read/.pulumi/stacks/umbrella-psa/acme.json", b'{"a": 1}')
    write_state(postgres, "read", "read/.pulumi/stacks/umbrella-psa/bell.json.gz", gzip.compress(b'{"b": 1}'))
    write_state(postgres, "read", "read/.pulumi/stacks/another/core.json", b"{}")
    return address


def test_states_are_found_by_name_packed_or_not(address: str) -> None:
    backend = open_postgres(address)
    assert (backend.read("acme"), backend.read("bell"), backend.read("core")) == (b'{"a": 1}', b'{"b": 1}', None)


def test_of_two_that_a_change_of_packing_left_the_newer_counts_as_for_the_engine(
    postgres: PostgresServer, address: str
) -> None:
    write_state(postgres, "read", "read/.pulumi/stacks/umbrella-psa/dune.json.gz", gzip.compress(b"old"))
    write_state(postgres, "read", "read/.pulumi/stacks/umbrella-psa/dune.json", b"new")
    assert open_postgres(address).read("dune") == b"new"


def test_many_threads_share_one_connection(postgres: PostgresServer, address: str) -> None:
    backend = open_postgres(f"{address}&application_name=many-threads")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(backend.read, ["acme", "bell"] * 50))
    assert found == [b'{"a": 1}', b'{"b": 1}'] * 50
    with postgres.connect("read") as connection:
        count = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'many-threads'")
        assert count.fetchone() == (1,)


def test_a_server_that_was_restarted_is_connected_to_again(postgres: PostgresServer, address: str) -> None:
    backend = open_postgres(address)
    assert backend.read("acme")
    postgres.restart()
    assert backend.read("acme") == b'{"a": 1}'


def test_another_table_is_the_one_that_the_address_names(postgres: PostgresServer, address: str) -> None:
    with postgres.connect("read") as connection:
        connection.execute(_TABLE.format("Fleet_States"))  # folded to lower case, as the engine's own is
    write_state(postgres, "read", "read/.pulumi/stacks/umbrella-psa/acme.json", b"{}", "fleet_states")
    assert open_postgres(f"{address}&table=Fleet_States").read("acme") == b"{}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("read?", "empty?"), r'database "empty" does not exist'),
        (("read?", "postgres?"), "has no table pulumi_state, so no stacks"),
        (("a%20password", "another"), "password authentication failed"),
        (("sslmode=disable", "sslmode=require"), "does not support SSL"),
    ],
)
def test_what_goes_wrong_is_one_sentence_without_the_password(address: str, change: tuple[str, str], says: str) -> None:
    with pytest.raises(ProviderError, match=says) as told:
        open_postgres(address.replace(*change)).read("acme")
    sentence = str(told.value)
    assert "password of the database" not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(("word", "lets_in"), [("", True), ("?sslmode=prefer", True), ("?sslmode=require", False)])
def test_at_a_server_without_tls_an_address_means_what_it_means_to_the_engine(
    address: str, word: str, lets_in: bool, tmp_path: Path
) -> None:
    whole = address.partition("?")[0] + word
    environment = {**make_environment(os.environ), "PULUMI_BACKEND_URL": whole, "PULUMI_HOME": str(tmp_path)}
    whoami = ["pulumi", "whoami", "--verbose", "--non-interactive"]
    asked = subprocess.run(whoami, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (asked.returncode == 0) is lets_in, asked.stderr
    if lets_in:
        assert open_postgres(whole).read("acme")
    else:
        with pytest.raises(ProviderError, match="does not support SSL"):
            open_postgres(whole).read("acme")


def test_a_dead_server_is_waited_for_once_and_not_for_each_tenant() -> None:
    # 192.0.2.0/24 is nobody's: nothing answers, not even a refusal.
    backend = open_postgres(f"postgres://keeper:{PASSWORD.replace(' ', '%20')}@192.0.2.1/states?connect_timeout=2")
    begun = monotonic()
    for tenant in ("acme", "bell", "core"):
        with pytest.raises(ProviderError, match="the backend's database can't be reached") as told:
            backend.read(tenant)
        assert PASSWORD not in str(told.value)
    assert monotonic() - begun < 6


def test_a_state_of_another_form_is_told(postgres: PostgresServer, address: str) -> None:
    with postgres.connect("read") as connection:
        key = "read/.pulumi/stacks/umbrella-psa/east.json"
        connection.execute("INSERT INTO pulumi_state (key, data) VALUES (%s, %s)", (key, '{"data": "?"}'))
    with pytest.raises(ProviderError, match="not in the form that the engine writes"):
        open_postgres(address).read("east")


def test_it_is_shown_without_its_password(address: str) -> None:
    backend: PostgresBackend = open_postgres(address)
    assert PASSWORD not in repr(backend)
