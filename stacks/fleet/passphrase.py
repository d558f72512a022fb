"""Secrets that the engine has encrypted with a passphrase: in a stack's file and in its state.

The form is the engine's (its `pkg/secrets/passphrase` and `sdk/go/common/resource/config/crypt.go`): the key is
PBKDF2-HMAC-SHA256 over the passphrase, 1,000,000 rounds, 32 bytes; a salt is written as `v1:<salt>:<ciphertext of
"pulumi">`, a ciphertext as `v1:<nonce>:<AES-256-GCM>`, all in base64. One derivation serves every stack with the same
salt, so a fleet that shares one pays for one (docs/fleet.md).
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from providers.core.errors import ProviderError

ROUNDS = 1_000_000
Decrypt = Callable[[str], str]
"""A ciphertext's plain text."""

_deriving = Lock()


def open_salt(salt: str, passphrase: str) -> Decrypt:
    """Return what decrypts the secrets of one salt. Raises `ProviderError` for another passphrase."""
    try:
        version, text, probe = salt.split(":", 2)
        raw = b64decode(text, validate=True)
    except ValueError:
        raise ProviderError("the salt of its secrets is not in the form that the engine writes") from None
    if version != "v1":
        raise ProviderError(f"its secrets are in the form {version}, which is not known here")
    with _deriving:  # not twice at once
        key = _derive(passphrase, raw)

    def decrypt(ciphertext: str) -> str:
        return _decrypt(key, ciphertext)

    if decrypt(probe) != "pulumi":
        raise _make_wrong_passphrase()
    return decrypt


@lru_cache(maxsize=64)
def _derive(passphrase: str, salt: bytes) -> bytes:
    try:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
    except ImportError:
        return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ROUNDS)
    return PBKDF2HMAC(SHA256(), 32, salt, ROUNDS).derive(passphrase.encode())


def _decrypt(key: bytes, ciphertext: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        version, nonce, message = ciphertext.split(":")
        if version != "v1":
            raise ValueError(version)
        return AESGCM(key).decrypt(b64decode(nonce), b64decode(message), None).decode()
    except InvalidTag:
        raise _make_wrong_passphrase() from None
    except ValueError:
        raise ProviderError("a secret is not in the form that the engine writes") from None


def _make_wrong_passphrase() -> ProviderError:
    return ProviderError(
        "the passphrase is not the one that it was made with", next_step="set PULUMI_CONFIG_PASSPHRASE to that one"
    )
