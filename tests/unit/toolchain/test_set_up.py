"""The command itself, as the Makefile runs it: a real environment, and an engine that is on the machine already."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.toolchain.machine import ROOT, Machine, is_gone, write_script
from toolchain import environment, stamp
from toolchain.engine_files import NAMES
from toolchain.errors import SetupError
from toolchain.lock import hold_lock


def run(machine: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """python -m toolchain, on the machine, with git and no packages to install."""
    nothing = machine.folder / "nothing.txt"
    nothing.touch()
    command = [
        sys.executable,
        "-m",
        "toolchain",
        "--venv",
        str(machine.venv),
        "--requirements",
        str(nothing),
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def test_first_run_second_run_and_repair(machine: Machine) -> None:
    write_script(machine.on_path / "git", "#!/bin/sh\n")
    machine.engine(machine.place / "bin")
    (machine.venv / "bin").rmdir()

    first = run(machine)

    assert first.returncode == 0, first.stderr
    assert {os.readlink(machine.venv / "bin" / name) for name in NAMES} == {
        str(machine.place / "bin" / name) for name in NAMES
    }

    before = time.monotonic()
    second = run(machine)

    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert time.monotonic() - before < 1

    # the home folder was cleaned, then an engine was put on PATH
    machine.place.rename(machine.folder / "gone")
    machine.engine(machine.on_path)
    third = run(machine)

    assert third.returncode == 0, third.stderr
    assert os.readlink(machine.venv / "bin" / "pulumi") == str(machine.on_path / "pulumi")
    assert "making the virtual environment" not in third.stdout


def test_a_moved_environment_is_made_anew(machine: Machine) -> None:
    # what is inside an environment names its own place
    write_script(machine.venv / "bin" / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (machine.venv / "bin" / "activate").write_text(f'VIRTUAL_ENV="{machine.venv}"\n', encoding="utf-8")
    moved = machine.venv.with_name("moved")
    before = stamp.compute_fingerprint(ROOT, ROOT / "requirements.txt", machine.venv)

    assert environment.is_sound(machine.venv)

    machine.venv.rename(moved)

    assert not environment.is_sound(moved)
    assert stamp.compute_fingerprint(ROOT, ROOT / "requirements.txt", moved) != before


def test_being_told_to_end_takes_pip_along(machine: Machine) -> None:
    write_script(machine.on_path / "git", "#!/bin/sh\n")
    (machine.venv / "bin" / "activate").write_text(f'VIRTUAL_ENV="{machine.venv}"\n', encoding="utf-8")
    # a sound environment, whose pip takes long
    pid = machine.folder / "pid"
    write_script(
        machine.venv / "bin" / "python", f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho $$ >"{pid}"\nexec sleep 60\n'
    )
    command = [sys.executable, "-m", "toolchain", "--venv", str(machine.venv)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 30
        while not (pid.exists() and pid.read_text(encoding="utf-8").endswith("\n")) and time.monotonic() < until:
            time.sleep(0.02)
        process.terminate()
        _, words = process.communicate(timeout=30)

    assert (process.returncode, words) == (130, "set-up: interrupted; run it again, it goes on from what is finished\n")
    assert is_gone(int(pid.read_text(encoding="utf-8")))


def test_without_git(machine: Machine) -> None:
    answer = run(machine)

    assert answer.returncode == 1
    assert answer.stderr == "set-up: git is missing; on Debian or Ubuntu: apt-get install git\n"


def test_what_is_not_an_environment_is_left_alone(machine: Machine) -> None:
    (machine.venv / "letters").touch()

    with pytest.raises(SetupError, match="exists and is not a virtual environment; move it away"):
        environment.make(machine.venv)

    assert (machine.venv / "letters").exists()


def test_a_python_without_the_venv_module(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    # what Debian's python3 looks like without python3-venv
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(SetupError, match=r"the venv module of .* is missing; .* apt-get install python3-venv"):
        environment.make(machine.venv.with_name("other"))


def test_links_replace_what_was_there(machine: Machine) -> None:
    (machine.venv / "bin" / "pulumi").write_text("older", encoding="utf-8")
    folder = machine.engine(machine.folder / "opt")

    environment.link(machine.venv, folder)
    environment.link(machine.venv, folder)

    assert sorted(file.name for file in (machine.venv / "bin").iterdir()) == sorted(NAMES)
    assert (machine.venv / "bin" / "pulumi").resolve() == (folder / "pulumi").resolve()


def test_the_stamp_follows_the_content(machine: Machine, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "toolchain" / "go" / "pulumi").mkdir(parents=True)
    names = [
        "requirements.txt",
        "requirements-dev.txt",
        "constraints.txt",
        "toolchain/a.py",
        "toolchain/go/pulumi/go.sum",
    ]
    for name in names:
        (root / name).write_text("one", encoding="utf-8")
    requirements = root / "requirements.txt"
    seen = {
        stamp.compute_fingerprint(root, requirements, machine.venv),
        stamp.compute_fingerprint(root, root / "requirements-dev.txt", machine.venv),
    }
    for name in names:
        (root / name).write_text("two", encoding="utf-8")
        seen.add(stamp.compute_fingerprint(root, requirements, machine.venv))
    (machine.venv / "bin" / "python").symlink_to(sys.executable)
    seen.add(stamp.compute_fingerprint(root, requirements, machine.venv))

    assert len(seen) == 2 + len(names) + 1

    stamp.write(machine.venv, "value")
    assert stamp.matches(machine.venv, "value")
    assert not stamp.matches(machine.venv, "other")
    stamp.remove(machine.venv)
    assert not stamp.matches(machine.venv, "value")


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
