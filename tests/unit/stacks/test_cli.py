"""The command itself: what it shows, where it may be called from, and what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from stacks.cli import COMMANDS, stacks

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
SAME: list[list[Path | str]] = [[BIN / "umbrella-psa"], [BIN / "python", "-m", "stacks"]]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder like a clone's, with one below it."""
    folder = tmp_path / "a project"
    (folder / "stacks" / "deeper").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: umbrella-psa\nruntime: python\n", encoding="utf-8")
    return folder


def run(command: list[Path | str], *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call it as a shell does, from any folder."""
    whole = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [*command, *arguments], cwd=cwd, env=whole, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def test_help_lists_every_verb_beneath_a_heading() -> None:
    shown = CliRunner().invoke(stacks, ["--help"]).output
    listed = shown.partition("\nVerbs:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line[:3].strip()] == list(COMMANDS)


@pytest.mark.parametrize("command", SAME, ids=["installed", "module"])
def test_both_ways_tell_the_version_anywhere(command: list[Path | str], tmp_path: Path) -> None:
    answer = run(command, "--version", cwd=tmp_path)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"umbrella-psa {VERSION}\n", "")


@pytest.mark.parametrize("command", SAME, ids=["installed", "module"])
@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("statu", ' Did you mean "status"?'), ("Rotat", ' Did you mean "rotate"?'), ("xyzzy", "")],
)
def test_a_misspelt_verb_is_a_usage_error(command: list[Path | str], wrong: str, meant: str, tmp_path: Path) -> None:
    answer = run(command, wrong, "acme", cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == f"Error: There is no verb '{wrong}'.{meant}"


@pytest.mark.parametrize("arguments", [["--frobnicate"], ["-C"], ["-C", "nowhere", "status"], ["--completion", "tcsh"]])
def test_what_it_does_not_understand_is_a_usage_error(arguments: list[str], tmp_path: Path) -> None:
    answer = run(SAME[0], *arguments, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "Traceback" not in answer.stderr


def test_outside_of_the_project_one_sentence_says_how_to_name_it(tmp_path: Path) -> None:
    # another project of Pulumi's is not ours
    (tmp_path / "Pulumi.yaml").write_text("name: other\n", encoding="utf-8")
    answer = run(SAME[0], "status", "acme", cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (
        2,
        f"error: folder: {tmp_path} is not in the project; go to where its Pulumi.yaml is, or name that folder as in "
        "`umbrella-psa -C DIR …`.\n",
    )
    assert run(SAME[0], "status", "--help", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("from_inside", [True, False])
def test_a_verb_runs_in_the_project_and_paths_start_where_it_was_called(
    project: Path, tmp_path: Path, from_inside: bool
) -> None:
    (project / "stacks" / "deeper" / "answer").write_text("", encoding="utf-8")
    asked = ["new", "acme", "--yes", "--secret", "connectwise:clientId=@answer"]
    given = {"PULUMI_BACKEND_URL": f"file://{tmp_path}", "PULUMI_CONFIG_PASSPHRASE": "made up"}
    if from_inside:
        answer = run(SAME[0], *asked, cwd=project / "stacks" / "deeper", **given)
    else:
        answer = run(SAME[0], "-C", "a project/stacks/deeper", *asked, cwd=tmp_path, **given)

    # `pulumi stack ls` worked, so that was in the project; the file, which is empty, is beside the caller
    assert (answer.returncode, answer.stderr) == (2, "error: connectwise:clientId: the file is empty.\n")


def test_a_report_is_written_where_it_was_asked_for(project: Path) -> None:
    below = project / "stacks" / "deeper"
    (project / "stacks" / "Pulumi.acme.yaml").touch()
    refused = run(SAME[0], "status", "acme", "--json", "none/report.json", cwd=below)
    assert (refused.returncode, "can't be written" in refused.stderr) == (2, True)
    run(SAME[0], "status", "acme", "--json", "report.json", cwd=below, PULUMI_BACKEND_URL=f"file://{project}")
    assert (below / "report.json").is_file()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_a_shell(shell: str, tmp_path: Path) -> None:
    answer = run(SAME[0], "--completion", shell, cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"_UMBRELLA_PSA_COMPLETE={shell}_complete" in answer.stdout


def test_bash_completes_verbs_and_options_outside_of_the_project(tmp_path: Path) -> None:
    script = """
eval "$(umbrella-psa --completion bash)"
for words in "umbrella-psa st" "umbrella-psa rotate --js"; do
  COMP_WORDS=($words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  _umbrella_psa_completion umbrella-psa; echo "${COMPREPLY[@]}"
done
"""
    done = run(["bash", "-c", script], cwd=tmp_path, PATH=f"{BIN}:{os.environ['PATH']}")
    assert (done.stdout.split(), done.stderr) == (["status", "--json"], "")
