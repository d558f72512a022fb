"""The files that have to repeat a version agree with the one that pins it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.toolchain.machine import ROOT, VERSION
from toolchain.errors import SetupError
from toolchain.requirements import read_pulumi_version, read_requirements

MODULES = ROOT / "toolchain" / "go"


def test_the_command_and_the_sdk_are_of_the_pinned_version() -> None:
    text = (MODULES / "pulumi" / "go.mod").read_text(encoding="utf-8")

    assert re.findall(r"pulumi/pulumi/(?:pkg|sdk)/v3 (v\S+)", text) == [f"v{VERSION}", f"v{VERSION}"]


@pytest.mark.parametrize("name", ["pulumi", "pulumi-language-python"])
def test_every_module_has_its_checksums(name: str) -> None:
    # replaced modules are summed under the name of what replaces them
    text = (MODULES / name / "go.mod").read_text(encoding="utf-8")
    replaced = set(re.findall(r"^replace (\S+) =>", text, re.MULTILINE))
    needed = {pair for pair in re.findall(r"^(?:require )?\t?(\S+) (v\S+)(?: // indirect)?$", text, re.MULTILINE)}
    sums = (MODULES / name / "go.sum").read_text(encoding="utf-8")

    assert needed
    assert [
        f"{module} {version}"
        for module, version in sorted(needed)
        if module not in replaced and f"{module} {version}" not in sums
    ] == []


def test_all_modules_ask_for_the_same_go() -> None:
    files = list(MODULES.glob("*/go.mod"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("go ")]

    assert len(lines) == len(files) >= 2
    assert len(set(lines)) == 1


def test_every_requirement_is_exact_and_is_the_constraint() -> None:
    constraints = set(read_requirements(ROOT / "constraints.txt"))

    assert [line for line in read_requirements(ROOT / "requirements-dev.txt") if line not in constraints] == []
    assert [line for line in constraints if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-simulator.txt", "requirements-dev.txt"])
def test_every_install_uses_the_constraints(name: str) -> None:
    assert "-c constraints.txt" in (ROOT / name).read_text(encoding="utf-8").splitlines()


def test_comments_and_included_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# words\n-c c.txt\n-r b.txt\n\none==1  # why\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("two==2\n", encoding="utf-8")

    assert read_requirements(tmp_path / "a.txt") == ["two==2", "one==1"]


@pytest.mark.parametrize("line", ["pulumi>=3.255.0", "pulumi-random==1.0.0", ""])
def test_a_loose_pin_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"{line}\n", encoding="utf-8")

    with pytest.raises(SetupError, match=r"no exact pin of pulumi in .*requirements\.txt"):
        read_pulumi_version(tmp_path)


def test_an_older_python_is_told() -> None:
    older = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import toolchain"
    answer = subprocess.run([sys.executable, "-c", older], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 1
    assert answer.stderr.startswith("set-up: Python 3.11 or newer is needed: found 3.9.2 (")
