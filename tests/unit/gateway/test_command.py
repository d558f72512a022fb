"""The command that is installed, and the module: one and the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ([BIN / "umbrella-psa-gateway"], "umbrella-psa-gateway"),
        ([BIN / "python", "-m", "gateway"], "python -m gateway"),
    ],
    ids=["installed", "module"],
)
def test_both_ways_say_their_name_and_refuse_alike(command: list[str | Path], name: str, tmp_path: Path) -> None:
    helped = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert (helped.returncode, helped.stdout.splitlines()[0]) == (
        0,
        f"usage: {name} [-h] --config CONFIG login CONSOLE ...",
    )
    missing = str(tmp_path / "gateway.yaml")
    refused = subprocess.run([*command, "--config", missing], cwd=ROOT, capture_output=True, text=True)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"gateway: {missing}"), refused.stderr
