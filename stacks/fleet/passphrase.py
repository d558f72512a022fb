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

from providers.core.errors import ProviderError
from stacks.fleet.ciphertext import KEY_BYTES, Decrypt, WrongKey, decrypt, refuse_without_cryptography

ROUNDS = 1_000_000
_PROBE = "pulumi"
_SALT = re.compile(r"^encryptionsalt: (\S+)$", re.MULTILINE)
_SALTS_TRIED = 3  # a tenth of a second each

_deriving = Lock()


def open_salt(salt: str, passphrase: str) -> Decrypt:
    """Return what decrypts the secrets of one salt. Raises `ProviderError` for another passphrase."""
    return partial(decrypt, derive_key(salt, passphrase))


def derive_key(salt: str, passphrase: str) -> bytes:
    """Return the key of one salt. Raises `ProviderError` for another passphrase."""
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
        raise ProviderError(
            "the passphrase is not the one that it was made with", next_step="set PULUMI_CONFIG_PASSPHRASE to that one"
        )
    return key


@lru_cache(maxsize=64)
def _derive(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    return PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ROUNDS).derive(passphrase.encode())


def read_passphrase(environment: Mapping[str, str]) -> str | None:
    """Read the passphrase where the engine does; None where none is set."""
    if (file := environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")) and "PULUMI_CONFIG_PASSPHRASE" not in environment:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ProviderError(f"PULUMI_CONFIG_PASSPHRASE_FILE: {file} can't be read: {error.strerror}") from None
    return environment.get("PULUMI_CONFIG_PASSPHRASE")


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
    files = (
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.glob("Pulumi.*.yaml"), key=_get_age)
    )
    salts = Counter(found[1] for text in files if (found := _SALT.search(text)))
    for salt, _ in salts.most_common(_SALTS_TRIED):
        try:
            derive_key(salt, passphrase)
        except ProviderError:
            continue
        return salt
    return ""
