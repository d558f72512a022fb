"""What makes the engine's runs cheaper in the stories that are not about it; tests/engine/conftest.py says which are.

`run_program`: an `up` and a preview refresh with the configuration as it stands, in the one provider process that
serves all else. By itself the engine refreshes with the recorded configuration, and in a process of its own.

`UNCOLLECTED`: of a warm run, where the command is most of it, collecting its garbage is a tenth.

`python`: before each run the language host asks pip for the environment's packages, a fifth of an unchanged preview.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

UNCOLLECTED = {"GOGC": "off"}
_QUESTION = "-m pip list -v --format json"


def python_without_pip(folder: Path) -> Path:
    """A `python3` in this folder that repeats what pip answered once in this test process, and hands on all else."""
    made = folder / "python3"
    made.write_text(
        f"#!/bin/sh\nif [ \"$*\" = '{_QUESTION}' ]; then\ncat <<'END'\n{_pips_answer()}\nEND\n"
        'else\nexec python3 "$@"\nfi\n',
        encoding="utf-8",
    )
    made.chmod(0o755)
    return made


@cache
def _pips_answer() -> str:
    asked = [sys.executable, *_QUESTION.split()]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout
