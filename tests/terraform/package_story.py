"""The packed provider (`make provider`): without a Python on the machine's PATH, and covered whole by the lock file.

Not part of `make test`: packing takes half a minute.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from simulator.remote import RemoteSimulator
from stacks.terraform_mirror import REGISTRIES, SOURCE, make_cli_configuration
from tests.terraform.engines import Engine
from tests.terraform.workspace import Workspace, make_workspace
from toolchain.package import NAME, make_package


@pytest.fixture(scope="module")
def archive() -> Path:
    return make_package(Path.home())


@pytest.fixture
def tenant(engine: Engine, archive: Path, simulator: RemoteSimulator, tmp_path: Path) -> Workspace:
    mirror = tmp_path / "mirror"
    for registry in REGISTRIES:
        (mirror / registry / SOURCE).mkdir(parents=True)
        shutil.copy(archive, mirror / registry / SOURCE)
    (mirror / "cli.tfrc").write_text(make_cli_configuration(mirror), encoding="utf-8")
    made = make_workspace(engine, tmp_path / "tenant", mirror, simulator.company("packed"))
    made.environment["PATH"] = str(tmp_path)  # nothing is there
    made.init()
    return made


def test_a_tenant_is_made_without_python_and_a_changed_file_is_refused(tenant: Workspace) -> None:
    tenant.up()
    company = tenant.company
    assert company.public_keys() == [company.sink()["publicKey"]]
    tenant.preview(expect=0)
    # One file of the hundreds in the folder, not the executable.
    [schemas] = (tenant.folder / ".terraform").rglob("schemas.json")
    schemas.write_text(schemas.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert "does not match" in tenant.preview(expect=1).text


def test_the_package_holds_no_other_engine_and_no_test(archive: Path) -> None:
    with ZipFile(archive) as packed:
        names = packed.namelist()
    assert f"{NAME}_v0.1.0" in names
    assert [name for name in names if "pulumi" in name or "grpc/_cython" in name or "pytest" in name] == []
