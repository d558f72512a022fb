"""Where the engine comes from: the three ways in their order, on made-up machines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.toolchain.machine import ROOT, VERSION, Machine
from toolchain.engine import ensure_engine
from toolchain.engine_files import NAMES, find_flaw
from toolchain.errors import SetupError


def get(machine: Machine) -> Path:
    return ensure_engine(VERSION, machine.home, machine.venv, ROOT)


def test_the_one_on_path_comes_first(machine: Machine) -> None:
    machine.engine(machine.on_path)
    machine.engine(machine.place / "bin")
    machine.download_works()

    assert get(machine) == machine.on_path
    assert machine.calls == []


def test_a_link_on_path_leads_to_its_companions(machine: Machine) -> None:
    kept = machine.engine(machine.folder / "opt" / "pulumi")
    (machine.on_path / "pulumi").symlink_to(kept / "pulumi")

    assert get(machine) == kept


def test_an_activated_environment_is_not_linked_to_itself(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{machine.venv / 'bin'}{os.pathsep}{machine.on_path}")
    machine.engine(machine.venv / "bin")
    machine.engine(machine.place / "bin")

    assert get(machine) == machine.place / "bin"


def test_the_one_in_the_home_folder_comes_second(machine: Machine) -> None:
    machine.engine(machine.on_path, version="3.254.0")
    machine.engine(machine.place / "bin")
    machine.download_works()

    assert get(machine) == machine.place / "bin"
    assert machine.calls == []


def test_the_archive_comes_third(machine: Machine) -> None:
    machine.download_works()
    machine.go()

    assert get(machine) == machine.place / "bin"
    assert find_flaw(machine.place / "bin", VERSION) is None
    assert machine.calls == ["download"]


def test_the_build_comes_last(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.download_is_refused()
    machine.go()

    assert get(machine) == machine.place / "bin"
    assert find_flaw(machine.place / "bin", VERSION) is None
    assert machine.calls == [
        "download",
        "pulumi: go env",
        "pulumi: go build",
        "pulumi-language-python: go build",
        "pulumi: go list",
    ]
    assert "set-up: no archive: refused by the site\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["missing", "empty", "not executable"])
def test_an_incomplete_version_is_replaced_and_kept_aside(machine: Machine, name: str, damage: str) -> None:
    file = machine.engine(machine.place / "bin") / name
    if damage == "missing":
        file.unlink()
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        file.chmod(0o644)
    (machine.place / "mine").touch()
    machine.download_works()

    assert get(machine) == machine.place / "bin"
    assert find_flaw(machine.place / "bin", VERSION) is None
    assert (machine.versions / f"{VERSION}.incomplete" / "mine").exists()


def test_a_command_that_does_not_start_is_not_accepted(machine: Machine) -> None:
    (machine.engine(machine.place / "bin") / "pulumi").write_text("#!/nowhere/sh\n", encoding="utf-8")

    assert find_flaw(machine.place / "bin", VERSION) == "its version is unknown"


def test_leftovers_of_a_killed_set_up_are_removed(machine: Machine) -> None:
    leftover = machine.versions / f".{VERSION}.new" / "bin" / "leftover"
    leftover.parent.mkdir(parents=True)
    leftover.touch()
    machine.download_is_refused()
    machine.go()

    get(machine)

    assert sorted(file.name for file in (machine.place / "bin").iterdir()) == sorted(NAMES)


@pytest.mark.parametrize(
    ("version", "found"),
    [("go1.19", "go1.19"), ("go1.25.11", "go1.25.11"), ("devel", "a go that does not tell its version")],
)
def test_a_go_that_is_too_old(machine: Machine, version: str, found: str) -> None:
    machine.download_is_refused()
    machine.go(version)

    with pytest.raises(SetupError) as caught:
        get(machine)

    assert str(caught.value) == (
        f"Go 1.26 or newer is needed to build Pulumi {VERSION} because the official archive could not be had "
        f"(refused by the site): found {found}; install Go from https://go.dev/dl/, or put pulumi {VERSION} on PATH"
    )
    assert not machine.place.exists()


def test_no_go_at_all(machine: Machine) -> None:
    machine.download_is_refused()

    with pytest.raises(SetupError, match="found no go on PATH"):
        get(machine)


def test_a_failed_build_names_its_words_and_its_log(machine: Machine) -> None:
    machine.download_is_refused()
    machine.go(build="echo noise >&2; echo no space left >&2; exit 1")

    with pytest.raises(SetupError) as caught:
        get(machine)

    log = machine.versions / f"{VERSION}.log"
    assert str(caught.value) == f"go build of pulumi failed: no space left; all of its words are in {log}"
    assert "noise\n" in log.read_text(encoding="utf-8")
    assert not machine.place.exists()


def test_an_archive_without_all_four_files_is_not_put_in_place(machine: Machine) -> None:
    machine.download('mkdir -p "$3/bin"')

    with pytest.raises(SetupError, match=r"is not complete: pulumi, .* missing"):
        get(machine)

    assert not machine.place.exists()


def test_two_set_ups_at_once_make_one_engine(machine: Machine) -> None:
    machine.download_is_refused()
    machine.go(build="sleep 2")
    program = (
        "import sys; from pathlib import Path; from toolchain.engine import ensure_engine; "
        "ensure_engine(sys.argv[1], *map(Path, sys.argv[2:]))"
    )
    command = [sys.executable, "-c", program, VERSION, str(machine.home), str(machine.venv), str(ROOT)]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert machine.calls.count("download") == 1
    assert sum(f"another set-up is making pulumi {VERSION}; waiting for it" in output for output in outputs) == 1
