"""How a run is told: on a terminal, in a pipe that is closed, to who wants errors only, and in every verb's files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from xml.etree.ElementTree import parse

import pytest

from simulator.remote import RemoteSimulator
from stacks.acknowledging import make_acknowledgement
from tests.engine.terminal import Terminal
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.screen import read_screen

NAMES = ("gale", "hill", "iris")
HIDDEN_CURSOR = "\x1b[?25l"


@pytest.fixture(scope="module")
def new_fleet(simulator: RemoteSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetFolder]:
    """Tenants for whom nothing is made yet: every sweep of them is drift."""
    workspace = Workspace.link_product(tmp_path_factory.mktemp("fleet"))
    stacks = {name: workspace.make_stack(simulator.company(name)) for name in NAMES}
    yield FleetFolder(workspace, stacks)
    for stack in stacks.values():
        assert stack.find_leaks() == []


@pytest.fixture
def file(new_fleet: FleetFolder) -> Path:
    path = new_fleet.workspace.project / "report"
    path.unlink(missing_ok=True)
    return path


def run_in_shell(fleet: FleetFolder, line: str) -> tuple[str, str]:
    """What a shell prints on its two outputs."""
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=fleet.workspace.project,
        env=fleet.workspace.make_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout, done.stderr


def open_terminal(fleet: FleetFolder, *arguments: str) -> Terminal:
    command = [sys.executable, "-m", "stacks", *arguments]
    return Terminal(command, fleet.workspace.project, fleet.workspace.make_environment())


def test_a_pipe_that_is_closed_ends_no_run_and_loses_no_report(new_fleet: FleetFolder, file: Path) -> None:
    line = f"python -m stacks sweep --all --jobs 1 --json {file} | head -1; echo ${{PIPESTATUS[0]}}"
    printed, complained = run_in_shell(new_fleet, line)
    first, code = printed.splitlines()
    assert "drift (create role, create permissions, create member, " in first
    assert (code, complained) == ("7", "")
    assert [row["tenant"] for row in json.loads(file.read_text(encoding="utf-8"))["rows"]] == [*NAMES]


def test_a_report_that_nobody_reads_is_told_and_the_others_are_written(new_fleet: FleetFolder, file: Path) -> None:
    line = f"python -m stacks sweep --all --quiet --json --html {file} | true; echo ${{PIPESTATUS[0]}}"
    assert run_in_shell(new_fleet, line) == (
        "1\n",
        "error: the report could not be written to standard output: Broken pipe.\n",
    )
    assert all(name in file.read_text(encoding="utf-8") for name in NAMES)


@pytest.mark.parametrize("asked", ["--help", "--completion bash"])
def test_what_is_only_to_be_read_and_is_not_ends_with_1(new_fleet: FleetFolder, asked: str) -> None:
    line = f"(sleep 1; python -m stacks {asked}) | true; echo ${{PIPESTATUS[0]}}"
    assert run_in_shell(new_fleet, line) == ("1\n", "")


def test_a_terminal_shows_who_is_at_work_and_ends_with_what_a_pipe_gets(new_fleet: FleetFolder) -> None:
    plain = new_fleet.run("sweep", "--all", "--jobs", "1", expect=7)
    hold = new_fleet.company("hill").hold("before", method="GET")
    with open_terminal(new_fleet, "sweep", "--all", "--jobs", "1") as terminal:
        assert hold.reached(60)
        terminal.wait_for("1 of 3")
        terminal.wait_for("hill  at work for ")
        amid = terminal.raw
        hold.release()
        assert terminal.wait_for_end() == 7
    assert HIDDEN_CURSOR not in terminal.raw
    lines = read_screen(amid).splitlines()
    assert max(map(len, lines[lines.index(next(line for line in lines if line.startswith("sweep "))) :])) <= 80
    assert drop_seconds(read_screen(terminal.raw)) == drop_seconds(plain)


def drop_seconds(text: str) -> list[str]:
    return re.sub(r"\d+\.\d s", "", text).strip().splitlines()


def test_ctrl_c_leaves_a_terminal_as_it_was_and_reports_what_was_seen(new_fleet: FleetFolder, file: Path) -> None:
    hold = new_fleet.company("hill").hold("before", method="GET")
    with open_terminal(new_fleet, "sweep", "--all", "--jobs", "1", "--json", str(file)) as terminal:
        assert hold.reached(60)
        terminal.wait_for("hill  at work for ")
        terminal.interrupt()
        sleep(1)  # until it has been heard
        hold.release()
        assert terminal.wait_for_end() == 8
    assert HIDDEN_CURSOR not in terminal.raw
    assert "at work" not in read_screen(terminal.raw)
    verdicts = {row["tenant"]: row["verdict"] for row in json.loads(file.read_text(encoding="utf-8"))["rows"]}
    assert (verdicts["gale"], set(verdicts)) == ("drift", {*NAMES})
    assert "stopped" in verdicts.values()


def test_who_wants_errors_only_gets_nothing_else_on_a_terminal_either(new_fleet: FleetFolder) -> None:
    with open_terminal(new_fleet, "sweep", "--all", "--quiet") as terminal:
        assert terminal.wait_for_end() == 7
    assert terminal.raw == ""


_WITHOUT_RICH = """
import sys
from stacks.cli import main
code = main(sys.argv[1:])
assert "rich" not in sys.modules
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [["sweep", "--all"], ["status", "--all"]])
def test_what_draws_on_terminals_is_not_loaded_without_one(new_fleet: FleetFolder, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_RICH, *arguments],
        cwd=new_fleet.workspace.project,
        env=new_fleet.workspace.make_environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (7 if "sweep" in arguments else 0, "")


def test_a_failure_is_told_in_the_words_of_a_cold_engine(new_fleet: FleetFolder) -> None:
    new_fleet.company("iris").add_fault("status", method="POST", path="/securityroles$", status=500, times=9)
    (sentence,) = new_fleet.report("up", "iris", expect=1)["iris"]["sentences"]
    assert sentence.startswith("the site failed at POST /system/securityroles (HTTP 500")
    cold = new_fleet.stacks["iris"].up(expect=1)
    assert f"error: Exception calling application: {sentence}\n" in cold.text


@pytest.mark.parametrize(
    ("verb", "code", "tested"),
    [("status", 0, ("3", "0", "0")), ("orphans", 0, ("3", "0", "0")), ("check", 0, ("3", "0", "0"))],
)
def test_every_verb_over_tenants_reports_in_each_way(
    new_fleet: FleetFolder, file: Path, verb: str, code: int, tested: tuple[str, ...]
) -> None:
    page = file.with_name("page.html")
    printed = new_fleet.run(verb, "--all", "--quiet", "--junit", str(file), "--html", str(page), expect=code)
    assert printed == ""
    suite = parse(file).getroot()
    assert tuple(suite.get(name) for name in ("tests", "failures", "errors")) == tested
    assert [case.get("name") for case in suite] == [*NAMES]
    assert f"<h1>umbrella-psa {verb}</h1>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("ci", ["", "true"], ids=["by a person", "in CI"])
def test_the_command_for_a_made_key_asks_for_both_halves_and_hides_the_private_one(
    new_fleet: FleetFolder, ci: str
) -> None:
    """Unless `CI` is set, the engine first asks the terminal for its colours, and waits five seconds for the answer."""
    command = make_acknowledgement("gale", "ApiKey").rpartition(" && ")[0]
    stack = new_fleet.stacks["gale"]
    place = new_fleet.workspace
    with Terminal(["bash", "-c", command], place.project, {**place.make_environment(), "CI": ci}) as terminal:
        terminal.wait_for("Enter the Public Key, then the Private Key:")
        terminal.answer_by_keys("value: ", "PublicHalf")
        terminal.answer_by_keys("value: ", "PrivateHalf")
        assert terminal.wait_for_end() == 0
    assert "PrivateHalf" not in terminal.raw
    settings = (place.project / "stacks" / "Pulumi.gale.yaml").read_text(encoding="utf-8")
    assert "connectwise:manualPublicKey: PublicHalf" in settings
    assert re.search(r"connectwise:manualPrivateKey:\n\s+secure: ", settings)
    stack.unset("connectwise:manualPublicKey", "connectwise:manualPrivateKey")
