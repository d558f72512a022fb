"""`new --from` a file: cut off and gone on with, and one salt for all that share a passphrase."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from simulator.remote import Company
from tests.engine.newcomer import Newcomer
from tests.engine.workspace import PASSPHRASE, ROOT, Workspace

FILE = "PULUMI_CONFIG_PASSPHRASE_FILE"


@pytest.fixture
def newcomers(workspace: Workspace, company: Callable[..., Company], tmp_path: Path) -> Iterator[list[Newcomer]]:
    made = []
    for number in range(2):
        folder = tmp_path / f"of-{number}"
        folder.mkdir()
        made.append(Newcomer(workspace, company(), folder))
    yield made
    for one in made:
        assert one.find_leaks() == []


def write_table(file: Path, tenants: list[Newcomer], **instead: str) -> Path:
    """A line each; `instead` uses `__` for the colon."""
    lines = []
    for tenant in tenants:
        options = tenant.list_plain(**instead)[1::2] + tenant.write_secret_files()[1::2]
        lines.append({"tenant": tenant.name, **dict(option.split("=", 1) for option in options)})
    with open(file, "w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, list(lines[0]))
        table.writeheader()
        table.writerows(lines)
    return file


def make_many(tenants: list[Newcomer], table: Path, *, python: str = "python", **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [python, "-m", "stacks", "new", "--from", str(table), "--yes"],
        cwd=tenants[0].workspace.project,
        env=tenants[0].make_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    for tenant in tenants:
        tenant.seen.append(done.stdout + done.stderr)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def write_deadly_engine(folder: Path, tenant: Newcomer) -> str:
    """A virtual environment like ours, in which whoever makes this tenant's stack dies right before it is made."""
    real = shutil.which("pulumi", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    programs = folder / "venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("lib", "pyvenv.cfg"):
        (folder / "venv" / name).symlink_to(ROOT / ".venv" / name)
    (programs / "python").symlink_to(ROOT / ".venv" / "bin" / "python")
    here = f'[ "$PULUMI_BACKEND_URL" = "{tenant.workspace.backend_url}" ]'
    script = (
        f'#!/bin/sh\ncase "$*" in *"stack init {tenant.name} "*) if {here}; then kill -9 $PPID; exit 1; fi;; esac\n'
    )
    (programs / "pulumi").write_text(f'{script}exec {real} "$@"\n', encoding="utf-8")
    (programs / "pulumi").chmod(0o755)
    return str(programs / "python")


def read_salt(tenant: Newcomer) -> str:
    return str(yaml.safe_load(tenant.file.read_text(encoding="utf-8"))["encryptionsalt"])


def read_with_engine(tenant: Newcomer, **environment: str) -> dict[str, str]:
    """What `pulumi` itself decrypts."""
    done = subprocess.run(
        ["pulumi", "config", "-s", tenant.name, "--show-secrets", "--json"],
        cwd=tenant.workspace.project,
        env=tenant.make_environment(**environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return {key: entry["value"] for key, entry in json.loads(done.stdout).items()}


def test_killed_between_file_and_stack_the_same_again_finishes_and_leaves_the_others(
    newcomers: list[Newcomer], tmp_path: Path
) -> None:
    first, second = newcomers
    table = write_table(tmp_path / "tenants.csv", newcomers)
    code, _ = make_many(newcomers, table, python=write_deadly_engine(tmp_path, second))
    assert code == -9
    assert first.is_whole()
    assert (second.file.exists(), second.name in second.list_stacks()) == (True, False)
    before = first.file.read_bytes()

    code, text = make_many(newcomers, table)
    assert code == 0, text
    assert f"{first.name}: is there already and is left as it is." in text
    assert f"{second.name}: is there already" not in text
    assert second.is_whole()
    assert first.file.read_bytes() == before
    assert second.company.secrets().items() <= read_with_engine(second).items()
    assert second.file.stat().st_mode & 0o777 == 0o600
    assert [*(second.workspace.project / "stacks").glob("*.twin")] == []


def test_a_file_that_was_left_is_not_taken_up_for_other_settings_nor_once_somebody_changed_it(
    newcomers: list[Newcomer], tmp_path: Path
) -> None:
    tenant = newcomers[1]
    table = write_table(tmp_path / "tenants.csv", [tenant])
    assert make_many([tenant], table, python=write_deadly_engine(tmp_path, tenant))[0] == -9
    left = tenant.file.read_bytes()
    other = write_table(tmp_path / "other.csv", [tenant], roleName="Another")
    code, text = make_many([tenant], other)
    assert code == 1
    assert "differs from what is given in umbrella-psa:roleName" in text
    assert tenant.file.read_bytes() == left

    tenant.file.write_bytes(b"# mine\n" + left)  # in its place: it keeps its other name
    code, text = make_many([tenant], table)
    assert (code, tenant.file.read_bytes()) == (1, b"# mine\n" + left)
    assert "is there already, without a stack" in text
    tenant.file.unlink()
    assert make_many([tenant], table)[0] == 0
    assert tenant.is_whole()

    whole = tenant.file.read_bytes()
    code, text = make_many([tenant], table, PULUMI_BACKEND_URL=f"{tmp_path.as_uri()}?metadata=skip")
    assert (code, tenant.file.read_bytes()) == (1, whole), "its stack is in another backend"
    assert "is there already, without a stack" in text


def test_tenants_that_share_a_passphrase_share_a_salt_and_the_engine_opens_each(
    newcomers: list[Newcomer], tmp_path: Path
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(f"  of a file, {PASSPHRASE}\n\n", encoding="utf-8")
    by_file = {"PULUMI_CONFIG_PASSPHRASE": "", FILE: str(passphrase)}
    code, text = make_many(newcomers, write_table(tmp_path / "tenants.csv", newcomers), **by_file)
    assert code == 0, text
    first, second = newcomers
    assert read_salt(first) == read_salt(second)
    for tenant in newcomers:
        assert tenant.company.secrets().items() <= read_with_engine(tenant, **by_file).items()
        # By its words, too: the engine trims what a file holds, and so do we.
        by_words = {"PULUMI_CONFIG_PASSPHRASE": f"of a file, {PASSPHRASE}"}
        assert tenant.company.secrets().items() <= read_with_engine(tenant, **by_words).items()
    swept = subprocess.run(
        ["python", "-m", "stacks", "sweep", first.name, second.name],
        cwd=first.workspace.project,
        env=first.make_environment(**by_file),
        capture_output=True,
        text=True,
        check=False,
    )
    assert swept.returncode == 7, swept.stdout + swept.stderr
    assert "2 drift" in swept.stdout
