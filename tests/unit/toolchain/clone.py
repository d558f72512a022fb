"""A made-up clone: one dependency, locked as PyPI's, and the real uv."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.toolchain.index import Index, compute_hash, make_wheel
from tests.unit.toolchain.machine import ROOT, Machine, write_script
from toolchain.pins import read_pin

UV = Path(sys.executable).with_name("uv")
_PROJECT = """\
[project]
name = "clone"
version = "{version}"
requires-python = ">=3.11"
dependencies = ["little==1.0"]

[dependency-groups]
others = ["pulumi=={pulumi}", "uv=={uv}"]

[tool.uv]
default-groups = []

[[tool.uv.index]]
name = "pypi"
url = "https://pypi.org/simple"
"""
_PACKAGE = """
[[package]]
name = "{name}"
version = "{version}"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [
    {{ url = "https://files.pythonhosted.org/packages/{name}-{version}-py3-none-any.whl", hash = "sha256:{hash}" }},
]
"""
_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "clone"
version = "1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "little" }},
]

[package.dev-dependencies]
others = [
    {{ name = "pulumi" }},
    {{ name = "uv" }},
]

[package.metadata]
requires-dist = [{{ name = "little", specifier = "==1.0" }}]

[package.metadata.requires-dev]
others = [
    {{ name = "pulumi", specifier = "=={pulumi}" }},
    {{ name = "uv", specifier = "=={uv}" }},
]
"""


@dataclass
class Clone:
    """A clone on a machine that reaches nothing but an index."""

    machine: Machine
    index: Index
    root: Path

    @property
    def venv(self) -> Path:
        """Where its environment belongs."""
        return self.machine.venv

    def write(self, version: str = "1.0") -> None:
        """Write the pins of a version of the project; the lock stays that of 1.0."""
        pins = {"pulumi": read_pin("pulumi", ROOT), "uv": read_pin("uv", ROOT)}
        wheel = make_wheel("little", "1.0", {"little.py": "SIZE = 1\n"})
        self.index.add("little", "1.0", wheel)
        (self.root / "pyproject.toml").write_text(_PROJECT.format(version=version, **pins), encoding="utf-8")
        packages = [("little", "1.0", compute_hash(wheel)), *((*pin, "0" * 64) for pin in pins.items())]
        made = "".join(_PACKAGE.format(name=name, version=pin, hash=digest) for name, pin, digest in sorted(packages))
        (self.root / "uv.lock").write_text(_LOCK.format(**pins) + made, encoding="utf-8")
        (self.root / "requirements.txt").write_text(
            f"little==1.0 \\\n    --hash=sha256:{compute_hash(wheel)}\n", encoding="utf-8"
        )


def make_clone(machine: Machine, index: Index, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """Make it, with git, uv and an engine on the machine, and no way to packages but the index."""
    for name in list(os.environ):
        if name.startswith(("UV_", "PIP_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name, value in {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "UV_CACHE_DIR": str(machine.folder / "uv cache"),
        "UV_HTTP_RETRIES": "0",
        "XDG_CACHE_HOME": str(machine.home / ".cache"),
        # Whoever asks PyPI itself is refused at once, on every machine.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    clone = Clone(machine, index, machine.venv.parent)
    clone.write()
    shutil.rmtree(machine.venv)
    write_script(machine.on_path / "git", "#!/bin/sh\n")
    (machine.on_path / "uv").symlink_to(UV)
    machine.engine(machine.place / "bin")
    return clone
