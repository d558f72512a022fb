"""One simulator, one mirror with this clone's provider; a story runs in a folder of its own, with a real engine.

Terraform comes from its wheel, once per machine; with TERRAFORM_ENGINES=tofu, or =terraform,tofu, the stories run with
an OpenTofu that is on PATH or was built by `make tofu`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from simulator.remote import Company, RemoteSimulator
from stacks.terraform_mirror import write_mirror
from tests.terraform.workspace import Engine, Workspace, find_opentofu, make_terraform, make_workspace
from toolchain.groups import ensure_group

_numbers = count(1)


@pytest.fixture(scope="session")
def simulator() -> Iterator[RemoteSimulator]:
    with RemoteSimulator() as running:
        yield running


@pytest.fixture(scope="session", params=os.environ.get("TERRAFORM_ENGINES", "terraform").split(","))
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "tofu":
        found = find_opentofu()
        if found is None:
            pytest.skip("OpenTofu is neither on PATH nor built: make tofu")
        return found
    return make_terraform(ensure_group("terraform", Path.home()))


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror")
    write_mirror(folder, "0.1.0")
    return folder


@pytest.fixture(scope="session")
def make_tenant(
    engine: Engine, mirror: Path, simulator: RemoteSimulator, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Workspace]:
    """Makes a folder with a tenant's configuration, initialised, for a company of its own unless one is given."""

    def make(of: Company | None = None, **variables: str) -> Workspace:
        company = of or simulator.company(f"tenant-{next(_numbers)}")
        made = make_workspace(engine, tmp_path_factory.mktemp("tenant"), mirror, company, **variables)
        made.init()
        return made

    return make


@pytest.fixture(scope="module")
def tenant(make_tenant: Callable[..., Workspace]) -> Workspace:
    """A tenant that is up, shared by a module's tests: each leaves it as wanted."""
    made = make_tenant()
    made.up()
    return made
