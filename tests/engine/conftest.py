"""One simulator and one workspace per test process; every tenant that a test makes is searched for leaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from simulator.remote import Company, RemoteSimulator
from tests.engine.workspace import Stack, Workspace

_numbers = count(1)


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.of_product(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="session")
def company(simulator: RemoteSimulator) -> Callable[..., Company]:
    """Founds a company of its own for whoever calls."""
    return lambda **wishes: simulator.company(f"acme-{next(_numbers)}", **wishes)


@pytest.fixture(scope="module")
def module_stacks(workspace: Workspace) -> Iterator[list[Stack]]:
    stacks: list[Stack] = []
    yield stacks
    for stack in stacks:
        assert stack.leaks() == []


@pytest.fixture(scope="module")
def tenant(workspace: Workspace, company: Callable[..., Company], module_stacks: list[Stack]) -> Stack:
    """A tenant that is up, shared by a module's tests: each leaves it as wanted."""
    stack = workspace.stack(company())
    module_stacks.append(stack)
    stack.up()
    return stack


@pytest.fixture
def make_stack(workspace: Workspace, company: Callable[..., Company]) -> Iterator[Callable[..., Stack]]:
    """Makes a stack for one test (a new company unless given), not yet up."""
    stacks: list[Stack] = []

    def make(of: Company | None = None, name: str | None = None, **settings: str) -> Stack:
        stacks.append(workspace.stack(of or company(), name, **settings))
        return stacks[-1]

    yield make
    for stack in stacks:
        assert stack.leaks() == []
