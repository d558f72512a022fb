"""Where the keys of payloads come from, and what is said of those that are none: never a piece of one."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from providers.core.errors import SettingError
from stacks.fleet.temporal.payload_keys import KEYS, KEYS_FILE, parse_payload_keys, read_payload_keys

FIRST, SECOND = (b64encode(bytes([number]) * 32).decode() for number in (250, 251))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.touch(mode=0o600)
    path.write_text(f"{FIRST}\n{SECOND}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("environment", [{}, {KEYS: ""}, {KEYS_FILE: ""}])
def test_without_a_key_there_is_none(environment: dict[str, str]) -> None:
    assert read_payload_keys(environment) is None


def test_keys_come_from_the_environment_or_from_a_file(file: Path) -> None:
    assert read_payload_keys({KEYS: FIRST}) == FIRST
    found = read_payload_keys({KEYS_FILE: str(file)})
    assert found
    assert parse_payload_keys(found) == [bytes([250]) * 32, bytes([251]) * 32]


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n", "\r\n"])
def test_keys_stand_between_blanks_lines_or_commas(between: str) -> None:
    assert len(parse_payload_keys(f"{FIRST}{between}{SECOND}{between}{FIRST}")) == 2


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused_with_the_command_that_helps(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingError, match=rf"{KEYS_FILE}: .* may be read by others .*; `chmod 600 .*keys`"):
        read_payload_keys({KEYS_FILE: str(file)})


def test_a_file_that_is_not_there_empty_or_no_text_is_named(file: Path) -> None:
    with pytest.raises(SettingError, match=f"{KEYS_FILE}: .*/gone can't be read: No such file"):
        read_payload_keys({KEYS_FILE: str(file.with_name("gone"))})
    with pytest.raises(SettingError, match=f"{KEYS_FILE}: .* can't be read: Is a directory"):
        read_payload_keys({KEYS_FILE: str(file.parent)})
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(SettingError, match=f"{KEYS_FILE}: .* is empty; make one with `openssl rand -base64 32`"):
        read_payload_keys({KEYS_FILE: str(file)})
    file.write_bytes(bytes(range(128, 160)))
    with pytest.raises(SettingError, match=f"{KEYS_FILE}: .* can't be read: it is no text"):
        read_payload_keys({KEYS_FILE: str(file)})


def test_of_two_places_none_is_preferred(file: Path) -> None:
    with pytest.raises(SettingError, match=f"{KEYS_FILE}: is set, and {KEYS} is, too; keep one of them"):
        read_payload_keys({KEYS: FIRST, KEYS_FILE: str(file)})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FIRST[:-5], "its key 1 is not in base64"),
        (f"{FIRST} correct-horse-battery", "its key 2 is not in base64"),
        (b64encode(b"sixteen bytes ..").decode(), "its key 1 has 16 bytes where 32 are needed"),
        (b64encode(b"?" * 64).decode(), "its key 1 has 64 bytes where 32 are needed"),
        (" , \n", "holds no key"),
        (f"{FIRST}é", "its key 1 is not in base64"),
    ],
)
def test_what_is_no_key_is_one_sentence_that_quotes_nothing_of_it(text: str, says: str) -> None:
    with pytest.raises(SettingError, match=f"^{KEYS}: {says}; make one with `openssl rand -base64 32`") as told:
        parse_payload_keys(text)
    assert not [word for word in text.replace(",", " ").split() if word in str(told.value)]
