"""What a preview would say of one tenant, without an engine: settings against live against recorded.

Walks the tenant's graph through the service as the engine does (tests/histories/run.py plays the same): every row is
read first; then each resource is checked and compared, in the graph's order. What an engine does not know in a
preview, the outputs of what would be changed and the id of what would be made, is unknown here, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from providers.core.schema import Model
from providers.core.values import parse_loosely, to_plain
from providers.service import Service
from stacks.graph import Node, build_graph
from stacks.settings import Tenant

S = TypeVar("S", bound=Model)


class Unknown:
    """A value that only a run would bring."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class RecordedRow:
    """One resource as a state holds it, in clear. `awaits_deletion`: another has taken its place."""

    name: str
    kind: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    awaits_deletion: bool = False


@dataclass(frozen=True)
class Difference:
    """What a run would do to one resource."""

    resource: str
    operation: str
    """`create`, `update`, `replace` or `delete`."""


@dataclass
class Comparison:
    """A tenant's differences, and the sentences that a preview prints, each once. `rows`: as they are live."""

    rows: list[RecordedRow] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    def say(self, sentences: Sequence[str]) -> None:
        """Add what was not said yet."""
        self.sentences += [sentence for sentence in dict.fromkeys(sentences) if sentence not in self.sentences]


class _Preview:
    """`Parents` of the graph: the ids and outputs that a preview knows."""

    def __init__(self) -> None:
        self.ids: dict[str, str | Unknown] = {}
        self.outputs: dict[str, Mapping[str, Any] | None] = {}

    def id(self, name: str) -> Any:
        return self.ids[name]

    def state(self, name: str, model: type[S]) -> S:
        known = self.outputs[name]
        return cast(S, _AllUnknown()) if known is None else parse_loosely(model, known)


class _AllUnknown:
    def __getattr__(self, name: str) -> Unknown:
        return UNKNOWN


def compare(service: Service, tenant: Tenant, rows: Sequence[RecordedRow]) -> Comparison:
    """Compare a tenant's settings, its recorded rows and what is live. Never writes.

    Raises `ProviderError` where a preview would fail: for what can't be read, and what a check refuses.
    """
    found = Comparison()
    fresh: dict[str, RecordedRow] = {}
    for row in rows:
        seen = _refresh(service, row, found)
        if seen and not row.awaits_deletion:
            fresh[row.name] = seen
    found.rows = list(fresh.values())
    made = _Preview()
    nodes = build_graph(tenant)
    for node in nodes:
        _compare_resource(service, tenant, node, fresh.get(node.name), made, found)
    kept = {node.name for node in nodes}
    found.differences += [Difference(name, "delete") for name in fresh if name not in kept]
    return found


def _refresh(service: Service, row: RecordedRow, found: Comparison) -> RecordedRow | None:
    """Return the row as it is live; say so and return None when the object is gone."""
    read = service.read(row.kind, row.id, row.outputs)
    if read.state is None:
        found.say([read.missing])
        return None
    outputs = to_plain(read.state)
    inputs = {name: outputs[name] for name in read.inputs if name in outputs}
    # An engine's refresh says what it would take to go back to the inputs of the last run (tried).
    found.say(service.plan(row.kind, row.id, outputs, row.inputs).sentences)
    return replace(row, inputs=inputs, outputs=outputs)


def _compare_resource(
    service: Service, tenant: Tenant, node: Node, row: RecordedRow | None, made: _Preview, found: Comparison
) -> None:
    asked = node.inputs(tenant, made)
    given = {name: getattr(asked, name) for name in asked.model_fields_set}
    unknown = {name for name, value in given.items() if isinstance(value, Unknown)}
    known = {name: to_plain(value) for name, value in given.items() if name not in unknown and value is not None}
    inputs = _check(service, node, row.inputs if row else None, known, unknown)
    if row is None:
        found.differences.append(Difference(node.name, "create"))
        made.ids[node.name], made.outputs[node.name] = UNKNOWN, None
        return
    plan = service.plan(node.kind, row.id, row.outputs, inputs, unknown)
    found.say(plan.sentences)
    made.ids[node.name], made.outputs[node.name] = row.id, row.outputs
    if plan.replaces:
        _check(service, node, None, known, unknown)  # a replacement is checked like something new
        made.ids[node.name] = UNKNOWN
    if plan.changes:
        found.differences.append(Difference(node.name, "replace" if plan.replaces else "update"))
        made.outputs[node.name] = None


def _check(
    service: Service, node: Node, old: Mapping[str, Any] | None, known: Mapping[str, Any], unknown: set[str]
) -> dict[str, Any]:
    checked = service.check(node.kind, old, known, unknown)
    for _, error in checked.failures:
        raise error
    return {name: value for name, value in to_plain(checked.inputs).items() if name not in unknown}
