"""One tenant's life: its settings, its state and the copies of it, and the runs over it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

from providers.core.configuration import Configuration
from providers.core.errors import ProviderError
from providers.policy import Policy
from providers.service import Service
from providers.stated import ForeignOwner
from simulator.server import Running
from stacks.graph import get_owner
from stacks.settings import Tenant, read_tenant
from tests.histories.killable import FakeTime, KillableTransport, Killed, Moment, RunLifetime
from tests.histories.run import NAMES, Run, State
from tests.histories.site import Site

Verb = Literal["up", "destroy", "refresh", "up without a refresh", "destroy without a refresh"]
REFUSED: tuple[Verb, ...] = get_args(Verb)
"""With `--run-program`, so that the engine records the configuration before anybody looks at it."""
PLAIN: tuple[Verb, ...] = ("up", "destroy", "refresh", "destroy without a refresh")
"""Those that begin with what is recorded."""


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


class TenantModel:
    """Everything that can happen to one tenant."""

    def __init__(self, running: Running, time: FakeTime) -> None:
        self.site = Site(running)
        self.settings: dict[str, str] = {**self.site.settings(), **self.site.secrets()}
        self.state: State = []
        self.older_states: list[State] = []
        self.abandoned: set[str] = set()
        self.diverged = False
        self._left_to_others = False
        self.messages: list[str] = []
        self._time = time
        self._today = date(2026, 1, 1)

    @property
    def tenant(self) -> Tenant:
        return read_tenant(self.site.id, self.settings, list(self.site.secrets()), {})

    @property
    def owner(self) -> str:
        return get_owner(self.tenant)

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

    def pass_days(self, days: int) -> None:
        self._today += timedelta(days=days)

    def run(self, verb: Verb, end: Moment | None = None, targets: Collection[str] = NAMES) -> Outcome:
        """One run on this machine; what it recorded is the state, and is kept for whoever restores it one day."""
        if verb == "destroy" and self.site.is_left_to_others(self.owner):
            self._left_to_others = True
        outcome = self._run(self.state, verb, end, targets)
        self.older_states.append(self._copy(self.state))
        return outcome

    def run_elsewhere(self, which: int, end: Moment | None) -> Outcome:
        """A second machine works with a copy of some state; ours does not hear of it."""
        copy = self._copy(self.older_states[which % len(self.older_states)])
        outcome = self._run(copy, "up", end, NAMES)
        self.older_states.append(copy)
        self._diverge()
        return outcome

    def restore(self, which: int) -> None:
        """Somebody brings back an older state."""
        self.state = self._copy(self.older_states[which % len(self.older_states)])
        self._diverge()

    def change_externally(self, change: str) -> bool:
        """A deed at the site, on the objects that our state knows; False when they are not there."""
        made = {resource.name: resource.id for resource in self.state if not resource.dying}
        if not {"role", "member", "key", "umbrella"} <= made.keys():
            return False
        return self.site.change_externally(change, made["role"], made["member"], made["key"])

    def find_leaks(self) -> list[str]:
        """What was said and holds a private key in clear."""
        secrets = [*self.site.company.minted.values(), self.settings["connectwise:gatewayToken"]]
        return [text for text in self.messages for secret in secrets if secret in text]

    def meet_foreign_settings(self, first: Verb, then: Verb) -> None:
        """Somebody points the settings at another company, and a run is refused; they are set back, and a plain verb
        follows, to which the engine hands what the refused run recorded."""
        other = self.site.simulator.company(f"{self.site.id}-{len(self.messages)}")
        wrong, companies = {**self.settings, **other.settings(), **other.secrets()}, (self.site, other)
        before = list(self.state), [len(company.requests()) for company in companies]
        for verb, stated in ((first, wrong), (then, self.settings)):
            problem = self._run(self.state, verb, None, NAMES, wrong, stated).problem
            assert isinstance(problem, ForeignOwner), f"{verb} of {first}, set back, {then}: {problem}"
            assert (list(self.state), [len(company.requests()) for company in companies]) == before
        self.site.simulator.ask("DELETE", f"/companies/{other.id}")

    def _run(
        self,
        state: State,
        verb: Verb,
        end: Moment | None,
        targets: Collection[str],
        given: Mapping[str, str] | None = None,
        stated: Mapping[str, str] | None = None,
    ) -> Outcome:
        """`given`: what the engine hands over, and `stated`: what the file says, where they are not our settings."""
        life = RunLifetime(end)
        policy = Policy(transport=partial(KillableTransport, life=life, clock=self._time.clock))
        given, stated = given or self.settings, stated or self.settings
        file = {key: None if key in self.site.secrets() else value for key, value in stated.items()}
        service = Service.open(
            Configuration(given, {}), policy, read_stated=lambda tenant: file, today=lambda: self._today
        )
        run = Run(service, read_tenant(self.site.id, given, list(self.site.secrets()), {}), state, life, targets)
        verbs: dict[Verb, Callable[[], None]] = {
            "up": run.up,
            "destroy": run.destroy,
            "refresh": run.refresh,
            "up without a refresh": partial(run.up, refresh=False),
            "destroy without a refresh": partial(run.destroy, refresh=False),
        }
        error: BaseException | None = None
        try:
            verbs[verb]()
        except (ProviderError, Killed) as ended:
            error = ended
        self.messages += [*run.messages, str(error), repr(error)]
        return Outcome(error, run.steps, life.writes)

    def _copy(self, state: State) -> State:
        return list(state)

    def _diverge(self) -> None:
        """States went separate ways, so ours may not know what is ours."""
        self.diverged = True
        self._abandon()

    def may_lift(self, lift: str) -> bool:
        """Whether an operator who is refused may have to set what lifts it: only where our state really lacks that."""
        if lift == "allow" or self._left_to_others:
            return True
        known = {f"{resource.name} {resource.id}" for resource in self.state}
        lacks = (
            self.site.list_made_by_us() - known
            if lift == "adopt"
            else {"umbrella"} - {resource.name for resource in self.state}
        )
        return self.diverged and bool(lacks)

    def taint(self, name: str) -> bool:
        """The engine is to replace it; False when it is not there."""
        self.state = [
            replace(resource, tainted=resource.tainted or (resource.name == name and not resource.dying))
            for resource in self.state
        ]
        return any(resource.name == name and not resource.dying for resource in self.state)

    def untaint(self) -> None:
        self.state = [replace(resource, tainted=False) for resource in self.state]

    def _abandon(self) -> None:
        known = {f"{resource.name} {resource.id}" for resource in self.state}
        self.abandoned |= self.site.list_ours() - known


def assert_converges(model: TenantModel) -> None:
    """The oracle: one clean run brings site and sink to exactly what the settings say, and a second finds nothing."""
    model.site.undo_manual_changes()
    outcome = model.run("up")
    while (lift := getattr(outcome.problem, "lift", None)) in LIFTS and model.may_lift(lift):
        key, value = LIFTS[lift]
        assert model.settings.get(key) != value, f"{key} was set, and yet: {outcome.problem}"
        model.settings[key] = value
        outcome = model.run("up")
    if model.diverged and "in use by" in str(outcome.problem):
        # A member that no state knows any more keeps the old role from going: the operator switches it off.
        model.site.switch_off(model.abandoned)
        outcome = model.run("up")
    assert outcome.problem is None, f"a clean run ended with: {outcome.problem}"

    wrong = find_differences(model)
    assert not wrong, "; ".join(wrong)
    before, changes = list(model.state), model.site.count_changes()
    again = model.run("up")
    assert (again.problem, again.steps, again.writes) == (None, [], []), f"a second run did something: {again}"
    assert model.state == before, "a second run rewrote the state"
    assert model.site.count_changes() == changes


def find_differences(model: TenantModel) -> list[str]:
    """Everything at the site, in the sink and in the state that is not as the settings say."""
    site, own, wrong = model.site, model.tenant.own, []
    company, made = site.company, {resource.name: resource for resource in model.state}
    if len(made) != len(model.state) or made.keys() != set(NAMES):
        wrong.append(f"the state holds {[(resource.name, resource.dying) for resource in model.state]}")
    roles = [role for role in company.roles.values() if role.name.casefold() == own.role_name.casefold()]
    members = [member for member in company.members.values() if member.identifier == own.member_id]
    if len(roles) != 1 or len(members) != 1:
        return [*wrong, f"there are {len(roles)} roles and {len(members)} members"]
    role, member = roles[0], members[0]
    if extra := site.list_ours() - {f"role {role.id}", f"member {member.id}"} - model.abandoned:
        wrong.append(f"left over: {extra}")
    levels = {name: held for name, held in role.levels.items() if held}
    wanted = {name: granted.properties() for name, granted in own.permissions.items() if granted}
    if (levels, sorted(role.tables)) != (wanted, sorted(own.table_access or [])) or role.inactive or role.admin:
        wrong.append(f"the role may {levels} and {sorted(role.tables)}")
    for function, allowed in (own.customize or {}).items():
        if role.customized.get(function) != {*allowed}:
            wrong.append(f"of {function} the role may use {role.customized.get(function)}")
    if (member.role_id, member.name, member.inactive) != (role.id, own.member_name, False):
        wrong.append(f"the member is {member}")
    departments = {row["id"]: row["name"] for row in company.lookups["departments"]}
    if own.member_defaults.get("department", departments[member.department]) != departments[member.department]:
        wrong.append(f"the member's department is {departments[member.department]}")
    return wrong + _find_key_differences(model) + [f"touched: {name}" for name in site.list_touched()]


def _find_key_differences(model: TenantModel) -> list[str]:
    site, wrong = model.site, []
    dead, living = site.list_keys_of(model.owner)
    # What is on a member that another machine made, and that we never took over, is for `orphans` to find.
    strange = model.abandoned - {f"{resource.name} {resource.id}" for resource in model.state}
    keys = [key for key in living if f"member {key.member_id}" not in strange]
    held = site.held.integration
    if dead:
        wrong.append(f"there are {len(dead)} keys with our tag on inactive members")
    if len(keys) != 1:
        return [f"there are {len(keys)} keys with our tag"]
    state = next((resource.outputs for resource in model.state if resource.name == "key"), dict[str, Any]())
    pair = (keys[0].public, keys[0].private)
    if (state.get("public_key"), state.get("private_key")) != pair:
        wrong.append("the state holds another key than the site")
    if (held.public_key, held.private_key) != pair or not held.enabled or held.kind != "ConnectWise":
        wrong.append(f"the sink holds {held.to_dict()}, the key is {keys[0].public}")
    if keys[0].inactive or not keys[0].description.startswith(model.tenant.own.key_description):
        wrong.append(f"the key is {keys[0]}")
    wrong += [f"our doing: {moment}" for moment in site.list_our_dead_moments()]
    with suppress(StopIteration):
        wrong.append("a private key was told: " + next(iter(model.find_leaks())).replace(pair[1], "…"))
    return wrong
