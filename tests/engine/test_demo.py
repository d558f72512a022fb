"""`make demo`, as somebody runs it in a clone that has tenants of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.shortcuts import python_without_pip
from tests.engine.workspace import ROOT

DEADLINE = 500
FORMS = {
    "simulator": [],
    "browser": ["The browser went:", "System > Security Roles > the role > levels", "both halves > Save"],
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What of the project the demo uses, with a tenant of the user's that is called demo too."""
    ours = shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml")
    for folder in ("demo", "stacks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ours)
    for part in ("Pulumi.yaml", "uv.lock", "__main__.py", "providers", "simulator", "gateway", "toolchain", ".venv"):
        (tmp_path / part).symlink_to(ROOT / part)
    (tmp_path / "stacks" / "Pulumi.demo.yaml").write_text("config: {umbrella-psa:roleName: mine}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("console", FORMS)
def test_the_demo_ends_well_and_leaves_the_clone_as_it_was(clone: Path, console: str) -> None:
    before = {path: path.read_bytes() for path in (clone / "stacks").rglob("*.yaml")}
    path, python = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", python_without_pip(clone)
    environment = {**os.environ, "PATH": path, "PULUMI_PYTHON_CMD": str(python)}
    done = subprocess.run(
        [sys.executable, "-m", "demo", f"--console={console}"],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("The key is rotated", "Nothing else is left.", "Your own tenant", *FORMS[console]):
        assert words in done.stdout
    assert ("The browser went:" in done.stdout) == (console == "browser")
    assert {path: path.read_bytes() for path in (clone / "stacks").rglob("*.yaml")} == before
    assert list((clone / ".work").iterdir()) == []
