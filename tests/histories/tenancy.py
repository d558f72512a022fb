"""One tenant's life: its settings, its state and the copies of it, and the runs over it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal, NamedTuple

from providers.core.configuration import Configuration
from providers.core.problems import Problem
from providers.policy import Policy
from providers.service import Service
from simulator.server import Running
from stacks.graph import owner
from stacks.settings import Tenant, read_tenant
from tests.histories.mortal import Killed, Life, Moment, MortalTransport, OwnTime
from tests.histories.run import NAMES, Run, State
from tests.histories.site import Site

Verb = Literal["up", "destroy"]


# What an operator sets when a refusal asks for it.
LIFTS = {
    "adopt": ("adopt", "any"),
    "umbrella:adopt": ("umbrella:adopt", "any"),
    "allow": ("allow", '["foreign-keys"]'),
}


class Outcome(NamedTuple):
    """How a run ended: with what error, and what it did."""

    problem: BaseException | None
    steps: list[str]
    writes: list[str]


class Tenancy:
    """Everything that can happen to one tenant."""

    def __init__(self, running: Running, time: OwnTime) -> None:
        self.site = Site(running)
        self.settings: dict[str, str] = {**self.site.settings(), **self.site.secrets()}
        self.state: State = []
        self.kept: list[State] = []
        self.abandoned: set[str] = set()
        self.parted = False
        self._left_to_others = False
        self.said: list[str] = []
        self._time = time
        self._today = date(2026, 1, 1)

    @property
    def tenant(self) -> Tenant:
        return read_tenant(self.site.id, self.settings, list(self.site.secrets()), {})

    @property
    def owner(self) -> str:
        return owner(self.tenant)

    def set(self, **changed: str | None) -> None:
        """Change settings; None takes one away. What no state knows is nobody's once its name is given up."""
        for name, value in changed.items():
            key = name.replace("__", ":")
            if value is None:
                self.settings.pop(key, None)
            else:
                self.settings[key] = value
        if {"roleName", "memberId"} & changed.keys():
            self._abandon()

    def later(self, days: int) -> None:
        self._today += timedelta(days=days)

    def run(self, verb: Verb, end: Moment | None = None, targets: Collection[str] = NAMES) -> Outcome:
        """One run on this machine; what it recorded is the state, and is kept for whoever restores it one day."""
        if verb == "destroy" and self.site.left_to_others(self.owner):
            self._left_to_others = True
        outcome = self._run(self.state, verb, end, targets)
        self.kept.append(list(self.state))
        return outcome

    def run_elsewhere(self, which: int, end: Moment | None) -> Outcome:
        """A second machine works with a copy of some state; ours does not hear of it."""
        copy = list(self.kept[which % len(self.kept)])
        outcome = self._run(copy, "up", end, NAMES)
        self.kept.append(copy)
        self._part()
        return outcome

    def restore(self, which: int) -> None:
        """Somebody brings back an older state."""
        self.state = list(self.kept[which % len(self.kept)])
        self._part()

    def somebody(self, deed: str) -> bool:
        """A deed at the site, on the objects that our state knows; False when they are not there."""
        made = {each.name: each.id for each in self.state if not each.dying}
        if not {"role", "member", "key", "umbrella"} <= made.keys():
            return False
        return self.site.do(deed, made["role"], made["member"], made["key"])

    def leaks(self) -> list[str]:
        """What was said and holds a private key in clear."""
        secrets = [*self.site.company.minted.values(), self.settings["connectwise:gatewayToken"]]
        return [text for text in self.said for secret in secrets if secret in text]

    def _run(self, state: State, verb: Verb, end: Moment | None, targets: Collection[str]) -> Outcome:
        life = Life(end)
        policy = Policy(transport=partial(MortalTransport, life=life, clock=self._time.clock))
        service = Service.open(Configuration(self.settings, {}), policy, today=lambda: self._today)
        run = Run(service, self.tenant, state, life, targets)
        problem: BaseException | None = None
        try:
            run.up() if verb == "up" else run.destroy()
        except (Problem, Killed) as ended:
            problem = ended
        self.said += [*run.said, str(problem), repr(problem)]
        return Outcome(problem, run.steps, life.writes)

    def _part(self) -> None:
        """States went separate ways, so ours may not know what is ours."""
        self.parted = True
        self._abandon()

    def excuses(self, lift: str) -> bool:
        """Whether an operator who is refused may have to set what lifts it: only where our state really lacks that."""
        if lift == "allow" or self._left_to_others:
            return True
        known = {f"{each.name} {each.id}" for each in self.state}
        lacks = self.site.made_by_us() - known if lift == "adopt" else {"umbrella"} - {each.name for each in self.state}
        return self.parted and bool(lacks)

    def taint(self, name: str) -> bool:
        """The engine is to replace it; False when it is not there."""
        self.state = [
            replace(each, tainted=each.tainted or (each.name == name and not each.dying)) for each in self.state
        ]
        return any(each.name == name and not each.dying for each in self.state)

    def untaint(self) -> None:
        self.state = [replace(each, tainted=False) for each in self.state]

    def _abandon(self) -> None:
        known = {f"{each.name} {each.id}" for each in self.state}
        self.abandoned |= self.site.ours() - known


def convergence(tenancy: Tenancy) -> None:
    """The oracle: one clean run brings site and sink to exactly what the settings say, and a second finds nothing."""
    tenancy.site.mend()
    outcome = tenancy.run("up")
    while (lift := getattr(outcome.problem, "lift", None)) in LIFTS and tenancy.excuses(lift):
        key, value = LIFTS[lift]
        assert tenancy.settings.get(key) != value, f"{key} was set, and yet: {outcome.problem}"
        tenancy.settings[key] = value
        outcome = tenancy.run("up")
    if tenancy.parted and "in use by" in str(outcome.problem):
        # A member that no state knows any more keeps the old role from going: the operator switches it off.
        tenancy.site.switch_off(tenancy.abandoned)
        outcome = tenancy.run("up")
    assert outcome.problem is None, f"a clean run ended with: {outcome.problem}"

    wrong = differences(tenancy)
    assert not wrong, "; ".join(wrong)
    before, changes = list(tenancy.state), tenancy.site.changes()
    again = tenancy.run("up")
    assert (again.problem, again.steps, again.writes) == (None, [], []), f"a second run did something: {again}"
    assert tenancy.state == before, "a second run rewrote the state"
    assert tenancy.site.changes() == changes


def differences(tenancy: Tenancy) -> list[str]:
    """Everything at the site, in the sink and in the state that is not as the settings say."""
    site, own, wrong = tenancy.site, tenancy.tenant.own, []
    company, made = site.company, {each.name: each for each in tenancy.state}
    if len(made) != len(tenancy.state) or made.keys() != set(NAMES):
        wrong.append(f"the state holds {[(each.name, each.dying) for each in tenancy.state]}")
    roles = [role for role in company.roles.values() if role.name.casefold() == own.role_name.casefold()]
    members = [member for member in company.members.values() if member.identifier == own.member_id]
    if len(roles) != 1 or len(members) != 1:
        return [*wrong, f"there are {len(roles)} roles and {len(members)} members"]
    role, member = roles[0], members[0]
    if extra := site.ours() - {f"role {role.id}", f"member {member.id}"} - tenancy.abandoned:
        wrong.append(f"left over: {extra}")
    levels = {name: held for name, held in role.levels.items() if held}
    wanted = {name: granted.properties() for name, granted in own.permissions.items() if granted}
    if (levels, sorted(role.tables)) != (wanted, sorted(own.table_access)) or role.inactive or role.admin:
        wrong.append(f"the role may {levels} and {sorted(role.tables)}")
    if (member.role_id, member.name, member.inactive) != (role.id, own.member_name, False):
        wrong.append(f"the member is {member}")
    departments = {row["id"]: row["name"] for row in company.lookups["departments"]}
    if own.member_defaults.get("department", departments[member.department]) != departments[member.department]:
        wrong.append(f"the member's department is {departments[member.department]}")
    return wrong + _key_differences(tenancy) + [f"touched: {name}" for name in site.touched()]


def _key_differences(tenancy: Tenancy) -> list[str]:
    site, wrong = tenancy.site, []
    dead, living = site.keys_of(tenancy.owner)
    # What is on a member that another machine made, and that we never took over, is for `orphans` to find.
    strange = tenancy.abandoned - {f"{each.name} {each.id}" for each in tenancy.state}
    keys = [key for key in living if f"member {key.member_id}" not in strange]
    held = site.held.integration
    if dead:
        wrong.append(f"there are {len(dead)} keys with our tag on inactive members")
    if len(keys) != 1:
        return [f"there are {len(keys)} keys with our tag"]
    state = next((each.outputs for each in tenancy.state if each.name == "key"), dict[str, Any]())
    pair = (keys[0].public, keys[0].private)
    if (state.get("public_key"), state.get("private_key")) != pair:
        wrong.append("the state holds another key than the site")
    if (held.public_key, held.private_key) != pair or not held.enabled or held.kind != "ConnectWise":
        wrong.append(f"the sink holds {held.to_dict()}, the key is {keys[0].public}")
    if keys[0].inactive or not keys[0].description.startswith(tenancy.tenant.own.key_description):
        wrong.append(f"the key is {keys[0]}")
    wrong += [f"our doing: {moment}" for moment in site.our_dead_moments()]
    with suppress(StopIteration):
        wrong.append("a private key was told: " + next(iter(tenancy.leaks())).replace(pair[1], "…"))
    return wrong
