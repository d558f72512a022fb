"""The examples of every resource, as the registry shows them: together they are one valid configuration."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from demo.terraform_cli import DemoTerraform, install_provider
from providers.engines.terraform.schema import name_type
from providers.kinds import MODULES
from simulator.remote import RemoteSimulator
from tests.terraform.workspace import ROOT, Engine
from toolchain.terraform import EngineCommand

EXAMPLES = ROOT / "terraform" / "examples"


def test_the_examples_are_a_valid_configuration_that_asks_nobody(
    engine: Engine, simulator: RemoteSimulator, tmp_path: Path
) -> None:
    company, folder = simulator.company("examples"), tmp_path / "together"
    folder.mkdir()
    files = [*EXAMPLES.glob("provider/*.tf"), *EXAMPLES.glob("*resources/*/*.tf")]
    assert len(files) == 1 + len(MODULES) + 1
    for file in files:
        shutil.copy(file, folder / f"{file.parent.name}.tf")
    command = EngineCommand("", engine.name, "", "", engine.command)
    together = DemoTerraform(command, "examples", folder, install_provider(tmp_path / "mirror"), company)
    together.run("init")
    assert "Success! The configuration is valid." in together.run("validate").text
    assert company.requests() == []


def test_every_resource_has_an_example_and_an_import_of_what_its_example_makes() -> None:
    for kind in MODULES:
        folder = EXAMPLES / "resources" / name_type(kind)
        example = (folder / "resource.tf").read_text(encoding="utf-8")
        assert re.findall(r'^resource "(\w+)" "example"', example, re.MULTILINE) == [name_type(kind)]
        commands = [line for line in (folder / "import.sh").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
        assert commands
        for command in filter(None, commands):
            assert command.startswith(f"terraform import {name_type(kind)}.example ")
