"""A secret as the engine writes it, whoever keeps the key: `v1:<nonce>:<AES-256-GCM>`, in base64.

The form is that of its `sdk/go/common/resource/config/crypt.go`.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable

from providers.core.errors import ProviderError
from stacks.fleet.backends import UnreadableHere

KEY_BYTES, _NONCE_BYTES = 32, 12
Decrypt = Callable[[str], str]
"""A ciphertext's plain text."""


class WrongKey(ProviderError):
    """It was encrypted with another key, or changed since."""


def refuse_without_cryptography() -> None:
    """Raise `UnreadableHere` where nothing can be decrypted."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise UnreadableHere("cryptography is not installed: the extra `fleet`") from None


def decrypt(key: bytes, ciphertext: str) -> str:
    """Return the plain text. Raises `WrongKey`, and `ProviderError` for another form."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        version, nonce, message = ciphertext.split(":")
        if version != "v1":
            raise ValueError(version)
        return AESGCM(key).decrypt(b64decode(nonce), b64decode(message), None).decode()
    except InvalidTag:
        raise WrongKey("a secret was encrypted with another key, or is damaged") from None
    except ValueError:
        raise ProviderError("a secret is not in the form that the engine writes") from None


def encrypt(key: bytes, text: str) -> str:
    """Return a ciphertext, another one each time."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    message = AESGCM(key).encrypt(nonce, text.encode(), None)
    return f"v1:{b64encode(nonce).decode()}:{b64encode(message).decode()}"
