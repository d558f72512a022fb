"""What the stack's own file says now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providers.core.errors import ProviderError
from providers.core.stack_file import find_misplaced_keys, read_plain_settings


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
    assert read_plain_settings("acme") == {"connectwise:companyId": "acme", "umbrella:consoleId": "9898129"}


@pytest.mark.parametrize("text", ["", "config:\n", "encryptionsalt: x\n", "- a\n- list\n", "just text\n"])
def test_a_file_without_settings_says_nothing(stacks: Path, text: str) -> None:
    (stacks / "Pulumi.acme.yaml").write_text(text)
    assert read_plain_settings("acme") == {}


def test_a_broken_file_is_told_by_its_line_and_never_by_what_stands_there(stacks: Path) -> None:
    (stacks / "Pulumi.acme.yaml").write_text("config:\n  a:b: one\n  s3cret: [half\n  c: d\n")
    with pytest.raises(ProviderError, match=r"stacks/Pulumi\.acme\.yaml, line \d: can't be read as YAML") as told:
        read_plain_settings("acme")
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("reading", [read_plain_settings, find_misplaced_keys])
def test_a_file_in_another_encoding_is_told(stacks: Path, reading: Callable[[str], object]) -> None:
    (stacks / "Pulumi.acme.yaml").write_bytes(b"config:\n  a:b: \xff\n")
    with pytest.raises(ProviderError, match="can't be read as YAML"):
        reading("acme")


def test_no_file_says_nothing(stacks: Path) -> None:
    assert read_plain_settings("acme") == {}


def test_the_file_is_read_once_a_process(stacks: Path) -> None:
    path = stacks / "Pulumi.acme.yaml"
    path.write_text("config:\n  a:b: one\n")
    assert read_plain_settings("acme") == {"a:b": "one"}
    path.write_text("config:\n  a:b: two\n")
    assert read_plain_settings("acme") == {"a:b": "one"}


def test_settings_at_the_margin_are_found_and_nothing_else_is(stacks: Path) -> None:
    (stacks / "Pulumi.acme.yaml").write_text(
        "encryptionsalt: v1:abc\nconfig:\n  connectwise:companyId: acme\n"
        "# umbrella-psa:adopt: any\numbrella-psa:roleName: Umbrella 2\n"
        "'vault:url' : vault://secret/a\nother:\n  a:b: c\n"
    )
    assert find_misplaced_keys("acme") == ["umbrella-psa:roleName", "vault:url"]
    assert find_misplaced_keys("nobody") == []
