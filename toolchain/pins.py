"""What pyproject.toml pins. `python -m toolchain.pins`, after a change there: lock again, export requirements.txt."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from toolchain import uv
from toolchain.errors import SetupError, run_reporting

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# What a run needs, for pip; exported from uv.lock. After a change of pyproject.toml: python3 -m toolchain.pins
# What a vault or the gateway needs besides: pip install -e '.[vault]', and so on.
"""


def read_project(root: Path = ROOT) -> dict[str, Any]:
    """Return pyproject.toml."""
    file = root / "pyproject.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SetupError(f"{file} can't be read ({error}); restore it from git") from None


def read_pin(package: str, root: Path = ROOT) -> str:
    """Return the version that pyproject.toml pins of a package, among the dependencies or in a group.

    Raises:
        SetupError: no exact pin stands there.
    """
    text = read_project(root)
    groups = text.get("dependency-groups", {}).values()
    for requirement in [*text["project"].get("dependencies", []), *(entry for group in groups for entry in group)]:
        pin = re.fullmatch(rf"{re.escape(package)}\s*==\s*(\d[\w.]*)", str(requirement))
        if pin:
            return pin[1]
    raise SetupError(f"no exact pin of {package} in {root / 'pyproject.toml'}: it needs a line like {package}==1.2.3")


def export_requirements(command: Path, root: Path = ROOT) -> str:
    """Return what a run needs, for pip: without the project itself, extras and groups."""
    return HEADER + uv.export(command, root, "--no-emit-project")


def write_pins(root: Path, home: Path) -> None:
    """Lock again and export; what is locked already keeps its version where it may."""
    command = uv.ensure_uv(read_pin("uv", root), home, root)
    try:
        uv.run_public(command, root, "lock", "--quiet")
    except SetupError as error:
        raise SetupError(f"uv.lock could not be made ({error}); PyPI itself must be reachable for that") from None
    (root / "requirements.txt").write_text(export_requirements(command, root), encoding="utf-8")


def main() -> int:
    """Lock this clone; the exit code."""
    return run_reporting(lambda: write_pins(ROOT, Path.home()))


if __name__ == "__main__":
    sys.exit(main())
