"""One budget of requests for several machines, in a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise

import pytest

from providers.http.budget import ADDRESS
from providers.http.budget_database import TABLE, BudgetDatabase
from providers.http.turns import Turns
from tests.engine.workspace import ROOT
from tests.fleet.postgres_server import PostgresServer
from tests.fleet.sharing import SITE, open_budget


@pytest.fixture(scope="module")
def address(postgres: PostgresServer) -> str:
    return postgres.make_address("budgets")


@pytest.fixture
def empty(postgres: PostgresServer, address: str) -> str:
    """The database, without what other tests have left in it."""
    with postgres.connect("budgets") as connection:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    return address


@pytest.fixture
def database(empty: str) -> Iterator[BudgetDatabase]:
    opened = BudgetDatabase(empty, ADDRESS, told_after=1.0)
    yield opened
    opened.close()


def start(address: str, skew: float, rate: float, seconds: float, threads: int = 3) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.fleet.sharing", *map(str, (skew, rate, seconds, threads))]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, ADDRESS: address}, stdout=subprocess.PIPE, text=True)


def take(database: BudgetDatabase, rate: float, turns: int) -> list[float]:
    budget = open_budget(database, rate)
    return [budget.acquire(time.monotonic() + 60) for _ in range(turns)]


def test_three_machines_whose_clocks_differ_together_keep_to_the_budget_and_use_it(
    empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rate, seconds = 40.0, 5.0
    machines = [start(empty, skew, rate, seconds) for skew in (0.0, 7200.0, -86400.0)]
    texts = [machine.communicate(timeout=60)[0] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0, 0]
    moments = sorted(float(line) for text in texts for line in text.split())
    lasted = moments[-1] - moments[0]
    allowed = rate + rate * lasted  # a burst, and then the rate
    # What a machine that stood still left unused for longer than a burst is worth is lost.
    lost = rate * sum(max(0.0, later - earlier - 1) for earlier, later in pairwise(moments))
    with capsys.disabled():
        counts = [text.count("\n") for text in texts]
        sys.stdout.write(
            f"\n3 machines: {counts} turns in {lasted:.1f} s, {len(moments) / allowed:.0%} of the budget\n"
        )
    assert 0.95 * (allowed - lost) <= len(moments) <= allowed + 1
    for first in range(len(moments) - round(2 * rate) - 1):
        assert moments[first + round(2 * rate) + 1] - moments[first] >= 0.99  # in no second more than burst and rate


def test_all_who_come_at_once_to_an_empty_database_agree_on_one_table(postgres: PostgresServer, address: str) -> None:
    for _ in range(5):
        with postgres.connect("budgets") as connection, ExitStack() as stack:
            connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
            opened = [BudgetDatabase(address, ADDRESS) for _ in range(8)]
            for one in opened:
                stack.callback(one.close)
            gate = threading.Barrier(len(opened))

            def come(one: BudgetDatabase, gate: threading.Barrier = gate) -> list[float]:
                gate.wait()
                return take(one, 100.0, 2)

            with ThreadPoolExecutor(len(opened)) as pool:
                assert sum(map(len, pool.map(come, opened))) == 16
            packed = connection.execute(f"SELECT name, turns FROM {TABLE}").fetchall()
        assert [(name, Turns.unpack(turns).next) for name, turns in packed] == [(SITE, 16)]


def test_a_pause_that_one_machine_is_told_holds_the_others(database: BudgetDatabase, empty: str) -> None:
    take(database, 20.0, 2)
    other = start(empty, 500.0, 20.0, 10.0)
    assert other.stdout
    while read_turns(database).next < 30:
        time.sleep(0.05)
    sent_at = take(database, 20.0, 1)[0]
    assert open_budget(database, 20.0).refuse(2.0, sent_at)
    told = read_time(database)
    moments = [float(line) for line in other.communicate(timeout=60)[0].split()]
    after = sorted(moment for moment in moments if moment > told + 0.1)
    assert after[0] >= sent_at + 2.0
    # What a 429 taught one of them is kept by all: no burst, and four fifths of the rate that drew it.
    assert len(after) > 20
    assert (len(after) - 1) / (after[-1] - after[0]) <= 0.8 * 20 + 0.5


def read_time(database: BudgetDatabase) -> float:
    """By the database's clock, as turns are."""
    return database.change(SITE, lambda now: pytest.fail("it is not there"), lambda turns, now: now)


def read_turns(database: BudgetDatabase) -> Turns:
    return database.change(SITE, lambda now: pytest.fail("it is not there"), lambda turns, now: turns)


def test_a_server_that_is_restarted_amid_the_run_stops_nobody(
    postgres: PostgresServer, database: BudgetDatabase, empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rate = 40.0
    other = start(empty, 0.0, rate, 5.0)
    while not take(database, rate, 1) or read_turns(database).next < 60:
        time.sleep(0.05)
    postgres.restart()
    moments = take(database, rate, 5)
    text, _ = other.communicate(timeout=60)
    assert other.returncode == 0
    assert max(float(line) for line in text.split()) > moments[0]
    assert capsys.readouterr().err == ""


def test_when_the_clock_of_the_server_is_put_back_nobody_waits_for_it(
    postgres: PostgresServer, database: BudgetDatabase
) -> None:
    """The same as if it had been an hour ahead until now."""
    take(database, 10.0, 10)
    database.change(SITE, lambda now: pytest.fail("it is not there"), lambda turns, now: turns.shift(3600.0))
    with postgres.connect("budgets") as connection:
        connection.execute(f"UPDATE {TABLE} SET at = at + 3600")
    begun = time.monotonic()
    take(database, 10.0, 10)
    assert 0.8 <= time.monotonic() - begun < 20


def test_a_budget_that_nobody_used_for_long_begins_anew(postgres: PostgresServer, database: BudgetDatabase) -> None:
    sent_at = take(database, 40.0, 3)[-1]
    open_budget(database, 40.0).refuse(0.0, sent_at)
    take(database, 40.0, 1)
    taught = read_turns(database)
    with postgres.connect("budgets") as connection:
        connection.execute(f"UPDATE {TABLE} SET at = at - 500")
    take(database, 40.0, 1)
    assert read_turns(database).rate == taught.rate < 40
    with postgres.connect("budgets") as connection:
        connection.execute(f"UPDATE {TABLE} SET at = at - 700, form = 99")
    take(database, 40.0, 1)
    assert (read_turns(database).rate, read_turns(database).burst) == (40, 40)
