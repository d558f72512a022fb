"""The judge itself: what it must not overlook, and how the figures are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.engine.workspace import AnyStack, Workspace
from tests.faults.oracle import judge_gone, judge_history, judge_live
from tests.faults.outcome import Line, Outcome, format_table, guard
from tests.faults.processes import Started
from tests.faults.scenarios import SCENARIOS
from tests.faults.tenant import Field


@pytest.fixture
def stack(tmp_path: Path) -> AnyStack:
    return AnyStack(Workspace.link_product(tmp_path), "nobody")


def start(stack: AnyStack, script: str) -> Started:
    run = Started(stack, "sh", "-c", script).start()
    until = monotonic() + 20
    while "ready" not in run.read_text():
        assert monotonic() < until
        sleep(0.01)
    return run


def test_what_outlives_its_engine_is_found_and_ended(stack: AnyStack) -> None:
    # Until it is `sleep`, it is this shell, whose own command line has these very words.
    is_asleep = '[ "$(cat /proc/$!/comm)" = sleep ]'
    run = start(stack, f"sleep 1234 & until {is_asleep}; do :; done; echo ready; wait")
    run.kill("engine")
    assert run.list_survivors(within=0.1) == ["sleep 1234"]
    assert run.list_survivors() == []


def test_a_killed_session_leaves_nothing(stack: AnyStack) -> None:
    run = start(stack, "sleep 1234 & echo ready; wait")
    run.kill("session")
    assert run.list_survivors() == []
    assert "ready" in stack.seen[-1]


@pytest.mark.timeout(900)  # four runs of the engine, on a machine that may be busy
def test_nothing_that_is_wrong_is_overlooked(field: Field) -> None:
    tenant = field.make_tenant()
    tenant.stack.up()
    company, held = tenant.company, tenant.company.sink()["publicKey"]
    good = Outcome("as wanted", converged=True)
    judge_live(tenant, good)
    judge_history(tenant, good)
    assert good.good, good

    member = company.member()["id"]
    second = company.ask("POST", f"/apiMembers/{member}/keys", {"description": "test"})
    company.ask("POST", "/roles", {"name": "Umbrella 2"})
    company.ask("PUT", f"/roles/{company.role()['id']}/tables", {"allow": []})
    company.set_sink(publicKey=second["publicKey"], privateKey=second["privateKey"])
    company.ask("DELETE", f"/keys/{second['id']}")
    company.ask("POST", f"/apiMembers/{member}/keys", {"description": "test"})
    tenant.stack.seen.append(f"a planted secret: {company.private_keys()[-1]}")
    bad = Outcome("not as wanted", converged=True)
    judge_live(tenant, bad)
    judge_history(tenant, bad)
    assert not bad.converged
    assert bad.counts == (2, 1, 1, 1, 0), bad
    assert {"2 roles", "2 keys", "the role may use other tables"} <= set(bad.notes)
    assert company.sink()["publicKey"] != held

    gone = Outcome("nothing was destroyed", converged=True)
    judge_gone(tenant, gone)
    assert (gone.converged, gone.orphans, gone.lost_keys) == (False, 5, 1), gone
    tenant.stack.seen.clear()


def test_the_table_sums_and_fits_the_screen() -> None:
    outcomes = [Outcome("one", converged=True), Outcome("two", orphans=2, survivors=1)]
    shown = format_table([Line("two machines at once", outcomes), Line("nothing done")]).splitlines()
    assert shown[2].split() == ["two", "machines", "at", "once", "2", "1", "2", "0", "0", "0", "1"]
    assert shown[3].split() == ["nothing", "done", "0", "0", "-", "-", "-", "-", "-"]
    assert max(len(line) for line in format_table([Line("n" * 22, outcomes)]).splitlines()) <= 80


def test_every_scenario_has_a_name_of_its_own_that_fits_the_table() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 22


def test_a_line_is_good_when_something_was_done_and_all_of_it_was_good() -> None:
    assert Line("x", [Outcome("one", converged=True)]).good
    assert not Line("x").good
    assert not Line("x", [Outcome("one", converged=True, leaks=1)]).good
    assert not Line("x", [Outcome("one")]).good


def test_a_moment_that_can_not_be_judged_counts_as_not_converged() -> None:
    def judged(moment: str) -> Outcome:
        raise AssertionError(f"{moment}: the run ended\nbefore")

    def found() -> Iterator[Outcome]:
        return guard("third request", judged)()

    (outcome,) = found()
    assert (outcome.good, outcome.notes) == (False, ["third request: the run ended before"])
