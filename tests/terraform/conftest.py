"""One simulator, one mirror with this clone's provider; a story runs in a folder of its own, with a real engine.

Whatever a story made is searched for leaks at its end.

Terraform comes from its wheel, once per machine; with TERRAFORM_ENGINES=tofu, or =terraform,tofu, the stories run with
an OpenTofu that is on PATH or was built by `make tofu`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count

import pytest

from simulator.remote import Company, RemoteSimulator
from tests.terraform.engines import Engine, find_engine
from tests.terraform.workspace import Workspace, make_initialised, make_workspace

_numbers = count(1)


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture(scope="session", params=os.environ.get("TERRAFORM_ENGINES", "terraform").split(","))
def engine(request: pytest.FixtureRequest) -> Engine:
    return find_engine(request.param)


@pytest.fixture(scope="session")
def initialise(simulator: RemoteSimulator, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine], Workspace]:
    """Makes an engine's initialised folder, once: with two of them, pytest comes back to the first one."""
    return cache(lambda engine: make_initialised(engine, tmp_path_factory.mktemp("template"), simulator))


@pytest.fixture(scope="session")
def template(engine: Engine, initialise: Callable[[Engine], Workspace]) -> Workspace:
    """A folder that is initialised, which every tenant gets a copy of."""
    return initialise(engine)


@pytest.fixture(scope="session")
def found_tenant(
    engine: Engine, template: Workspace, simulator: RemoteSimulator, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Workspace]:
    """Makes a folder with a tenant's configuration, for a company of its own unless one is given."""

    def found(of: Company | None = None, name: str | None = None, **settings: str) -> Workspace:
        company = of or simulator.company(f"tenant-{next(_numbers)}")
        folder = tmp_path_factory.mktemp("tenant")
        named = {"tenant": name or "acme", **settings}
        return make_workspace(engine, folder, template.mirror, company, template.root, **named)

    return found


@pytest.fixture
def make_tenant(found_tenant: Callable[..., Workspace]) -> Iterator[Callable[..., Workspace]]:
    """Makes tenants for one test, not yet up."""
    made: list[Workspace] = []

    def make(of: Company | None = None, name: str | None = None, **settings: str) -> Workspace:
        made.append(found_tenant(of, name, **settings))
        return made[-1]

    yield make
    for tenant in made:
        assert tenant.find_leaks() == []


@pytest.fixture(scope="module")
def tenant(found_tenant: Callable[..., Workspace]) -> Iterator[Workspace]:
    """A tenant that is up, shared by a module's tests: each leaves it as wanted."""
    made = found_tenant()
    made.up()
    yield made
    assert made.find_leaks() == []
