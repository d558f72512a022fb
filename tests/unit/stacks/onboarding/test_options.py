"""Secrets on a command line: only where they are to be found, and never repeated."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.core.errors import SettingError
from providers.core.settings import RENAMED, SettingErrors
from stacks.onboarding.catalogue import list_settings
from stacks.onboarding.options import parse_plain_settings, parse_secret_sources, read_secret

KEY = "connectwise:privateKey"


def test_the_projects_own_settings_may_be_written_with_their_namespace_or_without() -> None:
    given = ["roleName=Umbrella = 2", "umbrella-psa:memberId=U2", "umbrella:consoleId= 42"]
    assert parse_plain_settings(given, list_settings()) == {
        "roleName": "Umbrella = 2",
        "memberId": "U2",
        "umbrella:consoleId": " 42",
    }


@pytest.mark.parametrize("literal", ["s3cret-value", "", "@", "! ", "/path/without/at"])
def test_a_literal_secret_is_refused_with_the_three_ways_that_are_not(literal: str) -> None:
    with pytest.raises(SettingErrors) as refused:
        parse_secret_sources([f"{KEY}={literal}"], list_settings(), ())
    text = str(refused.value)
    assert f"--secret {KEY}=@FILE, --secret {KEY}=!COMMAND, or --secret {KEY}=-" in text
    assert "consider that value as known to others" in text
    assert not literal.strip("@! ") or literal not in text


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingErrors) as refused:
        parse_plain_settings(["privateKy=x", "roleName=a", "roleName=b", f"{KEY}=s3cret"], list_settings())
    assert len(refused.value.errors) == 3
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("parse", [parse_plain_settings, lambda given, known: parse_secret_sources(given, known, ())])
@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_an_old_name_is_refused_with_the_new_one(parse: Callable[..., object], old: str, new: str) -> None:
    with pytest.raises(SettingErrors) as refused:
        parse([f"{old}=gateway"], list_settings())
    assert str(refused.value).startswith(f"{old}: is called {new} now")


def test_a_setting_can_not_be_given_both_ways() -> None:
    with pytest.raises(SettingErrors, match="is given twice"):
        parse_secret_sources([f"{KEY}=-"], list_settings(), [KEY])


def test_a_secret_is_read_without_its_last_line_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("s3cret\r\n", encoding="utf-8")
    assert read_secret(KEY, f"@{file}") == "s3cret"
    assert read_secret(KEY, f"!cat {file}") == "s3cret"
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n"))
    assert read_secret(KEY, "-") == "s3cret"


def test_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    assert read_secret(KEY, "!echo $HOME; ls > x") == "$HOME; ls > x"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("!sh -c 'echo s3cret; exit 3'", "the command sh ended with exit code 3"),
        ("!unclosed 'quote", "its quotes are not closed"),
        ("!printf ''", "what the command prints is empty"),
    ],
)
def test_a_source_that_gives_nothing_is_named_and_what_it_said_is_not(source: str, sentence: str) -> None:
    with pytest.raises(SettingError) as refused:
        read_secret(KEY, source)
    assert sentence in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError, match="is not text"):
        read_secret(KEY, f"@{file}")
