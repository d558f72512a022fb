"""What the stack's own file says now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providers.core.errors import ProviderError, SettingError
from providers.core.stack_file import (
    find_misplaced_keys,
    find_rewritten,
    find_unquoted,
    locate_stack_file,
    read_plain_settings,
)

ACME = locate_stack_file("acme")


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "stacks"
    folder.mkdir()
    read_plain_settings.cache_clear()
    yield folder
    read_plain_settings.cache_clear()


def test_plain_scalars_are_read_and_secrets_are_not(stacks: Path) -> None:
    (stacks / "Pulumi.acme.yaml").write_text(
        "config:\n  connectwise:companyId: acme\n  umbrella:consoleId: 9898129\n"
        "  connectwise:privateKey:\n    secure: v1:abc\n  umbrella-psa:tableAccess: [a, b]\n"
    )
    assert read_plain_settings(ACME) == {
        "connectwise:companyId": "acme",
        "umbrella:consoleId": "9898129",
        "connectwise:privateKey": None,
        "umbrella-psa:tableAccess": None,
    }


@pytest.mark.parametrize("text", ["", "config:\n", "encryptionsalt: x\n", "- a\n- list\n", "just text\n"])
def test_a_file_without_settings_says_nothing(stacks: Path, text: str) -> None:
    (stacks / "Pulumi.acme.yaml").write_text(text)
    assert read_plain_settings(ACME) == {}


def test_a_broken_file_is_told_by_its_line_and_never_by_what_stands_there(stacks: Path) -> None:
    (stacks / "Pulumi.acme.yaml").write_text("config:\n  a:b: one\n  s3cret: [half\n  c: d\n")
    with pytest.raises(ProviderError, match=r"stacks/Pulumi\.acme\.yaml, line \d: can't be read as YAML") as told:
        read_plain_settings(ACME)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("reading", [read_plain_settings, find_misplaced_keys])
def test_a_file_in_another_encoding_is_told(stacks: Path, reading: Callable[[Path], object]) -> None:
    (stacks / "Pulumi.acme.yaml").write_bytes(b"config:\n  a:b: \xff\n")
    with pytest.raises(ProviderError, match="can't be read as YAML"):
        reading(ACME)


def test_no_file_says_nothing(stacks: Path) -> None:
    assert read_plain_settings(ACME) == {}


def test_the_file_is_read_once_a_process(stacks: Path) -> None:
    path = stacks / "Pulumi.acme.yaml"
    path.write_text("config:\n  a:b: one\n")
    assert read_plain_settings(ACME) == {"a:b": "one"}
    path.write_text("config:\n  a:b: two\n")
    assert read_plain_settings(ACME) == {"a:b": "one"}


def test_settings_at_the_margin_are_found_and_nothing_else_is(stacks: Path) -> None:
    (stacks / "Pulumi.acme.yaml").write_text(
        "encryptionsalt: v1:abc\nconfig:\n  connectwise:companyId: acme\n"
        "# umbrella-psa:adopt: any\numbrella-psa:roleName: Umbrella 2\n"
        "'vault:url' : vault://secret/a\nother:\n  a:b: c\n"
    )
    assert find_misplaced_keys(ACME) == ["umbrella-psa:roleName", "vault:url"]
    assert find_misplaced_keys(locate_stack_file("nobody")) == []


# What the engine makes of a text without quotes: asked of `pulumi config --json`, 3.255.0.
REWRITTEN = {
    "2026-11-29": "2026-11-29 00:00:00 +0000 UTC",
    "2026-11-29T10:00:00Z": "2026-11-29 10:00:00 +0000 UTC",
    "2026-1-5": "2026-01-05 00:00:00 +0000 UTC",
    "1.50": "1.5",
    "2025.10": "2025.1",
    "1.0": "1",
    "0123": "83",
    "007": "7",
    "08": "8",
    "00": "0",
    "-01": "-1",
    "-0": "0",
    "+5": "5",
    "1e3": "1000",
    "1.5e3": "1500",
    "1e+3": "1000",
    "0x1F": "31",
    "-0x1": "-1",
    "0o17": "15",
    "0b11": "3",
    ".5": "0.5",
    "5.": "5",
    "1_000": "1000",
    "123_": "123",
    "1234567890123456789012": "1.2345678901234568e+21",
    "~": "",
    "null": "",
    "True": "true",
    "FALSE": "false",
}
DISPUTED = ("no", "NO", "yes", "on", "Off", "12:30", "1:2:3")
KEPT = (
    *("acme", "0", "-7", "1234567", "12345678901234567", "2025.1", "0.1", "100.25", "true", "false", "y", "n", "_1"),
    *("12e", "0o8", "1,000", "1.2.3", "10.0.0.1", "2026-11", "2026-11-29 rotated", "psa.example.com"),
)


@pytest.mark.parametrize("text", REWRITTEN)
def test_a_text_that_the_engine_rewrites_must_stand_in_quotes(stacks: Path, text: str) -> None:
    ACME.write_text(f"config:\n  a:b: c\n  umbrella-psa:memberName: {text} # a remark\n")
    (found,) = find_rewritten(ACME)
    assert (found.key, found.line, found.text) == ("umbrella-psa:memberName", 3, text)
    assert read_plain_settings(ACME)["umbrella-psa:memberName"] is None
    with pytest.raises(SettingError) as told:
        read_plain_settings(ACME, ("umbrella-psa:memberName",))
    assert f"{text} stands without quotes in line 3 of the stack's file" in str(told.value)
    assert f'write "{text}", if that is what you mean' in str(told.value)


@pytest.mark.parametrize("text", DISPUTED)
def test_a_text_about_which_readers_disagree_is_read_as_the_engine_does_and_told(stacks: Path, text: str) -> None:
    ACME.write_text(f"config:\n  connectwise:companyId: {text}\n")
    assert read_plain_settings(ACME, ("connectwise:companyId",)) == {"connectwise:companyId": text}
    assert [(found.text, found.rewritten) for found in find_unquoted(ACME)] == [(text, False)]
    assert find_rewritten(ACME) == []


@pytest.mark.parametrize("text", KEPT)
def test_a_text_that_stays_itself_needs_no_quotes(stacks: Path, text: str) -> None:
    ACME.write_text(f"config:\n  connectwise:companyId: {text}\n")
    assert read_plain_settings(ACME) == {"connectwise:companyId": text}
    assert find_unquoted(ACME) == []


@pytest.mark.parametrize("quoted", ['"0123"', "'0123'", "|-\n    0123"])
def test_in_quotes_every_text_is_itself(stacks: Path, quoted: str) -> None:
    ACME.write_text(f"config:\n  connectwise:companyId: {quoted}\n")
    assert read_plain_settings(ACME, ("connectwise:companyId",)) == {"connectwise:companyId": "0123"}
    assert find_unquoted(ACME) == []


def test_lists_and_maps_are_searched_too(stacks: Path) -> None:
    ACME.write_text(
        "config:\n  umbrella-psa:tableAccess: [Service / Priority, 1.50]\n"
        "  umbrella-psa:memberDefaults:\n    level: 0123\n    department: no\n    location: '7'\n"
    )
    assert [(found.line, found.text) for found in find_unquoted(ACME)] == [(2, "1.50"), (4, "0123"), (5, "no")]
    assert [found.text for found in find_rewritten(ACME)] == ["1.50", "0123"]
