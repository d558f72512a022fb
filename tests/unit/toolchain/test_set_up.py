"""The set-up itself, with the real uv, and an engine that is on the machine already."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.toolchain.clone import UV, Clone
from tests.unit.toolchain.index import make_wheel
from tests.unit.toolchain.machine import ROOT, Machine, is_gone, write_script
from toolchain import environment
from toolchain.__main__ import set_up
from toolchain.engine_files import NAMES
from toolchain.errors import SetupError
from toolchain.lock import hold_lock

PROGRAM = """
import sys
from pathlib import Path
from toolchain.__main__ import set_up
from toolchain.errors import run_reporting
venv, home, root = map(Path, sys.argv[1:])
sys.exit(run_reporting(lambda: set_up(venv, [], home, root)))
"""


def run(clone: Clone) -> subprocess.CompletedProcess[str]:
    """Set the clone up, as a process of its own."""
    arguments = [str(path) for path in (clone.venv, clone.machine.home, clone.root)]
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def list_links(clone: Clone) -> set[Path]:
    """The folders that the engine's links lead to."""
    return {Path(os.readlink(clone.venv / "bin" / name)).parent for name in NAMES}


@pytest.fixture
def mirrored(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """The clone, on a machine that has its packages from a mirror."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", clone.index.url)
    return clone


def test_first_run_second_run_and_repair(mirrored: Clone) -> None:
    machine = mirrored.machine
    first = run(mirrored)

    assert first.returncode == 0, first.stderr
    assert list_links(mirrored) == {machine.place / "bin"}
    assert subprocess.run([mirrored.venv / "bin" / "python", "-c", "import little"]).returncode == 0

    asked = len(mirrored.index.asked)
    before = time.monotonic()
    second = run(mirrored)

    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert (len(mirrored.index.asked), time.monotonic() - before < 20) == (asked, True)

    # the home folder was cleaned, then an engine was put on PATH; a package was changed by hand
    machine.place.rename(machine.folder / "gone")
    machine.engine(machine.on_path)
    subprocess.run(
        [UV, "pip", "uninstall", "--quiet", "--python", mirrored.venv / "bin" / "python", "little"], check=True
    )
    third = run(mirrored)

    assert third.returncode == 0, third.stderr
    assert list_links(mirrored) == {machine.on_path}
    assert "making the virtual environment" not in third.stdout
    assert subprocess.run([mirrored.venv / "bin" / "python", "-c", "import little"]).returncode == 0


def test_a_moved_environment_is_made_anew(mirrored: Clone) -> None:
    # what is inside an environment names its own place
    run(mirrored)
    assert environment.is_sound(mirrored.venv)
    moved = mirrored.venv.with_name("moved")
    mirrored.venv.rename(moved)

    assert not environment.is_sound(moved)


def test_being_told_to_end_takes_uv_along(mirrored: Clone) -> None:
    # a uv whose work takes long
    pid = mirrored.machine.folder / "pid"
    (mirrored.machine.on_path / "uv").unlink()
    words = f'case "$1" in --version) exec "{UV}" --version;; esac\necho $$ >"{pid}"\nexec sleep 60\n'
    write_script(mirrored.machine.on_path / "uv", f"#!/bin/sh\n{words}")
    arguments = [str(path) for path in (mirrored.venv, mirrored.machine.home, mirrored.root)]
    command = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 30
        while not (pid.exists() and pid.read_text(encoding="utf-8").endswith("\n")) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.5)  # a signal between the start of a process and the wait for it is another story
        process.terminate()
        _, spoken = process.communicate(timeout=30)

    assert (process.returncode, spoken) == (
        130,
        "set-up: interrupted; run it again, it goes on from what is finished\n",
    )
    assert is_gone(int(pid.read_text(encoding="utf-8")))


def test_without_git(mirrored: Clone) -> None:
    (mirrored.machine.on_path / "git").unlink()
    answer = run(mirrored)

    assert (answer.returncode, answer.stderr) == (
        1,
        "set-up: git is missing; on Debian or Ubuntu: apt-get install git\n",
    )


def test_no_network_leaves_no_environment_behind(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    for settings in ({}, {"UV_DEFAULT_INDEX": "http://someone:secret@127.0.0.1:9/simple"}):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        answer = run(clone)

        assert answer.returncode == 1
        assert answer.stderr.startswith("set-up: the packages could not be fetched (Failed to fetch: ")
        assert "Connection refused" in answer.stderr
        assert answer.stderr.endswith(
            "); PyPI, or the mirror that UV_DEFAULT_INDEX or PIP_INDEX_URL names, must be reachable; then run again\n"
        )
        assert (answer.stderr.count("\n"), "secret" in answer.stderr) == (1, False)
        assert not clone.venv.exists()


def test_a_package_with_another_hash_is_refused(mirrored: Clone) -> None:
    mirrored.index.add("little", "1.0", make_wheel("little", "1.0", {"little.py": "SIZE = 2\n"}))
    answer = run(mirrored)

    assert answer.stderr == (
        "set-up: the packages could not be fetched (Hash mismatch for `little==1.0`); "
        "the index serves something else than what uv.lock pins; set UV_DEFAULT_INDEX to another\n"
    )
    assert not mirrored.venv.exists()


def test_a_refused_package_leaves_an_environment_as_it_was(mirrored: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    run(mirrored)
    python = mirrored.venv / "bin" / "python"
    subprocess.run([UV, "pip", "uninstall", "--quiet", "--python", python, "little"], check=True)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(mirrored.machine.folder / "another cache"))
    answer = run(mirrored)

    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert environment.is_sound(mirrored.venv)


def test_a_lock_that_does_not_fit_is_told_before_anything_is_made(mirrored: Clone) -> None:
    # a bump of the project's own version is such a change
    mirrored.write(version="1.1")
    answer = run(mirrored)

    assert (answer.returncode, answer.stderr) == (
        1,
        "set-up: uv.lock does not fit pyproject.toml; after a change of either (the project's own version is one): "
        "python3 -m toolchain.pins, else restore both from git\n",
    )
    assert not mirrored.venv.exists()


def test_what_is_not_an_environment_is_left_alone(mirrored: Clone) -> None:
    mirrored.venv.mkdir()
    (mirrored.venv / "letters").touch()

    with pytest.raises(SetupError, match="exists and is not a virtual environment; move it away"):
        set_up(mirrored.venv, [], mirrored.machine.home, mirrored.root)

    assert (mirrored.venv / "letters").exists()


def test_links_replace_what_was_there(machine: Machine) -> None:
    (machine.venv / "bin" / "pulumi").write_text("older", encoding="utf-8")
    folder = machine.engine(machine.folder / "opt")

    environment.link(machine.venv, folder)
    environment.link(machine.venv, folder)

    assert sorted(file.name for file in (machine.venv / "bin").iterdir()) == sorted(NAMES)
    assert (machine.venv / "bin" / "pulumi").resolve() == (folder / "pulumi").resolve()


def test_the_lock_waits_and_says_so(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from toolchain.lock import hold_lock

with hold_lock(Path(sys.argv[1]), "waiting"):
    print("in")
"""
    file = tmp_path / "folder" / "lock"
    with hold_lock(file, "unused"):
        other = subprocess.Popen(
            [sys.executable, "-c", program, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert other.stdout is not None
        assert other.stdout.readline() == "set-up: waiting\n"
        assert other.poll() is None

    assert other.communicate(timeout=10)[0] == "in\n"
    assert other.returncode == 0
