"""How jobs and their outcomes are written into Temporal's history: as JSON by pydantic, encrypted once a key is set.

Temporal keeps what it is told and shows it to whoever may look. The form is that of Temporal's own samples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from providers.core.errors import SettingError
from providers.http.text import clean_text
from stacks.fleet.temporal.payload_keys import KEYS, parse_payload_keys

ENCODING, KEY_ID = b"binary/encrypted", "encryption-key-id"
_NONCE_BYTES = 12


class PayloadCipher(PayloadCodec):
    """AES-256-GCM with a nonce by chance. The first key encrypts; each decrypts, so that keys can be replaced.

    Without a key nothing is encrypted, and what is encrypted is refused in a sentence. What is in clear is always read:
    it is from before there was a key.
    """

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        """Contact nobody. `keys`: 32 bytes each."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._ciphers = {name_key(key): AESGCM(key) for key in keys}
        self.on_refusal: Callable[[SettingError], None] = lambda error: None
        """Is told of what can't be decrypted: the server hands a worker the same again and again, and tells nobody."""

    @property
    def names(self) -> list[str]:
        """What its keys are called."""
        return [name.decode() for name in self._ciphers]

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt payloads whole, their metadata too."""
        if not self._ciphers:
            return list(payloads)
        name, cipher = next(iter(self._ciphers.items()))
        metadata = {"encoding": ENCODING, "encryption-cipher": b"AES-256-GCM", KEY_ID: name}
        encoded = []
        for payload in payloads:
            nonce = os.urandom(_NONCE_BYTES)
            sealed = nonce + cipher.encrypt(nonce, payload.SerializeToString(), None)
            encoded.append(Payload(metadata=metadata, data=sealed))
        return encoded

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what is encrypted. Raises `SettingError`."""
        return [self._decrypt(payload) for payload in payloads]

    def _decrypt(self, payload: Payload) -> Payload:
        from cryptography.exceptions import InvalidTag

        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata.get(KEY_ID, b"")
        cipher = self._ciphers.get(name)
        if cipher is None:
            lacks = "which is not among those that are set" if self._ciphers else "and none is set"
            raise self._refuse(
                f"a payload is encrypted with the key {_show(name)}, {lacks}",
                "add that key behind the first one, on every worker and wherever runs are started",
            )
        try:
            nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
            return Payload.FromString(cipher.decrypt(nonce, sealed, None))
        except (InvalidTag, ValueError):
            raise self._refuse(
                f"a payload that names the key {_show(name)} was not encrypted with it, or was changed since",
                "find out who writes to this namespace",
            ) from None

    def _refuse(self, summary: str, next_step: str) -> SettingError:
        error = SettingError(KEYS, summary, next_step=next_step)
        self.on_refusal(error)
        return error


def name_key(key: bytes) -> bytes:
    """Name a key by what does not give it away."""
    return sha256(b"umbrella-psa payload key " + key).hexdigest()[:8].encode()


def list_key_names(converter: DataConverter) -> list[str]:
    """List the names of the keys that a converter has; the first encrypts."""
    codec = converter.payload_codec
    return codec.names if isinstance(codec, PayloadCipher) else []


def _show(name: bytes) -> str:
    return clean_text(name.decode(errors="replace")) or "without a name"


def make_data_converter(key: str | None) -> DataConverter:
    """Make the converter that workers, runs and schedules share. `key`: what `read_payload_keys` returned.

    With a key the words and the trace of a failure are encrypted, too; only its kind stays in clear.

    Raises `SettingError` for what is no key.
    """
    keys = parse_payload_keys(key) if key else []
    return replace(
        pydantic_data_converter,
        payload_codec=PayloadCipher(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes if keys else DefaultFailureConverter,
    )
