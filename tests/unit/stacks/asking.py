"""The command asked many things in one process of its own: `python -m tests.unit.stacks.asking`, JSON in and out.

A process each would take a minute, and the test's own is no place for `main`, which is made to be the whole process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from tests.engine.workspace import ROOT


class Answer(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def problem(self) -> str:
        """What is wrong: one line, after the usage that click shows before it."""
        (line,) = [line for line in self.err.splitlines() if line.lower().startswith("error: ")]
        return line.partition(": ")[2]


def ask_all(lines: Sequence[str], folder: Path, **environment: str) -> dict[str, Answer]:
    """Ask in a project's folder, one after the other, without a terminal; the answer to each line."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PULUMI_")}
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "PULUMI_HOME": str(folder / "home"), **environment},
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {line: Answer(*answer) for line, answer in zip(lines, json.loads(done.stdout), strict=True)}


def _ask(line: str) -> Answer:
    from providers.core.configuration import PROJECT
    from stacks.cli import main

    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(line.split(), PROJECT)
    return Answer(code, out.getvalue(), err.getvalue())


if __name__ == "__main__":
    sys.stdin, asked = open(os.devnull, encoding="utf-8"), json.load(sys.stdin)  # noqa: SIM115
    json.dump([_ask(line) for line in asked], sys.stdout)
