"""Reads the requirement files; `pulumi==…` in requirements.txt is the one place that pins the engine."""

import re
from pathlib import Path

from toolchain.errors import SetupError


def read_requirements(file: Path) -> list[str]:
    """The requirements in the file and in the ones it includes with -r; constraints are left out."""
    requirements: list[str] = []
    for raw in file.read_text(encoding="utf-8").splitlines():
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        if line.startswith("-r "):
            requirements += read_requirements(file.parent / line.removeprefix("-r ").strip())
        elif line and not line.startswith("-"):
            requirements.append(line)
    return requirements


def read_pulumi_version(root: Path) -> str:
    """The version of the Pulumi SDK, and therefore of the engine."""
    file = root / "requirements.txt"
    for requirement in read_requirements(file):
        pin = re.fullmatch(r"pulumi\s*==\s*(\d+\.\d+\.\d+)", requirement)
        if pin:
            return pin[1]
    raise SetupError(f"no exact pin of pulumi in {file}: it needs a line like pulumi==3.255.0")
