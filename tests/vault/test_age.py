"""Files encrypted with age: written by pyrage, opened by the age (or rage) command."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from providers.core.errors import Conflict, ProviderError, SettingError
from providers.vault.age import AgeFile
from tests.unit.toolchain.machine import ROOT
from tests.vault.locations import AgePlace
from tests.vault.run import Run, get_fields, make_args, make_escrow


def get_mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_only_its_owner_may_read_the_file_whatever_was_there_before(age_place: AgePlace) -> None:
    old = os.umask(0)
    try:
        state = Run(age_place.settings).up(None, make_args(age_place.settings, 1))
        age_place.file.chmod(0o644)
        Run(age_place.settings).up(state, make_args(age_place.settings, 2))
    finally:
        os.umask(old)
    files = sorted(age_place.file.parent.iterdir())
    assert [file.name for file in files] == ["acme.age", "acme.age.json"]
    assert [get_mode(file) for file in files] == [0o600, 0o600]


def test_what_stands_beside_says_nothing_of_the_private_key(age_place: AgePlace) -> None:
    args = make_args(age_place.settings)
    state = Run(age_place.settings).up(None, args)
    about = json.loads(age_place.file.with_name("acme.age.json").read_text(encoding="utf-8"))
    assert about == {
        "managedBy": "umbrella-psa",
        "sha256": state.version,
        "form": "json",
        "tenant": "acme",
        "companyId": "Acme",
        "keyId": "401",
        "generation": state.generation,
        "fingerprint": state.fingerprint,
    }


def test_another_recipient_is_no_replacement_but_a_new_file(age_place: AgePlace, tmp_path: Path) -> None:
    state = Run(age_place.settings).up(None, make_args(age_place.settings, on_destroy="delete"))
    other = pyrage.x25519.Identity.generate()
    (tmp_path / "other").write_text(f"{other}\n", encoding="utf-8")
    both = f"{age_place.url}&recipient={other.to_public()}"
    settings = age_place.settings.model_copy(update={"url": both})
    args = make_args(settings, on_destroy="delete")
    assert args.place == state.place
    after = Run(settings).up(state, args)
    for identity in (age_place.identity, tmp_path / "other"):
        command = [str(age_place.command), "--decrypt", "-i", str(identity), str(age_place.file)]
        assert json.loads(subprocess.run(command, check=True, capture_output=True).stdout) == get_fields(args)
    assert Run(settings).preview(after, args) == []


def test_who_is_no_recipient_can_not_open_it(age_place: AgePlace, tmp_path: Path) -> None:
    Run(age_place.settings).up(None, make_args(age_place.settings))
    (tmp_path / "stranger").write_text(f"{pyrage.x25519.Identity.generate()}\n", encoding="utf-8")
    command = [str(age_place.command), "--decrypt", "-i", str(tmp_path / "stranger"), str(age_place.file)]
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_a_label_of_another_file_counts_for_nothing(age_place: AgePlace) -> None:
    args = make_args(age_place.settings)
    state = Run(age_place.settings).up(None, args)
    beside = age_place.file.with_name("acme.age.json")
    for text in ("not json", "[]", json.dumps({"sha256": "of another"})):
        beside.write_text(text, encoding="utf-8")
        seen = Run(age_place.settings).vaults.open(age_place.url).describe()
        assert seen and seen.label is None
        assert Run(age_place.settings).preview(state, args) == []
    beside.unlink()
    assert Run(age_place.settings).preview(state, args) == []


_KILLED = """
import os, sys
sys.path.insert(0, {root!r})
from tests.vault.run import make_args, make_escrow
from providers.vault.age import AgeFile
from providers.vault.connection import VaultSettings
real, left = os.replace, int(sys.argv[3])
def replace(new, old):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    real(new, old)
os.replace = replace
AgeFile(sys.argv[1]).put(make_escrow(make_args(VaultSettings(url=sys.argv[1]), 2)), sys.argv[2])
"""


@pytest.mark.parametrize("replaced", [0, 1])
def test_a_process_killed_while_it_writes_leaves_the_old_file_whole(age_place: AgePlace, replaced: int) -> None:
    old, new = make_args(age_place.settings, 1), make_args(age_place.settings, 2)
    state = Run(age_place.settings).up(None, old)
    program = _KILLED.format(root=str(ROOT))
    command = [sys.executable, "-c", program, age_place.url, state.version, str(replaced)]
    assert subprocess.run(command, cwd=ROOT).returncode == 9
    assert age_place.list_values() == [get_fields(old)]
    assert Run(age_place.settings).preview(state, old) == []
    after = Run(age_place.settings).up(state, new)
    assert age_place.list_values() == [get_fields(new)]
    assert Run(age_place.settings).preview(after, new) == []


def test_two_writers_come_one_after_the_other(age_place: AgePlace) -> None:
    first, second = AgeFile(age_place.url), AgeFile(age_place.url)
    first.put(make_escrow(make_args(age_place.settings, 1)), "")
    with pytest.raises(Conflict):
        second.put(make_escrow(make_args(age_place.settings, 2)), "")


def test_what_somebody_else_wrote_is_not_removed(age_place: AgePlace) -> None:
    vault = AgeFile(age_place.url)
    vault.delete_version("nothing there")
    version = vault.put(make_escrow(make_args(age_place.settings)), "")
    vault.delete_version("of another")
    assert age_place.file.exists()
    vault.delete_version(version)
    assert list(age_place.file.parent.iterdir()) == []


def test_a_folder_that_is_not_there_is_no_deletion(age_place: AgePlace) -> None:
    """Such as a share that is not mounted."""
    args = make_args(age_place.settings)
    state = Run(age_place.settings).up(None, args)
    away = age_place.file.parent.rename(age_place.file.parent.with_name("away"))
    vault = Run(age_place.settings).vaults.open(age_place.url)
    for attempt in (
        lambda: Run(age_place.settings).preview(state, args),
        lambda: vault.check_access(None),
        lambda: vault.put(make_escrow(args), ""),
    ):
        with pytest.raises(
            ProviderError, match=r"the folder of age:///.* does not exist, so nothing is known of the file"
        ):
            attempt()
    away.rename(age_place.file.parent)
    assert Run(age_place.settings).preview(state, args) == []


def test_something_else_in_the_files_place(age_place: AgePlace) -> None:
    age_place.file.mkdir()
    vault = Run(age_place.settings).vaults.open(age_place.url)
    with pytest.raises(ProviderError, match="could not be used to read: Is a directory"):
        vault.describe()


def test_a_folder_that_we_may_not_write(age_place: AgePlace) -> None:
    """Nobody may make files in /proc or /sys, not even root."""
    vault = AgeFile(f"age:///sys/acme.age?recipient={age_place.recipient}")
    assert vault.describe() is None
    with pytest.raises(ProviderError, match=r"does not let us write|could not be used to write"):
        vault.check_access(None)


def test_a_write_that_fails_leaves_nothing_behind(age_place: AgePlace) -> None:
    age_place.file.with_name("acme.age.json").mkdir()
    with pytest.raises(ProviderError, match="could not be used to write: Is a directory"):
        Run(age_place.settings).vaults.open(age_place.url).put(make_escrow(make_args(age_place.settings)), "")
    assert [file.name for file in age_place.file.parent.iterdir()] == ["acme.age.json"]


def test_a_recipient_with_a_typing_error_is_refused(age_place: AgePlace) -> None:
    wrong = age_place.recipient[:-1] + ("q" if age_place.recipient[-1] != "q" else "p")
    with pytest.raises(SettingError, match="vault:url: names a recipient that age does not know"):
        AgeFile(f"age://{age_place.file}?recipient={wrong}")
