"""A small model of the engine: what it asks of the handlers in one run, and what of it is in the state at each moment.

As Pulumi 3.255 does it (tried): the refresh is recorded whole or not at all; then each resource in the graph's order;
a replacement is made at once and the old object stays, marked; what is marked is deleted at the very end, dependents
first. Only a step that ended well is recorded, and the first that fails ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from providers.core.errors import ProviderError
from providers.core.schema import Model
from providers.core.values import parse_loosely, to_plain
from providers.service import Service
from stacks.graph import KEY, MEMBER, PERMISSIONS, PROOF, RETIREMENT, ROLE, SINK, Node, build_graph
from stacks.settings import Tenant
from tests.histories.killable import RunLifetime

S = TypeVar("S", bound=Model)

NAMES = (ROLE, PERMISSIONS, MEMBER, KEY, PROOF, SINK, RETIREMENT)


class NotMade(ProviderError):
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


def to_recorded(values: Any) -> dict[str, Any]:
    """Through JSON, as the engine's file has it."""
    bag: dict[str, Any] = json.loads(json.dumps(to_plain(values)))
    return bag


class Recorded:
    """`Parents` of the graph, from the rows of a state."""

    def __init__(self, rows: Mapping[str, Resource]) -> None:
        self._rows = rows

    def id(self, name: str) -> str:
        return self._rows[name].id

    def state(self, name: str, model: type[S]) -> S:
        return parse_loosely(model, self._rows[name].outputs)


def asked(tenant: Tenant, node: Node, rows: Mapping[str, Resource]) -> dict[str, Any]:
    """The inputs that the program gives a resource, once its parents are made. Raises KeyError when one is not."""
    args = node.inputs(tenant, Recorded(rows))
    return to_recorded({name: getattr(args, name) for name in args.model_fields_set})


class Run:
    """One run over a state, which changes as the engine's file would: a run that ends early leaves what it recorded."""

    def __init__(
        self, service: Service, tenant: Tenant, state: State, life: RunLifetime, targets: Collection[str] = NAMES
    ) -> None:
        self._service = service
        self._tenant = tenant
        self._graph = {node.name: node for node in build_graph(tenant)}
        self._state = state
        self._life = life
        self._targets = targets
        self.steps: list[str] = []
        self.messages: list[str] = []

    def up(self, *, refresh: bool = True) -> None:
        if refresh:
            self.refresh()
        for name in self._graph:
            if name in self._targets:
                self._apply(name)
        self._delete([resource for resource in self._state if resource.dying])

    def destroy(self, *, refresh: bool = True) -> None:
        if refresh:
            self.refresh()
        self._delete(list(self._state))

    def refresh(self) -> None:
        fresh = []
        with self._life.read_only():
            for resource in self._state:
                seen = self._read(resource) if resource.name in self._targets else resource
                if seen:
                    fresh.append(seen)
        self._state[:] = fresh

    def _read(self, known: Resource) -> Resource | None:
        kind = self._graph[known.name].kind
        found = self._service.read(kind, known.id, known.outputs)
        if found.state is None:
            self.messages.append(found.missing)
            return None
        outputs = to_recorded(found.state)
        inputs = {name: outputs[name] for name in found.inputs if name in outputs}
        self._service.plan(kind, known.id, outputs, inputs)  # a refresh compares what it has read
        return replace(known, inputs=inputs, outputs=outputs)

    def _apply(self, name: str) -> None:
        node = self._graph[name]
        made = {resource.name: resource for resource in self._state if not resource.dying}
        try:
            goal = asked(self._tenant, node, made)
        except KeyError as parent:
            raise NotMade(f"{name} needs {parent}, which is not a target and was never made.") from None
        known = made.get(name)
        if known is None:
            self._create(node, goal)
            return
        inputs = self._check(node, known.inputs, goal)
        plan = self._service.plan(node.kind, known.id, known.outputs, inputs)
        self.messages += plan.sentences
        if known.tainted or plan.replaces:
            self._create(node, goal, instead_of=known)
        elif plan.changes:
            self._step("update", name)
            outputs = to_recorded(self._service.update(node.kind, known.id, known.outputs, inputs))
            self._record(known, replace(known, inputs=inputs, outputs=outputs))
        else:
            self._record(known, replace(known, inputs=inputs))

    def _create(self, node: Node, goal: dict[str, Any], instead_of: Resource | None = None) -> None:
        """A replacement is checked like something new: the engine forgets the old inputs there."""
        inputs = self._check(node, None, goal)
        self._step("replace" if instead_of else "create", node.name)
        made = self._service.create(node.kind, inputs)
        if instead_of:
            self._record(instead_of, replace(instead_of, dying=True, tainted=False))
        self._state.append(Resource(node.name, made.id, inputs, to_recorded(made.state)))

    def _check(self, node: Node, olds: dict[str, Any] | None, goal: dict[str, Any]) -> dict[str, Any]:
        """The validated inputs, as the state keeps them."""
        with self._life.read_only():
            checked = self._service.check(node.kind, olds, goal)
        for _, error in checked.failures:
            raise error
        return to_recorded(checked.inputs)

    def _delete(self, doomed: State) -> None:
        order = list(self._graph)
        for resource in sorted(doomed, key=lambda one: order.index(one.name), reverse=True):
            if resource.name in self._targets:
                self._step("delete", resource.name)
                self._service.delete(self._graph[resource.name].kind, resource.id, resource.outputs)
                with suppress(ValueError):
                    self._state.remove(resource)

    def _record(self, old: Resource, new: Resource) -> None:
        self._state[self._state.index(old)] = new

    def _step(self, verb: str, name: str) -> None:
        self._life.step()
        self.steps.append(f"{verb} {name}")
