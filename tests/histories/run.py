"""A small model of the engine: what it asks of the handlers in one run, and what of it is in the state at each moment.

As Pulumi 3.255 does it (tried): the refresh is recorded whole or not at all; then each resource in the graph's order;
a replacement is made at once and the old object stays, marked; what is marked is deleted at the very end, dependents
first. Only a step that ended well is recorded, and the first that fails ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from providers.core.changes import changes, sentences
from providers.core.handler import Handler
from providers.core.problems import Problem
from providers.core.schema import Model
from providers.core.values import parse, parse_known, plain
from providers.wiring import Context
from stacks.settings import Tenant
from tests.histories.mortal import Life
from tests.histories.program import GRAPH, asked


class NotMade(Problem):
    """A target whose parent does not exist."""


@dataclass(frozen=True)
class Resource:
    """One row of the state. `dying`: replaced, and still to be deleted. `tainted`: to be replaced, by the next run."""

    name: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    dying: bool = False
    tainted: bool = False


State = list[Resource]


def recorded(state: Model) -> dict[str, Any]:
    """Through JSON, as the engine's file has it."""
    bag: dict[str, Any] = json.loads(json.dumps(plain(state)))
    return bag


class Run:
    """One run over a state, which changes as the engine's file would: a run that ends early leaves what it recorded."""

    def __init__(
        self, context: Context, tenant: Tenant, state: State, life: Life, targets: Collection[str] = GRAPH
    ) -> None:
        self._context = context
        self._tenant = tenant
        self._state = state
        self._life = life
        self._targets = targets
        self.steps: list[str] = []
        self.said: list[str] = []

    def up(self) -> None:
        self._refresh()
        for name in GRAPH:
            if name in self._targets:
                self._bring(name)
        self._delete([each for each in self._state if each.dying])

    def destroy(self) -> None:
        self._refresh()
        self._delete(list(self._state))

    def _handler(self, name: str) -> Handler[Any, Any]:
        return self._context.handler(GRAPH[name])

    def _refresh(self) -> None:
        fresh = []
        with self._life.looking():
            for each in self._state:
                seen = self._seen(each) if each.name in self._targets else each
                if seen:
                    fresh.append(seen)
        self._state[:] = fresh

    def _seen(self, known: Resource) -> Resource | None:
        handler = self._handler(known.name)
        was = parse(handler.state, known.outputs)
        handler.remember(was)
        now = handler.read(known.id, was)
        if now is None:
            self.said.append(handler.gone(was))
            return None
        handler.keep(known.id)  # a refresh compares what it has read
        outputs = recorded(now)
        inputs = {name: outputs[name] for name in handler.args.model_fields if name in outputs}
        return replace(known, inputs=inputs, outputs=outputs)

    def _bring(self, name: str) -> None:
        handler = self._handler(name)
        made = {each.name: each for each in self._state if not each.dying}
        try:
            goal = asked(self._tenant, name, made)
        except KeyError as parent:
            raise NotMade(f"{name} needs {parent}, which is not a target and was never made.") from None
        known = made.get(name)
        if known is None:
            self._create(handler, name, goal)
            return
        wanted, inputs = self._checked(handler, known.inputs, goal)
        state = parse(handler.state, known.outputs)
        handler.remember(state)
        found = changes(state, wanted, handler.args)
        self.said += sentences(handler, found, state)
        replaces = any(change.replaces for change in found)
        if not replaces:
            handler.keep(known.id)
        if known.tainted or replaces:
            self._create(handler, name, goal, instead_of=known)
        elif found:
            self._step("update", name)
            outputs = recorded(handler.update(known.id, state, parse(handler.args, inputs)))
            self._record(known, replace(known, inputs=inputs, outputs=outputs))
        else:
            self._record(known, replace(known, inputs=inputs))

    def _create(
        self, handler: Handler[Any, Any], name: str, goal: dict[str, Any], instead_of: Resource | None = None
    ) -> None:
        """A replacement is checked like something new: the engine forgets the old inputs there."""
        _, inputs = self._checked(handler, None, goal)
        self._step("replace" if instead_of else "create", name)
        object_id, state = handler.create(parse(handler.args, inputs))
        if instead_of:
            self._record(instead_of, replace(instead_of, dying=True, tainted=False))
        self._state.append(Resource(name, object_id, inputs, recorded(state)))

    def _checked(
        self, handler: Handler[Any, Any], olds: dict[str, Any] | None, goal: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The validated inputs, typed and as the state keeps them."""
        known, _, wrong = parse_known(handler.args, goal)
        if wrong:
            raise Problem("; ".join(f"{name} {text}" for name, text in wrong))
        with self._life.looking():
            handler.check(olds, known, frozenset(), self._context.today())
        return known, json.loads(json.dumps(plain(known)))

    def _delete(self, doomed: State) -> None:
        order = list(GRAPH)
        for each in sorted(doomed, key=lambda one: order.index(one.name), reverse=True):
            if each.name in self._targets:
                self._step("delete", each.name)
                handler = self._handler(each.name)
                handler.delete(each.id, parse(handler.state, each.outputs))
                with suppress(ValueError):
                    self._state.remove(each)

    def _record(self, old: Resource, new: Resource) -> None:
        self._state[self._state.index(old)] = new

    def _step(self, verb: str, name: str) -> None:
        self._life.step()
        self.steps.append(f"{verb} {name}")
