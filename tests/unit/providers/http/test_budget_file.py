"""Budgets that real processes share: one rate, one pause, and what one of them loses is not the others' loss."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pytest

from providers.http.budget import Allowance, Budget, Sharing, join_budgets, share_budgets
from providers.http.clock import Clock
from tests.unit.providers.http.taking import THREADS

ROOT = Path(__file__).parents[4]
SITE = "site https://psa.example"
CANT = "The file by which the processes of this run share each site's request budget can't be used"


@pytest.fixture
def sharing() -> Iterator[Sharing]:
    with share_budgets(3) as made:
        yield made


def open_budget(rate: int) -> Budget:
    return Allowance(SITE, rate).open("psa.example", Clock())


def start_taking(sharing: Sharing, rate: int, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.providers.http.taking", *map(str, sharing), str(rate), str(turns)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def read_moments(process: subprocess.Popen[str]) -> list[float]:
    """What is still to come; read by lines, as those before were."""
    assert process.stdout
    with process, process.stdout as lines:
        return [float(line) for line in lines]


def take(budget: Budget, turns: int) -> list[float]:
    return [budget.acquire(time.monotonic() + 60) for _ in range(turns)]


def test_processes_together_send_no_more_than_one_budget_allows(sharing: Sharing) -> None:
    processes = [start_taking(sharing, 20, 70) for _ in range(3)]
    moments = sorted(moment for process in processes for moment in read_moments(process))
    assert len(moments) == 210
    # A burst of four seconds' worth, and then twenty a second: as for a process of its own.
    assert (210 - 80) / 20 - 0.1 <= moments[-1] - moments[0] < 20
    for first in range(len(moments) - 20):
        within = [moment for moment in moments[first:] if moment <= moments[first] + 1]
        assert len(within) <= 80 + 20 + 1


def test_a_pause_that_one_process_is_told_holds_the_others(sharing: Sharing) -> None:
    budget = open_budget(20)
    take(budget, 80)
    other = start_taking(sharing, 20, 40)
    assert other.stdout
    first = float(other.stdout.readline())
    before = time.monotonic()
    budget.pause(3.0)
    told = time.monotonic()
    moments = [first, *read_moments(other)]
    assert [moment for moment in moments if told + 0.05 < moment < before + 2.95] == []
    assert moments[-1] > before + 3


def test_the_rate_that_a_429_taught_one_process_is_kept_by_all(sharing: Sharing) -> None:
    budget = open_budget(40)
    sent_at = take(budget, 8)[-1]
    ends = time.monotonic() + 1.0
    budget.refuse(1.0, sent_at)  # seven let through in the second that the site speaks of
    moments = read_moments(start_taking(sharing, 40, 20))
    assert moments[0] >= ends - 0.01
    spaces = [later - earlier for earlier, later in pairwise(moments)]
    assert 0.095 <= sum(spaces) / len(spaces) < 0.2  # a quarter of 40, which is more than 0.8 of 7


def test_a_killed_process_costs_the_others_nothing_but_the_turns_that_it_booked(sharing: Sharing) -> None:
    budget = open_budget(10)
    take(budget, 40)
    other = start_taking(sharing, 10, 1000)
    assert other.stdout
    other.stdout.readline()
    other.kill()
    other.communicate()
    killed = time.monotonic()
    assert take(budget, 10)[-1] - killed <= (THREADS + 10) / 10 + 3  # where a thousand turns were wanted


def test_whenever_a_process_is_killed_the_file_stays_good(sharing: Sharing, capsys: pytest.CaptureFixture[str]) -> None:
    budget = open_budget(1000)
    for number in range(6):
        other = start_taking(sharing, 1000, 20_000)
        assert other.stdout
        other.stdout.readline()
        time.sleep(random.Random(number).random() / 10)
        other.send_signal(signal.SIGKILL)
        other.communicate()
        take(budget, 5)
    assert capsys.readouterr().err == ""
    assert sqlite3.connect(sharing.file).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_is_none_is_told_once_and_each_keeps_to_its_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "budgets.sqlite"
    file.write_bytes(b"this is no database, and never was one" * 100)
    with join_budgets(Sharing(file, 3)):
        budget = open_budget(30)
        moments = take(budget, 45)
    assert capsys.readouterr().err.count(f"{CANT} (file is not a database") == 1
    assert moments[39] - moments[0] < 2  # a third of the burst of 120
    assert 5 / 10 - 0.06 <= moments[44] - moments[0] < 5  # and of the rate


def test_a_folder_that_is_gone_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with join_budgets(Sharing(tmp_path / "gone" / "budgets.sqlite", 2)):
        take(open_budget(30), 3)
        take(open_budget(30), 3)
    assert capsys.readouterr().err.count(CANT) == 1


def test_damage_that_comes_during_the_run_is_told_and_those_who_wait_go_on(
    sharing: Sharing, capsys: pytest.CaptureFixture[str]
) -> None:
    other = start_taking(sharing, 10, 45)
    assert other.stdout
    moments = [float(other.stdout.readline()) for _ in range(41)]
    with sqlite3.connect(sharing.file) as database:
        database.execute("UPDATE budget SET turns = x'00'")
    take(open_budget(10), 1)
    assert "can't be used (1 bytes are no turns" in capsys.readouterr().err
    moments += read_moments(other)
    assert len(moments) == 45
    assert moments[-1] - moments[40] < 10


def test_a_process_that_holds_the_file_and_does_nothing_stops_nobody(
    sharing: Sharing, capsys: pytest.CaptureFixture[str]
) -> None:
    budget = open_budget(30)
    take(budget, 1)
    holder = sqlite3.connect(sharing.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    take(budget, 1)
    assert time.monotonic() - begun < 10
    assert "database is locked" in capsys.readouterr().err
    holder.close()


def test_a_turn_costs_next_to_nothing(sharing: Sharing) -> None:
    """Three tenths of a millisecond of processor time are allowed, waiting included."""
    budget = open_budget(1000)
    take(budget, 4000)
    before = getrusage(RUSAGE_SELF)
    take(budget, 1000)
    after = getrusage(RUSAGE_SELF)
    spent = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / 1000
    assert spent <= 0.0003, f"{spent * 1e6:.0f} µs"
