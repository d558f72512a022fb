"""One simulator and one workspace per test process; every tenant that a test makes is searched for leaks.

Between the product and the site stands Prism: every request and every answer must fit the vendor's specification. A
module that breaks this on purpose, or whose answers must not come late, says `pytestmark = pytest.mark.direct`.

The engine's runs take the shortcuts of tests/engine/shortcuts.py, save where a module, or a test that makes its own
stack, is marked `recorded` or `unaltered`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from simulator.remote import Company, RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.engine.shortcuts import python_without_pip
from tests.engine.workspace import Stack, Workspace
from tests.foreign.prism import Prism
from toolchain.node import ensure_node

_numbers = count(1)


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture(scope="session")
def session_workspace(tmp_path_factory: pytest.TempPathFactory, warm: WarmProcess) -> Workspace:
    folder = tmp_path_factory.mktemp("engine")
    return replace(Workspace.link_product(folder, python_without_pip(folder), run_program=True), warm=warm)


def as_marked(workspace: Workspace, node: pytest.Item | pytest.Collector) -> Workspace:
    """The same workspace, without the shortcuts that the story is about."""
    marks = ("unaltered", "recorded", "swept")
    unaltered, recorded, swept = (node.get_closest_marker(name) is not None for name in marks)
    python = None if unaltered else workspace.python
    return replace(
        workspace,
        python=python,
        run_program=not unaltered and not recorded,
        warm=None if unaltered else workspace.warm,
        swept=swept,
        typed=unaltered,
    )


@pytest.fixture(scope="module")
def workspace(session_workspace: Workspace, request: pytest.FixtureRequest) -> Workspace:
    return as_marked(session_workspace, request.node)


@pytest.fixture(scope="session")
def prism(simulator: RemoteSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    with Prism(ensure_node(Path.home()), tmp_path_factory.mktemp("prism"), simulator.url) as running:
        yield running


@pytest.fixture(scope="module")
def company(simulator: RemoteSimulator, request: pytest.FixtureRequest) -> Iterator[Callable[..., Company]]:
    """Founds a company of its own for whoever calls; what is asked of its site goes through Prism."""
    prism: Prism | None = None if request.node.get_closest_marker("direct") else request.getfixturevalue("prism")

    def found(**wishes: object) -> Company:
        made = simulator.company(f"acme-{next(_numbers)}", **wishes)
        if prism:
            made.credentials["site"] = prism.url
        return made

    yield found
    if prism:
        # `check` asks for one route because no specification has it.
        assert [line for line in prism.list_new_violations() if "/apiKeys" not in line] == []


@pytest.fixture(scope="module")
def module_stacks(workspace: Workspace) -> Iterator[list[Stack]]:
    stacks: list[Stack] = []
    yield stacks
    for stack in stacks:
        assert stack.find_leaks() == []


@pytest.fixture(scope="module")
def tenant(workspace: Workspace, company: Callable[..., Company], module_stacks: list[Stack]) -> Stack:
    """A tenant that is up, shared by a module's tests: each leaves it as wanted."""
    stack = workspace.make_stack(company())
    module_stacks.append(stack)
    stack.up()
    return stack


@pytest.fixture
def make_stack(
    workspace: Workspace, company: Callable[..., Company], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Stack]]:
    """Makes a stack for one test (a new company unless given), not yet up."""
    stacks: list[Stack] = []
    place = as_marked(workspace, request.node)

    def make(of: Company | None = None, name: str | None = None, **settings: str) -> Stack:
        stacks.append(place.make_stack(of or company(), name, **settings))
        return stacks[-1]

    yield make
    for stack in stacks:
        assert stack.find_leaks() == []
