"""`make demo ENGINE=…`, as somebody runs it who pipes it somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.terraform.workspace import ROOT, Engine

NAMES = {"terraform": "terraform", "tofu": "opentofu"}
DEADLINE = 500
SAYS = (
    "Apply complete! Resources: 8 added",
    "delete is All, should be None (wider).",
    "Apply complete! Resources: 0 added, 5 changed, 0 destroyed.",
    "retire: ",
    "private ones, and the provisioning key's, in no file.",
    "Apply complete! Resources: 1 imported, 0 added, 0 changed, 0 destroyed.",
    "Apply complete! Resources: 8 imported, 0 added, 0 changed, 0 destroyed.",
    "Destroy complete! Resources: 9 destroyed.",
    "Nothing else is left.",
    "Your own tenant, at a real site",
)


def test_the_demo_ends_well_and_fits_a_terminal(engine: Engine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo", f"--engine={NAMES[engine.name]}"],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = " ".join(done.stdout.split())
    assert [words for words in SAYS if words not in told] == []
    assert re.findall(r".{81,}", done.stdout) == []


def test_what_can_not_be_combined_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--engine=opentofu", "--fleet=5"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--engine=opentofu goes with neither --console nor --fleet" in done.stderr
