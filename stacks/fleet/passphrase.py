"""Secrets that the engine has encrypted with a passphrase: in a stack's file and in its state.

The form is the engine's (its `pkg/secrets/passphrase`): the key is PBKDF2-HMAC-SHA256 over the passphrase, 1,000,000
rounds, 32 bytes; a salt is written as `v1:<salt>:<ciphertext of "pulumi">`. One derivation serves every stack with the
same salt, so a fleet that shares one pays for one (docs/fleet.md).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

from providers.core.errors import ProviderError, SettingError
from providers.core.stack_file import locate_stack_file
from stacks.fleet.ciphertext import KEY_BYTES, Decrypt, WrongKey, decrypt, refuse_without_cryptography
from stacks.tenant_files import list_tenants

PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105  its name
ROUNDS = 1_000_000
_PROBE = "pulumi"
_SALT = re.compile(r"^encryptionsalt: (\S+)$", re.MULTILINE)
_SALTS_TRIED = 3  # a tenth of a second each

_deriving = Lock()


def make_missing_error(whose: str = "its secrets") -> SettingError:
    """Make the error for a passphrase that is needed and not there."""
    return SettingError(
        PASSPHRASE,
        f"is not set, and {whose} are encrypted with one",
        next_step=f"set it, or name a file in {PASSPHRASE}_FILE",
    )


def make_wrong_error(whose: str = "it") -> SettingError:
    """Make the error for another passphrase than the right one."""
    return SettingError(PASSPHRASE, f"is not the one that {whose} was made with", next_step="set it to that one")


def open_salt(salt: str, passphrase: str) -> Decrypt:
    """Return what decrypts the secrets of one salt. Raises `SettingError` for another passphrase."""
    return partial(decrypt, derive_key(salt, passphrase))


def derive_key(salt: str, passphrase: str) -> bytes:
    """Return the key of one salt.

    Raises:
        SettingError: It is another passphrase's.
        ProviderError: The engine would not have written it so.
    """
    refuse_without_cryptography()
    try:
        version, text, probe = salt.split(":", 2)
        raw = b64decode(text, validate=True)
    except ValueError:
        raise ProviderError("the salt of its secrets is not in the form that the engine writes") from None
    if version != "v1":
        raise ProviderError(f"its secrets are in the form {version}, which is not known here")
    with _deriving:  # not twice at once
        key = _derive(passphrase, raw)
    try:
        is_right = decrypt(key, probe) == _PROBE
    except WrongKey:
        is_right = False
    if not is_right:
        raise make_wrong_error()
    return key


@lru_cache(maxsize=64)
def _derive(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    return PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ROUNDS).derive(passphrase.encode())


def read_passphrase(environment: Mapping[str, str]) -> str | None:
    """Read the passphrase where the engine does; None where none is set.

    Raises `SettingError` for a file that can't be read.
    """
    setting = f"{PASSPHRASE}_FILE"
    if (file := environment.get(setting)) and PASSPHRASE not in environment:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
            raise SettingError(
                setting, f"{file} can't be read: {why}", next_step="name the passphrase's file"
            ) from None
    return environment.get(PASSPHRASE)


def read_salt(path: Path) -> str:
    """Read the salt that a stack's file names; empty where it names none, or there is no file that can be read."""
    try:
        found = _SALT.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def _get_age(path: Path) -> float:
    """Newest first: whoever makes tenants makes them one after the other."""
    return -path.stat().st_mtime if path.is_file() else 0.0


def find_shared_salt(folder: Path, environment: Mapping[str, str]) -> str:
    """Find the salt that the project's other stacks use with this passphrase; empty where there is none.

    A tenant with a passphrase of its own keeps a salt of its own.
    """
    passphrase = read_passphrase(environment)
    if passphrase is None:
        return ""
    files = sorted((locate_stack_file(name, folder) for name in list_tenants(folder)), key=_get_age)
    salts = Counter(filter(None, map(read_salt, files)))
    for salt, _ in salts.most_common(_SALTS_TRIED):
        try:
            derive_key(salt, passphrase)
        except ProviderError:
            continue
        return salt
    return ""
