"""What `--help` shows."""

from __future__ import annotations

from click.testing import CliRunner

from stacks.cli import COMMANDS, stacks


def test_help_lists_every_verb_beneath_a_heading() -> None:
    shown = CliRunner().invoke(stacks, ["--help"]).output
    listed = shown.partition("\nVerbs:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line[:3].strip()] == list(COMMANDS)
