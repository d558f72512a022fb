"""The engines that the matrix is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simulator.remote import Company, RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from tests.engine import disturbances as pulumi
from tests.engine.shortcuts import python_without_pip
from tests.engine.workspace import Stack, Workspace
from tests.stories.stack import TenantStack
from tests.terraform import disturbances as terraform
from tests.terraform.engines import find_engine
from tests.terraform.workspace import make_initialised, make_workspace

ENGINES = ("pulumi", "terraform", "tofu")


@dataclass(frozen=True)
class Room:
    """How a tenant is founded under an engine, and what may disturb it there."""

    found: Callable[[Path, Company], TenantStack]
    disturbances: Mapping[str, Callable[[Any, Path], None]]
    forgets: bool = False
    """Whether a state knows nothing of a run that was killed, so that `adopt` takes up what it made (terraform.md)."""


def open_room(engine: str, folder: Path, simulator: RemoteSimulator) -> Room:
    """One of `ENGINES`."""
    return open_pulumi(folder) if engine == "pulumi" else open_terraform(engine, folder, simulator)


def open_pulumi(folder: Path, warm: WarmProcess | None = None) -> Room:
    """`warm`: for what comes before and after a run that is disturbed. Not for several attempts at once."""
    python = python_without_pip(folder)

    def found(place: Path, company: Company) -> Stack:
        return replace(Workspace.link_product(place, python), warm=warm).make_stack(company)

    return Room(found, pulumi.DISTURBANCES)


def open_terraform(name: str, folder: Path, simulator: RemoteSimulator) -> Room:
    """Terraform or OpenTofu; every tenant gets a copy of a folder that is initialised once."""
    engine = find_engine(name)
    template = make_initialised(engine, folder / "template", simulator)
    return Room(
        lambda place, company: make_workspace(engine, place, template.mirror, company, template.root),
        terraform.DISTURBANCES,
        forgets=name == "tofu",
    )
