"""`| head -0`: whoever stops reading ends no run, and gets no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.workspace import ROOT
from tests.unit.stacks.salts import make_salt

PASSPHRASE = "one passphrase for all"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two tenants that share a salt, and one that has its own; the backend keeps none of them."""
    (tmp_path / "Pulumi.yaml").write_text("name: umbrella-psa\nruntime: python\n", encoding="utf-8")
    (tmp_path / "stacks").mkdir()
    shared, own = make_salt(PASSPHRASE), make_salt(PASSPHRASE)
    for name, salt in {"acme": shared, "bell": own, "core": shared}.items():
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(f"encryptionsalt: {salt}\n", encoding="utf-8")
    return tmp_path


def run_unread(project: Path, line: str, *, errors_too: bool = False) -> tuple[int, str]:
    """Run it where nobody reads standard output any more, or nothing at all; its exit code, and what it complained."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "stacks", *line.split()],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PULUMI_BACKEND_URL": f"file://{project}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        },
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing if errors_too else subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    return done.returncode, done.stderr or ""


def test_stacks_take_the_fleets_salt_though_nobody_reads_who_has(project: Path) -> None:
    assert run_unread(project, "resalt --all") == (0, "")
    assert len({file.read_text(encoding="utf-8") for file in (project / "stacks").iterdir()}) == 1


@pytest.mark.parametrize(
    ("line", "code", "complains"),
    [
        ("presets", 0, ""),
        ("presets cisco-umbrella", 0, ""),
        ("presets --json", 1, "error: the report could not be written to standard output: Broken pipe.\n"),
        ("status --all", 1, ""),
        ("--help", 1, ""),
        ("--version", 1, ""),
        ("sweep --help", 1, ""),
        ("terraform install --mirror mirror", 1, ""),
    ],
)
def test_what_nobody_reads_ends_in_peace(project: Path, line: str, code: int, complains: str) -> None:
    assert run_unread(project, line) == (code, complains)


@pytest.mark.parametrize(("line", "code"), [("sweep nobody", 2), ("resalt --label a=b", 2), ("status acme", 1)])
def test_an_error_that_nobody_reads_still_has_its_exit_code(project: Path, line: str, code: int) -> None:
    assert run_unread(project, line, errors_too=True) == (code, "")
