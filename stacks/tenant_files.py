"""Which tenants there are: those with a file in `stacks/`. Imports next to nothing: a shell asks it at each Tab."""

from __future__ import annotations

from pathlib import Path

from providers.core.stack_file import FOLDER

EXAMPLE = "example"


def list_tenants(folder: Path = FOLDER) -> list[str]:
    """List the tenants that have a file, in order."""
    names = (path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in folder.glob("Pulumi.*.yaml"))
    return sorted(name for name in names if name != EXAMPLE)
