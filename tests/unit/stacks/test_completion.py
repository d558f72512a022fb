"""What a shell offers at Tab: tenants' names, fast."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.cli import COMMANDS
from stacks.completion import TENANT_VERBS, complete_tenants, load_command

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: umbrella-psa\n", encoding="utf-8")
    (tmp_path / "stacks" / "deeper").mkdir(parents=True)
    for name in ("acme", "acme-two", "bell", "example"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").touch()
    return tmp_path


def press_tab(line: str, folder: Path, *options: str) -> list[str]:
    """What bash is offered after this line, asked as its own function asks."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, *options, str(Path(sys.executable).parent / "umbrella-psa")],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "_UMBRELLA_PSA_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Traceback" not in done.stderr
    return [offered.removeprefix("plain,") for offered in done.stdout.splitlines() if offered]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("umbrella-psa up a", ["acme", "acme-two"]),
        ("umbrella-psa up ", ["acme", "acme-two", "bell"]),
        ("umbrella-psa sweep acme a", ["acme-two"]),
        ("umbrella-psa rotate --older-than 30 b", ["bell"]),
        ("umbrella-psa remove be", ["bell"]),
        ("umbrella-psa export be", ["bell"]),
        ("umbrella-psa export bell --format ", ["json", "env"]),
        ("umbrella-psa new a", []),
        ("umbrella-psa sweep --ju", ["--junit"]),
        ("umbrella-psa swe", ["sweep"]),
    ],
)
def test_tenants_verbs_and_options_are_offered(line: str, offered: list[str], project: Path) -> None:
    assert press_tab(line, project) == offered


def test_the_project_is_found_from_below_and_by_its_folders_name(project: Path, tmp_path: Path) -> None:
    assert press_tab("umbrella-psa status b", project / "stacks" / "deeper") == ["bell"]
    assert press_tab(f"umbrella-psa -C {project} status b", Path("/")) == ["bell"]
    assert press_tab("umbrella-psa status b", Path("/")) == []


def test_names_are_offered_without_loading_a_provider_or_an_engine(project: Path) -> None:
    asked = """
import sys
sys.argv = ["umbrella-psa"]
from stacks.cli import run
try:
    run()
except SystemExit:
    pass
loaded = {"pulumi", "grpc", "pydantic", "requests", "yaml", "rich"} & set(sys.modules)
assert not loaded, loaded
assert not [name for name in sys.modules if name.startswith(("stacks.commands.", "providers.connectwise"))]
"""
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "_UMBRELLA_PSA_COMPLETE": "zsh_complete",
            "COMP_WORDS": "umbrella-psa up b",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "bell" in done.stdout


def test_the_verbs_that_are_completed_by_names_are_those_that_take_tenants() -> None:
    taking = [
        verb
        for verb in COMMANDS
        if any(getattr(one, "_custom_shell_complete", None) is complete_tenants for one in load_command(verb).params)
    ]
    assert sorted(taking) == sorted(TENANT_VERBS)
