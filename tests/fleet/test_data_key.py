"""Secrets whose key AWS KMS keeps: real boto3 over HTTP, against moto's server. With the engine: test_backends.py."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from providers.core.errors import ProviderError
from stacks.fleet.backends import UnreadableHere
from stacks.fleet.ciphertext import encrypt
from stacks.fleet.data_key import open_data_key
from tests.fleet.kept_states import REGION, connect_aws, make_key
from tests.vault.moto_server import MotoServer

pytestmark = pytest.mark.usefixtures("aws_credentials")
KEY = os.urandom(32)
Seal = Callable[..., tuple[str, str]]


@pytest.fixture
def seal(moto: MotoServer) -> Seal:
    """Encrypts a data key; the address and the ciphertext, as a stack's file has them."""

    def encrypt_key(key: bytes = KEY, server: MotoServer = moto, **context: str) -> tuple[str, str]:
        name = make_key(server)
        sealed = connect_aws("kms", server).encrypt(KeyId=name, Plaintext=key, EncryptionContext=context)
        words = "".join(f"&context_{word}={value}" for word, value in context.items())
        address = f"awskms:///{name}?region={REGION}&awssdk=v2&endpoint={server.url}{words}"
        return address, b64encode(sealed["CiphertextBlob"]).decode()

    return encrypt_key


@pytest.mark.parametrize("context", [{}, {"fleet": "one", "purpose": "states"}])
def test_a_secret_is_decrypted_by_the_data_key_that_kms_opens(seal: Seal, context: dict[str, str]) -> None:
    decrypt = open_data_key(*seal(**context))
    assert decrypt(encrypt(KEY, "a secret")) == "a secret"


def test_kms_is_asked_once_for_each_data_key(seal: Seal, tmp_path: Path) -> None:
    server = MotoServer(tmp_path)
    address, sealed = seal(server=server)
    _, other = seal(server=server)
    first = open_data_key(address, sealed)
    server.stop()
    assert open_data_key(address, sealed)(encrypt(KEY, "x")) == first(encrypt(KEY, "x")) == "x"
    begun = monotonic()
    with pytest.raises(ProviderError, match=r"can't be decrypted by awskms:///.* \(EndpointConnectionError\)"):
        open_data_key(address, other)
    took = monotonic() - begun
    begun = monotonic()
    with pytest.raises(ProviderError, match="EndpointConnectionError"):
        open_data_key(address, b64encode(b"a third").decode())
    assert monotonic() - begun < max(0.5, took / 2)  # known to be silent


@pytest.mark.parametrize(
    ("sealed", "says"),
    [
        (b64encode(b"nobody has encrypted this, certainly not with a key").decode(), r"can't be decrypted by awskms"),
        ("no base64!", "not in the form"),
        ("", "can't be decrypted|not in the form"),
    ],
)
def test_what_kms_refuses_is_a_sentence(seal: Seal, sealed: str, says: str) -> None:
    address, _ = seal()
    with pytest.raises(ProviderError, match=says):
        open_data_key(address, sealed)


def test_another_context_opens_nothing(seal: Seal) -> None:
    address, sealed = seal(fleet="one")
    with pytest.raises(ProviderError, match=r"can't be decrypted by awskms:///[\w-]+ \(InvalidCiphertextException\)"):
        open_data_key(address.replace("context_fleet=one", "context_fleet=two"), sealed)


def test_a_key_of_another_size_is_not_used(seal: Seal) -> None:
    with pytest.raises(ProviderError, match="not one that the engine makes"):
        open_data_key(*seal(b"short"))


@pytest.mark.parametrize(
    "address",
    ["gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k", "azurekeyvault://v/keys/k", "hashivault://k"],
)
def test_other_services_are_left_to_the_engine(address: str) -> None:
    with pytest.raises(UnreadableHere):
        open_data_key(address, "AAAA")


def test_an_address_with_an_unknown_word_is_left_to_the_engine(seal: Seal) -> None:
    address, sealed = seal()
    with pytest.raises(UnreadableHere, match="`role` in the address"):
        open_data_key(f"{address}&role=arn:aws:iam::1:role/r", sealed)
