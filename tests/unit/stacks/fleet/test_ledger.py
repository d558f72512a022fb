"""What a run over many tenants remembers when it is cut off."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from providers.core.errors import ProviderError
from stacks.fleet.ledger import Ledger
from stacks.fleet.lock import hold_fleet
from stacks.reports.model import Row, Verdict
from tests.engine.workspace import ROOT

ASKED = {"verb": "up"}
TENANTS = [("acme", "1"), ("bell", "1"), ("core", "1")]


def clean(tenant: str) -> Row:
    return Row(tenant=tenant, verdict="clean", sentences=("fine",))


def test_a_run_that_was_cut_off_goes_on_with_what_has_no_outcome(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    assert [job.tenant for job in first.begin(ASKED, TENANTS)] == ["acme", "bell", "core"]
    for tenant in ("acme", "bell"):
        first.lease(tenant)
    first.finish(clean("acme"))
    first.close()

    second = Ledger(tmp_path)
    todo = second.begin(ASKED, TENANTS)
    assert [(job.tenant, job.cut_off) for job in todo] == [("bell", True), ("core", False)]
    assert second.list_outcomes() == [clean("acme")]


def test_tenants_are_leased_and_finished_by_several_threads_at_once(tmp_path: Path) -> None:
    tenants = [f"tenant-{number}" for number in range(200)]
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, [(tenant, "1") for tenant in tenants])

    def work(tenant: str) -> None:
        ledger.lease(tenant)
        ledger.finish(clean(tenant))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, tenants))
    assert {row.tenant for row in ledger.list_outcomes()} == set(tenants)


def test_a_tenant_whose_settings_changed_since_is_done_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, TENANTS)
    ledger.finish(clean("acme"))
    assert [job.tenant for job in ledger.begin(ASKED, [("acme", "2"), *TENANTS[1:]])] == ["acme", "bell", "core"]


def test_a_run_that_ended_or_asks_for_something_else_is_another(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, TENANTS)
    for tenant, _ in TENANTS:
        ledger.finish(clean(tenant))
    assert ledger.begin(ASKED, TENANTS) == []
    assert len(ledger.begin({"verb": "destroy"}, TENANTS)) == 3
    # What was up is destroyed by now, for all that is known.
    assert len(ledger.begin(ASKED, TENANTS)) == 3
    for tenant, _ in TENANTS:
        ledger.finish(clean(tenant))
    ledger.end()
    assert len(ledger.begin(ASKED, TENANTS)) == 3


@pytest.mark.parametrize("verdict", ["stopped", "failed", "waiting"])
def test_a_tenant_that_did_not_end_well_stays_to_be_done(tmp_path: Path, verdict: Verdict) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, TENANTS)
    ledger.finish(Row(tenant="acme", verdict=verdict))
    assert [job.tenant for job in ledger.begin(ASKED, TENANTS)] == ["acme", "bell", "core"]


def test_whichever_run_comes_next_knows_who_was_cut_off(tmp_path: Path) -> None:
    """The engine's lock is the tenant's, whatever the run that died was asked to do."""
    first = Ledger(tmp_path)
    first.begin(ASKED, TENANTS)
    first.lease("bell")
    first.close()
    other = Ledger(tmp_path)
    jobs = other.begin({**ASKED, "verb": "rotate"}, TENANTS)
    assert [job.tenant for job in jobs if job.cut_off] == ["bell"]
    other.finish(Row(tenant="bell", verdict="stopped"))  # not begun any more
    assert [job.tenant for job in other.begin(ASKED, TENANTS) if job.cut_off] == ["bell"]
    other.lease("bell")
    other.finish(clean("bell"))
    assert not any(job.cut_off for job in other.begin({**ASKED, "force": True}, TENANTS))
    elsewhere = Ledger(tmp_path)
    other.lease("acme")
    assert not any(job.cut_off for job in elsewhere.begin({**ASKED, "backend": "another"}, TENANTS))


def test_what_is_done_to_one_tenant_alone_undoes_what_a_run_over_many_had_of_it(tmp_path: Path) -> None:
    Ledger.forget("acme", tmp_path)  # where there is none
    assert list(tmp_path.iterdir()) == []
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, TENANTS)
    for tenant, _ in TENANTS:
        ledger.finish(clean(tenant))
    Ledger.forget("acme", tmp_path)
    assert [job.tenant for job in ledger.begin(ASKED, TENANTS)] == ["acme"]


def test_a_run_of_the_day_before_yesterday_is_not_gone_on_with(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, TENANTS)
    ledger.finish(clean("acme"))
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        database.execute("UPDATE run SET begun = begun - 100000")
    database.close()
    assert len(ledger.begin(ASKED, TENANTS)) == 3


def test_an_outcome_that_another_version_wrote_is_done_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(ASKED, TENANTS)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        database.execute("""UPDATE job SET outcome = '{"old": 1}'""")
    database.close()
    assert len(ledger.begin(ASKED, TENANTS)) == 3
    assert ledger.list_outcomes() == []


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "fleet").write_text("", encoding="utf-8")
    with pytest.raises(ProviderError, match="can't be made for the ledger"), hold_fleet("up", tmp_path / "fleet"):
        pass


@pytest.mark.parametrize("broken", ["no database at all", "of another version", "without a table"])
def test_a_ledger_that_cant_be_used_is_moved_aside_and_told(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "ledger.sqlite"
    if broken == "of another version":
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 9")
        database.close()
    elif broken == "without a table":
        Ledger(tmp_path).close()
        with sqlite3.connect(path) as database:
            database.execute("DROP TABLE job")
        database.close()
    else:
        path.write_bytes(b"no database at all" * 100)
    before = path.read_bytes()
    ledger = Ledger(tmp_path)
    assert len(ledger.begin(ASKED, TENANTS)) == 3
    (aside,) = tmp_path.glob("ledger-*.sqlite")
    assert aside.read_bytes() == before
    assert str(aside) in ledger.remark


def test_only_one_run_at_a_time_and_the_other_says_who(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from stacks.fleet.lock import hold_fleet\n"
        "with hold_fleet('rotate', Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with pytest.raises(ProviderError, match=f"`rotate`, process {process.pid} on "), hold_fleet("up", tmp_path):
            pass
        process.kill()  # the lock goes with it
    with hold_fleet("up", tmp_path):
        pass


def test_a_run_that_was_killed_is_told_from_one_that_goes_on_while_its_engine_still_ends_a_step(tmp_path: Path) -> None:
    engine = "import sys; print('at work', flush=True); sys.stdin.read()"
    holder = (
        "import subprocess, sys; from pathlib import Path; from stacks.fleet.lock import hold_fleet\n"
        "with hold_fleet('rotate', Path(sys.argv[1])) as lock:\n"
        f"    subprocess.run([sys.executable, '-c', {engine!r}], pass_fds=(lock,))"
    )
    command = [sys.executable, "-c", holder, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline() == "at work\n"
        for name in ("alive", "a zombie", "gone"):
            if name == "a zombie":
                process.kill()
                os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            elif name == "gone":
                process.wait()
            with pytest.raises(ProviderError) as refused, hold_fleet("up", tmp_path):
                pass
            said = str(refused.value)
            assert said.startswith(f"another run over tenants is at work here: `rotate`, process {process.pid} on "), (
                name
            )
            assert said.endswith("; wait for its end, or stop it.") is (name == "alive"), said
            assert ("which was killed; its engines end the step that they are at; wait" in said) is (name != "alive"), (
                said
            )
        process.stdin.close()  # the engine ends its step
        process.stdout.read()
    with hold_fleet("up", tmp_path):
        pass


def test_runs_of_one_tenant_each_go_together_and_none_beside_a_run_over_many(tmp_path: Path) -> None:
    refused = pytest.raises(ProviderError, match=r"at work here: `up`, process")
    one, other = hold_fleet("rotate", tmp_path, shared=True), hold_fleet("up", tmp_path, shared=True)
    with one, other, refused, hold_fleet("destroy", tmp_path):
        pass
    with hold_fleet("up", tmp_path), pytest.raises(ProviderError), hold_fleet("rotate", tmp_path, shared=True):
        pass


def test_the_end_of_one_of_two_that_began_in_one_second_hides_the_other_from_nobody(tmp_path: Path) -> None:
    refused = pytest.raises(ProviderError, match=r"at work here: `worker, up`, process")
    with hold_fleet("worker, up", tmp_path, shared=True):
        with hold_fleet("worker, up", tmp_path, shared=True):
            pass
        with refused, hold_fleet("destroy", tmp_path):
            pass


def test_a_ledger_without_a_folder_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = Ledger(None)
    assert len(ledger.begin(ASKED, TENANTS)) == 3
    ledger.close()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_gone_on_with_began_when_its_first_attempt_did(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    first.begin(ASKED, TENANTS)
    first.close()
    second = Ledger(tmp_path)
    second.begin(ASKED, TENANTS)
    assert second.begun_at == first.begun_at


def test_others_cant_read_the_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    Ledger(folder).close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "ledger.sqlite").stat().st_mode & 0o777 == 0o600
