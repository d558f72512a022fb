"""The model asks for what the program asks for: the histories are about the product, or about nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime import rpc

from simulator.server import Running
from stacks.graph import KEY, build_graph
from stacks.tenant import UmbrellaTenant
from tests.histories.killable import FakeTime
from tests.histories.machine import SETTINGS
from tests.histories.run import NAMES, Resource, asked
from tests.histories.tenant_model import TenantModel
from tests.unit.stacks.declaring import ANSWERED, declare, register_resources


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with Running() as running:
        yield running


def _program(model: TenantModel) -> dict[str, dict[str, Any]]:
    """What the program registers, in its order: every resource's inputs."""
    with register_resources(model.site.id) as monitor:
        declare(lambda: UmbrellaTenant(model.tenant).outputs)
        found = {name: rpc.deserialize_properties(request.object) for name, request in monitor.asked.items()}
    return {name: _plain(bag) for name, bag in found.items() if "__provider" in bag}


def _plain(bag: Any) -> Any:
    """Without what the engine adds, and secrets as what they hide."""
    if rpc.is_rpc_secret(bag):
        return _plain(rpc.unwrap_rpc_secret(bag))
    if isinstance(bag, dict):
        return {name: _plain(value) for name, value in bag.items() if name != "__provider" and value is not None}
    return [_plain(value) for value in bag] if isinstance(bag, list) else bag


@pytest.mark.parametrize("choice", range(3))
def test_each_resource_gets_the_same_inputs(running: Running, choice: int) -> None:
    model = TenantModel(running, FakeTime())
    model.set(**{name: values[min(choice, len(values) - 1)] for name, values in SETTINGS.items()})
    made = {name: Resource(name, f"{name}-id", {}, {**ANSWERED, "key_id": f"{KEY}-id"}) for name in NAMES}

    program = _program(model)
    assert set(program) == set(NAMES)
    for node in build_graph(model.tenant):
        assert asked(model.tenant, node, made) == program[node.name], node.name
