"""python -m toolchain.constraints: resolves all requirements again and writes constraints.txt."""

import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain.requirements import read_requirements

HEADER = """\
# Every package that the requirement files lead to, at the version that was resolved and tested. Written by
#   python3 -m toolchain.constraints
# after a change of a requirement; review the difference before committing it.
"""


def resolve(root: Path) -> str:
    """In an environment of its own, without the constraints of last time."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        wanted = read_requirements(root / "requirements-dev.txt")
        subprocess.run([*pip, "install", "--quiet", *wanted], check=True)
        return subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    project = Path(__file__).resolve().parent.parent
    (project / "constraints.txt").write_text(HEADER + resolve(project), encoding="utf-8")
