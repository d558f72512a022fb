"""Where the tests' real servers and commands come from, on made-up machines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.toolchain.machine import Machine, write_script
from toolchain import parts
from toolchain.errors import SetupError
from toolchain.parts import AGE, MODULES, PARTS, VAULT, Part, find_part, get_cache, have, main


@pytest.fixture(autouse=True)
def no_cache_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)


@pytest.mark.parametrize(("part", "command"), [(VAULT, "vault"), (VAULT, "bao"), (AGE, "age"), (AGE, "rage")])
def test_the_one_on_path_comes_first(machine: Machine, part: Part, command: str) -> None:
    write_script(machine.on_path / command, "#!/bin/sh\n")
    machine.go()

    assert have(part, machine.home) == machine.on_path / command
    assert machine.calls == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_else_it_is_built_once(machine: Machine, part: Part, capsys: pytest.CaptureFixture[str]) -> None:
    machine.go()

    built = have(part, machine.home)

    assert built == machine.home / ".cache" / "umbrella-psa" / f"{part.name}-{part.version()}" / part.name
    assert find_part(part, machine.home) == have(part, machine.home) == built
    assert machine.calls == ["pulumi: go env", f"{part.name}: go build"]
    assert f"set-up: building {part.name} {part.version()} for the tests with go1.26.8" in capsys.readouterr().out


def test_another_cache_may_be_named(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine.folder / "elsewhere"))

    assert get_cache(machine.home) == machine.folder / "elsewhere" / "umbrella-psa"


def test_nothing_is_found_where_nothing_is(machine: Machine) -> None:
    assert [find_part(part, machine.home) for part in PARTS] == [None, None]


def test_leftovers_of_a_killed_build_are_removed(machine: Machine) -> None:
    machine.go()
    left = get_cache(machine.home) / f".age-{AGE.version()}.new" / "half"
    left.parent.mkdir(parents=True)
    left.touch()

    assert [file.name for file in have(AGE, machine.home).parent.iterdir()] == ["age"]


def test_no_go(machine: Machine) -> None:
    with pytest.raises(SetupError) as caught:
        have(VAULT, machine.home)

    assert str(caught.value) == (
        f"Go 1.26 or newer is needed to build vault {VAULT.version()} for the tests: found no go on PATH; "
        "install Go from https://go.dev/dl/, or put vault or bao on PATH"
    )


def test_a_failed_build_names_its_words_and_its_log(machine: Machine) -> None:
    machine.go(build="echo no space left >&2; exit 1")

    with pytest.raises(
        SetupError, match=r"go build of age failed: no space left; all of its words are in .*age-.*\.log"
    ):
        have(AGE, machine.home)

    assert find_part(AGE, machine.home) is None


def test_the_command_makes_all_of_them(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 1
    assert capsys.readouterr().err.startswith("set-up: Go 1.26 or newer is needed to build vault")
    machine.go()
    assert main() == 0
    assert all(find_part(part, machine.home) for part in PARTS)


def test_an_interruption_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(part: Part, home: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(parts, "have", interrupt)
    assert main() == 130


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_part_is_pinned_with_its_checksum(part: Part) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", part.version())
    sums = (MODULES / part.name / "go.sum").read_text(encoding="utf-8")
    assert f"{part.module} v{part.version()} h1:" in sums


def test_a_part_without_a_pin_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.folder / "age").mkdir()
    (machine.folder / "age" / "go.mod").write_text("module x\n", encoding="utf-8")
    monkeypatch.setattr(parts, "MODULES", machine.folder)

    with pytest.raises(SetupError, match=r"no pin of filippo.io/age in toolchain/go/age/go\.mod"):
        AGE.version()
