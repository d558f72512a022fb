"""The keys that payloads are encrypted with, from the environment or a file that only its owner may read."""

from __future__ import annotations

import re
import stat
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

from providers.core.errors import SettingError

KEYS = "UMBRELLA_PSA_TEMPORAL_PAYLOAD_KEYS"
"""One key, or several: the first encrypts, each decrypts."""
KEYS_FILE = f"{KEYS}_FILE"
KEY_BYTES = 32
_MAKE_ONE = "make one with `openssl rand -base64 32`"
_BETWEEN = re.compile(r"[\s,]+")


def read_payload_keys(environment: Mapping[str, str]) -> str | None:
    """Read what `make_data_converter` takes; None where no key is set. Raises `SettingError`."""
    text, file = environment.get(KEYS), environment.get(KEYS_FILE)
    if not file:
        return text or None
    if text:
        raise SettingError(KEYS_FILE, f"is set, and {KEYS} is, too", next_step="keep one of them")
    path = Path(file)
    try:
        with path.open(encoding="utf-8") as opened:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise SettingError(
                    KEYS_FILE, f"{path} may be read by others than its owner", next_step=f"`chmod 600 {path}`"
                )
            found = opened.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "it is no text"
        raise SettingError(
            KEYS_FILE, f"{path} can't be read: {why}", next_step="name a file that the worker may read"
        ) from None
    if not found:
        raise SettingError(KEYS_FILE, f"{path} is empty", next_step=_MAKE_ONE)
    return found


def parse_payload_keys(text: str) -> list[bytes]:
    """Read keys, in base64, with blanks, lines or commas between. Raises `SettingError`, which quotes none of them."""
    words = [word for word in _BETWEEN.split(text) if word]
    if not words:
        raise SettingError(KEYS, "holds no key", next_step=_MAKE_ONE)
    keys = [_parse_key(number, word) for number, word in enumerate(words, 1)]
    return list(dict.fromkeys(keys))


def _parse_key(number: int, word: str) -> bytes:
    try:
        key = b64decode(word, validate=True)
    except ValueError:
        raise SettingError(KEYS, f"its key {number} is not in base64", next_step=_MAKE_ONE) from None
    if len(key) != KEY_BYTES:
        raise SettingError(
            KEYS, f"its key {number} has {len(key)} bytes where {KEY_BYTES} are needed", next_step=_MAKE_ONE
        )
    return key
