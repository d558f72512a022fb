"""A database of shared budgets that can't be used: told in one sentence, before or amid a run, without the password."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from providers.http.budget import ADDRESS
from providers.http.budget_database import TABLE, BudgetDatabase
from providers.http.budget_store import StoreUnavailable
from providers.http.errors import BudgetUnknown
from tests.engine.workspace import Workspace
from tests.fleet.postgres_server import PASSWORD, PostgresServer
from tests.fleet.sharing import open_budget
from tests.unit.providers.http.certificates import Authority


@pytest.fixture(scope="module")
def address(postgres: PostgresServer) -> str:
    """A database in which only its owner may make anything."""
    address = postgres.make_address("closed")
    with postgres.connect("closed") as connection:
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'another password'")
    return address


def make_table(address: str) -> None:
    owner = BudgetDatabase(address, ADDRESS)
    owner.check()
    owner.close()


def refuse(address: str) -> StoreUnavailable:
    with pytest.raises(StoreUnavailable) as told:
        BudgetDatabase(address, ADDRESS).check()
    sentence = str(told.value)
    assert "\n" not in sentence
    assert PASSWORD not in sentence
    assert told.value.setting == ADDRESS
    return told.value


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("/closed?", "/nowhere?"), 'database "nowhere" does not exist'),
        (("a%20password", "another"), 'password authentication failed for user "keeper"'),
        (("sslmode=disable", "sslmode=require"), "server does not support SSL"),
        (("127.0.0.1:", "127.0.0.1:1"), "can't be used"),
        (("sslmode=disable", "sslmode=disable&colour=blue"), "is no address of a PostgreSQL: it holds something"),
        (("sslmode=disable", "sslmode=verify-full"), "server does not support SSL"),
        (("postgres://", "http://"), "is no address of a PostgreSQL: it does not begin with postgres://"),
    ],
)
def test_each_mistake_is_one_sentence_without_the_password(address: str, change: tuple[str, str], says: str) -> None:
    assert change[0] in address
    assert says in str(refuse(address.replace(*change)))


def test_without_a_word_on_tls_a_server_that_has_none_is_taken_as_the_engine_takes_it(address: str) -> None:
    assert refuse_or_none(address.partition("?")[0]) is None


def test_the_servers_certificate_is_verified_where_the_address_asks_for_it(
    postgres: PostgresServer, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the password comes from a file, as the docs have it."""
    ours, another = Authority.found(tmp_path / "ours"), Authority.found(tmp_path / "another")
    ours.issue("db", "IP:127.0.0.1")
    secrets = tmp_path / "pgpass"
    secrets.touch(mode=0o600)
    secrets.write_text(f"127.0.0.1:{postgres.port}:closed:keeper:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("PGPASSFILE", str(secrets))
    bare = address.replace(":a%20password%20of%20the%20database", "").partition("?")[0]
    with postgres.speaking_tls(ours.folder / "db.pem", ours.folder / "db.key"):
        until = time.monotonic() + 30
        while "SSL" in str(refuse_or_none(f"{bare}?sslmode=require")) and time.monotonic() < until:
            time.sleep(0.1)
        make_table(bare)
        make_table(f"{bare}?sslmode=verify-full&sslrootcert={ours.bundle}")
        told = refuse(f"{bare}?sslmode=verify-full&sslrootcert={another.bundle}")
        assert "certificate verify failed" in told.summary


def refuse_or_none(address: str) -> StoreUnavailable | None:
    try:
        make_table(address)
    except StoreUnavailable as error:
        return error
    return None


def test_who_may_not_make_the_table_is_told_what_to_grant(postgres: PostgresServer, address: str) -> None:
    theirs = address.replace("keeper:a%20password%20of%20the%20database", "stranger:another%20password")
    with postgres.connect("closed") as connection:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    told = refuse(theirs)
    assert told.summary == (
        "the database does not let its user keep request budgets (permission denied for schema public)"
    )
    assert "grant SELECT, INSERT and UPDATE on it" in told.next_step
    make_table(address)
    assert f"permission denied for table {TABLE}" in str(refuse(theirs))
    with postgres.connect("closed") as connection:
        connection.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO stranger")
    allowed = BudgetDatabase(theirs, ADDRESS)
    assert open_budget(allowed, 10.0).acquire(time.monotonic() + 10)
    allowed.close()


@pytest.mark.parametrize(
    "columns",
    [
        "name text PRIMARY KEY, turns bytea NOT NULL",
        "name text PRIMARY KEY, form integer, turns text, at timestamptz, revision bigint",
        "name text, form integer, turns bytea, at double precision, revision bigint",
    ],
)
def test_a_table_of_another_version_is_told_and_left_as_it_is(postgres: PostgresServer, columns: str) -> None:
    with postgres.connect("postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS other")
    address = postgres.make_address("other")
    with postgres.connect("other") as connection:
        connection.execute(f"CREATE TABLE {TABLE} ({columns})")
        connection.execute(f"INSERT INTO {TABLE} (name) SELECT 'theirs' WHERE false")
        assert refuse(address).summary == f"the table {TABLE} is another version's"
        assert connection.execute(f"SELECT count(*) FROM {TABLE}").fetchone() == (0,)


def test_a_budget_that_another_version_is_using_is_told_and_left_to_it(postgres: PostgresServer, address: str) -> None:
    database = BudgetDatabase(address, ADDRESS)
    budget = open_budget(database, 10.0)
    budget.acquire(time.monotonic() + 10)
    for change in ("form = 99", "form = 1, turns = 'x'"):
        with postgres.connect("closed") as connection:
            connection.execute(f"UPDATE {TABLE} SET {change}")
            kept = connection.execute(f"SELECT * FROM {TABLE}").fetchall()
            with pytest.raises(BudgetUnknown, match=f"{ADDRESS}: the table {TABLE} is another version's; run one"):
                budget.acquire(time.monotonic() + 60)
            assert connection.execute(f"SELECT * FROM {TABLE}").fetchall() == kept
    database.close()


def test_an_outage_that_lasts_is_told_once_and_waited_for(
    postgres: PostgresServer, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgres.connect("closed") as connection:
        connection.execute(f"DELETE FROM {TABLE}")
    database = BudgetDatabase(address, ADDRESS, told_after=1.5)
    budget = open_budget(database, 10.0)
    budget.acquire(time.monotonic() + 10)
    beginner = BudgetDatabase(address, ADDRESS, told_after=60.0)
    postgres.stop_serving()
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(budget.acquire, time.monotonic() + 120) for _ in range(3)]
        waiting.append(pool.submit(open_budget(beginner, 10.0).acquire, time.monotonic() + 120))
        with pytest.raises(BudgetUnknown, match="was not asked, because whose turn it is is not known"):
            budget.acquire(time.monotonic() + 2.5)
        assert not any(one.done() for one in waiting)
        postgres.serve_again()
        assert all(one.result() for one in waiting)
    database.close()
    beginner.close()
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith(f"{ADDRESS}: the database of request budgets can't be used (")
    assert told.endswith("); requests wait until it can be.\n")
    assert PASSWORD not in told


def test_a_server_that_hangs_is_not_waited_for_longer_than_anybody_can(postgres: PostgresServer, address: str) -> None:
    """What reaches it is confirmed by the system, so the network sees nothing wrong."""
    database = BudgetDatabase(f"{address}&application_name=hanging", ADDRESS, longest_answer=1.5)
    budget = open_budget(database, 10.0)
    budget.acquire(time.monotonic() + 10)
    with postgres.connect("closed") as connection:
        (backend,) = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'hanging'"
        ).fetchall()
    os.kill(backend[0], signal.SIGSTOP)
    begun = time.monotonic()
    try:
        with pytest.raises(BudgetUnknown, match=r"no answer within 1\.5 seconds"):
            budget.acquire(begun + 2)
        assert time.monotonic() - begun < 60
        assert budget.acquire(time.monotonic() + 100), "another connection is answered"
    finally:
        os.kill(backend[0], signal.SIGCONT)
    database.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One with a tenant that nobody was asked for yet."""
    return Workspace.link_product(tmp_path).project


@pytest.mark.parametrize("verb", ["sweep", "up", "check", "orphans"])
def test_a_verb_refuses_before_anything_is_begun(project: Path, address: str, verb: str) -> None:
    (project / "stacks" / "Pulumi.acme.yaml").write_text("config: {}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "stacks", verb, "acme"],
        cwd=project,
        env={**os.environ, ADDRESS: address.replace("a%20password", "another")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {ADDRESS}: the database of request budgets can't be used (")
    assert done.stderr.endswith("; correct the address, or mend the server.\n")
