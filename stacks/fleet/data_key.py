"""Secrets that the engine has encrypted with a data key, which a key management service (KMS) has encrypted in turn.

The form is the engine's (its `pkg/secrets/cloud`): the data key stands, encrypted, in the stack's file and in its
state; the service's address says who decrypts it. Each stack has a data key of its own, unless its file was given
another's; each is decrypted once in a run. Of the services AWS is asked here; the engine asks the others.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from providers.core.errors import ProviderError
from providers.core.run_cache import RunCache
from providers.http.outage import Outage
from stacks.fleet.backends import Unreachable, UnreadableHere, read_parameters
from stacks.fleet.ciphertext import KEY_BYTES, Decrypt, decrypt, refuse_without_cryptography

_CONTEXT = "context_"
_answers = RunCache()


def open_data_key(url: str, encrypted_key: str) -> Decrypt:
    """Return what decrypts the secrets of one data key.

    Raises:
        UnreadableHere: Another service than AWS, or a package that is not here.
        ProviderError: It can't be decrypted.
    """
    scheme = url.partition("://")[0]
    if scheme != "awskms":
        raise UnreadableHere(f"its secrets are encrypted by a key of {scheme}")
    refuse_without_cryptography()
    return partial(decrypt, _answers.get_or_fetch(("key", url, encrypted_key), lambda: _ask_aws(url, encrypted_key)))


def _ask_aws(url: str, encrypted_key: str) -> bytes:
    from stacks.fleet.aws import PLACE, ask

    parameters = read_parameters(url, PLACE, free=_CONTEXT)
    context = {key.removeprefix(_CONTEXT): value for key, value in parameters.items() if key.startswith(_CONTEXT)}
    try:
        sealed = b64decode(encrypted_key, validate=True)
    except ValueError:
        raise ProviderError("its data key is not in the form that the engine writes") from None
    client, outage = _connect({key: value for key, value in parameters.items() if key in PLACE})
    with outage.guard():
        # Which key it is stands in what it has encrypted; the address was for encrypting.
        answer = ask(
            f"its data key can't be decrypted by {url.partition('?')[0]}",
            lambda: cast(Mapping[str, Any], client.decrypt(CiphertextBlob=sealed, EncryptionContext=context)),
        )
    key = bytes((answer or {}).get("Plaintext", b""))
    if len(key) != KEY_BYTES:
        raise ProviderError("its data key is not one that the engine makes")
    return key


def _connect(place: Mapping[str, str]) -> tuple[Any, Outage[Unreachable]]:
    """Return the run's one client for a place, and what is known of its silence."""
    from stacks.fleet.aws import connect

    key = "&".join(f"{name}={value}" for name, value in sorted(place.items()))
    return _answers.get_or_fetch(("client", key), lambda: (connect("kms", place), Outage(Unreachable)))
