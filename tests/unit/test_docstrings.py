"""What `make lint` asks of docstrings: that the product has them, and of all of them a form; of no test a padding."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(name: str, text: str) -> list[str]:
    """The rules that a file of this name and text breaks."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--stdin-filename",
        name,
        "--output-format",
        "concise",
    ]
    done = subprocess.run([*command, "-"], cwd=ROOT, input=text, capture_output=True, text=True)
    return re.findall(r"^\S+ ([A-Z]+\d+)", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("folder", ["tests", "simulator", "demo", "toolchain", "providers"])
def test_ruff_wants_a_form_and_no_padding(folder: str) -> None:
    plain = "def open_door(key: str) -> str:\n    return key\n"
    assert lint(f"{folder}/door.py", plain) == []
    told = plain.replace(":\n", ':\n    """Open it.\n\n    Raises:\n        KeyError: never.\n    """\n', 1)
    assert lint(f"{folder}/door.py", told) == []
    assert lint(f"{folder}/door.py", told.replace("Raises:", "raises:")) == ["D405"]
    assert lint(f"{folder}/door.py", plain.replace(":\n", ':\n    """ Open it. """\n', 1)) == ["D210"]


def test_interrogate_counts_the_product_alone() -> None:
    (line,) = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "interrogate" in line]
    assert line.split("interrogate ")[1] == "-i -I -M -s -p --fail-under 90 providers stacks gateway"
