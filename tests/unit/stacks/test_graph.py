"""The graph of a tenant: who comes after whom, and what mypy sees of its arguments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from providers.kinds import MODULES
from stacks.graph import build_graph
from tests.unit.stacks.configuration import read_settings

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("settings", [{}, {"vault:url": "vault://secret/a"}], ids=["without a vault", "with one"])
def test_every_kind_stands_once_after_all_that_it_needs(settings: dict[str, str]) -> None:
    graph = build_graph(read_settings(settings))
    assert [node.kind for node in graph] == [kind for kind in MODULES if kind != "VaultSecret" or settings]
    names = [node.name for node in graph]
    assert len(set(names)) == len(names)
    for place, node in enumerate(graph):
        assert set(node.after) <= set(names[:place])


MISSPELT = """
from providers.connectwise.security_role import SecurityRoleArgs
from providers.engines.pulumi.resources import SecurityRole

SecurityRole("role", SecurityRoleArgs.model_construct(company="acme@x", nmae="Umbrella"))
"""


def test_mypy_sees_a_misspelt_argument_of_a_resource(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(MISSPELT, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 'Unexpected keyword argument "nmae"' in done.stdout
    assert done.returncode == 1
