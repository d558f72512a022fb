"""A filesystem mirror with this provider in it, for `terraform init` and `tofu init` without a registry."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from pathlib import Path

REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
"""What each engine puts in front of a source without a host."""

SOURCE = "umbrella-psa/umbrellapsa"
_ENTRY = "from providers.engines.terraform.__main__ import run; raise SystemExit(run())"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def name_platform() -> str:
    """Name this machine as engines do: `linux_amd64`."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_MACHINES.get(machine, machine)}"


def write_mirror(folder: Path, version: str) -> Path:
    """Write the mirror and the engine's configuration file for it; the latter's path.

    The executable is this installation's Python: the engine's lock file then covers the launcher and not the code.
    """
    for registry in REGISTRIES:
        place = folder / registry / SOURCE / version / name_platform()
        place.mkdir(parents=True, exist_ok=True)
        launcher = place / f"terraform-provider-umbrellapsa_v{version}"
        launcher.write_text(make_launcher(), encoding="utf-8")
        launcher.chmod(0o755)
    file = folder / "cli.tfrc"
    file.write_text(make_cli_configuration(folder), encoding="utf-8")
    return file


def make_launcher() -> str:
    """Make the executable: it replaces itself by Python, so that the engine is our parent."""
    root = Path(__file__).resolve().parent.parent
    code = f"import sys; sys.path.insert(0, {str(root)!r}); {_ENTRY}"
    return f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(code)}\n"


def make_cli_configuration(folder: Path) -> str:
    """Make the engine's configuration: this provider from the mirror, every other as always."""
    sources = "\n".join(f'      "{registry}/{SOURCE}",' for registry in REGISTRIES)
    path = str(folder.absolute()).replace(os.sep, "/")
    return (
        f'provider_installation {{\n  filesystem_mirror {{\n    path    = "{path}"\n    include = [\n{sources}\n    ]\n'
        f"  }}\n  direct {{\n    exclude = [\n{sources}\n    ]\n  }}\n}}\n"
    )


def make_requirement(version: str) -> str:
    """Make the block that a configuration names the provider by."""
    return (
        f'terraform {{\n  required_providers {{\n    umbrellapsa = {{\n      source  = "{SOURCE}"\n'
        f'      version = "{version}"\n    }}\n  }}\n}}\n'
    )
