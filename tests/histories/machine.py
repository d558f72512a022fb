"""The rules of a history: what may happen between two runs, and how a run may go. The oracle has the last word."""

from __future__ import annotations

import json
import sys
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from simulator.server import Running
from tests.histories.counts import Counts
from tests.histories.faults import fault_lists
from tests.histories.killable import FakeTime, Killed, Moment
from tests.histories.run import NAMES
from tests.histories.site import EXTERNAL_CHANGES
from tests.histories.tenant_model import PLAIN, REFUSED, Outcome, TenantModel, Verb, assert_converges

TICKETS = "Service Desk / Service Tickets"
SETTINGS: dict[str, tuple[str | None, ...]] = {
    "roleName": (None, "Umbrella 2"),
    "memberId": (None, "Umbrella2"),
    "memberName": (None, "Umbrella for Rome"),
    "memberDefaults": (None, json.dumps({"department": "Services"}), json.dumps({"department": "Finance"})),
    "permissions": (
        None,
        json.dumps({TICKETS: {"add": "All", "inquire": "My"}}),
        json.dumps({TICKETS: {"inquire": "All"}, "Companies / Contacts": {"inquire": "All"}}),
    ),
    "tableAccess": (None, json.dumps(["Service / Priority"]), json.dumps([])),
    "customize": (
        None,
        json.dumps({"Companies / Configurations": ["Managed Server"]}),
        json.dumps({"Companies / Configurations": [], "Service Desk / Resource Scheduling": ["Region (Level 2)"]}),
    ),
    "rotate": (None, "a", "b"),
    "keyDescription": (None, "Umbrella"),
    "maxAgeDays": (None, "30"),
    "adopt": (None, "any"),
}
Change = tuple[str, str, Any]
CHANGES: tuple[Change, ...] = (
    *(("somebody", deed, None) for deed in EXTERNAL_CHANGES),
    *(("set", name, value) for name, values in SETTINGS.items() for value in values),
    *(("later", "days", days) for days in (1, 20, 40)),
)
changes = st.sampled_from(CHANGES)
# A whole first run has six writes and seven steps; what lies beyond the last one is a run that nobody killed.
# Any part of the graph; more often those that leave out what comes before the sink; `--exclude` leaves out one.
PARTS = ({"umbrella"}, {"umbrella", "retirement"}, {"key", "umbrella"}, {"key", "umbrella", "retirement"})
names = st.sampled_from(tuple(NAMES))
parts = st.one_of(
    st.sets(st.sampled_from(tuple(NAMES)), min_size=1, max_size=4),
    st.sampled_from(PARTS),
    st.sampled_from(tuple(set(NAMES) - {name} for name in NAMES)),
)
moments = st.builds(Moment, st.integers(1, 6), st.sampled_from(("before write", "after write", "before step")))


class Histories(RuleBasedStateMachine):
    """One tenant from nothing to wherever the history leads. A subclass says which simulator and which tally.

    A run that goes wrong comes with a change, so that there is something to do that can go wrong.
    """

    running: Running
    time: FakeTime
    tally: Counts

    def __init__(self) -> None:
        super().__init__()
        self.tenancy = self.make_tenant()

    def make_tenant(self) -> TenantModel:
        """Where nothing was made yet."""
        return TenantModel(self.running, self.time)

    @initialize(made=st.integers(0, 3))
    def begin(self, made: int) -> None:
        if made:
            self._count(self.tenancy.run("up"))

    @rule(change=changes)
    def change(self, change: Change) -> None:
        kind, name, value = change
        if kind == "set":
            self.tenancy.set(**{name: value})
            self.tally.count(f"set {name}")
        elif kind == "later":
            self.tenancy.pass_days(value)
            self.tally.count("days passed")
        elif self.tenancy.change_externally(name):
            self.tally.count(f"somebody: {name}")

    @rule(change=changes)
    def up(self, change: Change) -> None:
        self.change(change)
        self._count(self.tenancy.run("up"))

    @rule(change=changes, faults=fault_lists)
    def up_in_bad_weather(self, change: Change, faults: list[tuple[str, dict[str, Any]]]) -> None:
        self.change(change)
        self.tenancy.site.inject_faults([fault for _, fault in faults])
        outcome = self.tenancy.run("up")
        hit = self.tenancy.site.clear_faults()
        self.tally.count(*(name for (name, _), hits in zip(faults, hit, strict=True) if hits))
        self._count(outcome)

    @rule(change=changes, end=moments)
    def up_is_killed(self, change: Change, end: Moment) -> None:
        self.change(change)
        self._count(self.tenancy.run("up", end), end)

    @rule(change=changes, only=parts)
    def up_of_some(self, change: Change, only: set[str]) -> None:
        self.change(change)
        self.tally.count("target")
        self._count(self.tenancy.run("up", targets=only))

    @precondition(lambda self: self.tenancy.state)
    @rule(name=names)
    def one_is_tainted(self, name: str) -> None:
        """`pulumi state taint`: whichever run comes next replaces it."""
        if self.tenancy.taint(name):
            self.tally.count("tainted")

    @precondition(lambda self: self.tenancy.state)
    @rule(name=names, end=st.none() | moments)
    def up_replacing(self, name: str, end: Moment | None) -> None:
        """`--replace` is forgotten when the run ends."""
        if self.tenancy.taint(name):
            self.tally.count("told to replace")
        outcome = self.tenancy.run("up", end)
        self.tenancy.untaint()
        self._count(outcome, end)

    @precondition(lambda self: self.tenancy.state)
    @rule(end=st.none() | moments)
    def destroy(self, end: Moment | None) -> None:
        self.tally.count("destroyed")
        self._count(self.tenancy.run("destroy", end), end)

    @precondition(lambda self: self.tenancy.state)
    @rule(first=st.sampled_from(REFUSED), then=st.sampled_from(PLAIN))
    def settings_name_another_company_for_a_while(self, first: Verb, then: Verb) -> None:
        self.tenancy.meet_foreign_settings(first, then)
        self.tally.count(f"refused {first}", f"set back, {then}")

    @precondition(lambda self: self.tenancy.older_states)
    @rule(which=st.integers(0, 9))
    def restore_an_older_state(self, which: int) -> None:
        self.tenancy.restore(which)
        self.tally.count("older state")

    @precondition(lambda self: self.tenancy.older_states)
    @rule(which=st.integers(0, 9), end=st.none() | moments)
    def a_second_machine_is_at_work(self, which: int, end: Moment | None) -> None:
        self.tally.count("second machine")
        self._count(self.tenancy.run_elsewhere(which, end), end)

    def teardown(self) -> None:
        try:
            # A rule that failed has said what is wrong; the site it left is not worth another sentence.
            if sys.exc_info()[0] is None and self.tenancy.older_states:
                assert_converges(self.tenancy)
                self.tally.count("histories")
        finally:
            self.tenancy.site.close()

    def _count(self, outcome: Outcome, end: Moment | None = None) -> None:
        self.tally.count("runs")
        self.tally.update(steps=len(outcome.steps), writes=len(outcome.writes))
        if outcome.problem is None:
            self.tally.count("runs without an error")
        elif isinstance(outcome.problem, Killed):
            assert end
            self.tally.count(f"killed {end.when}")
        else:
            self.tally.count("ended by an error")
