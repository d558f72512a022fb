"""A wrong passphrase is told once for all, and only where it is wrong for all."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from providers.core.settings import SettingErrors
from stacks.fleet.one_passphrase import refuse_wrong_passphrase

RIGHT = {"PULUMI_CONFIG_PASSPHRASE": "right"}
WRONG = {"PULUMI_CONFIG_PASSPHRASE": "wrong"}


def make_salt(passphrase: str, raw: bytes) -> str:
    """A salt as the engine writes it into a stack's file."""
    key, nonce = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), raw, 1_000_000), bytes(12)
    sealed = AESGCM(key).encrypt(nonce, b"pulumi", None)
    return (
        f"v1:{base64.b64encode(raw).decode()}:v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stacks")
    shared, own = make_salt("right", b"12345678"), make_salt("of its own", b"87654321")
    for name, salt in {"acme": shared, "bell": shared, "core": own}.items():
        (made / f"Pulumi.{name}.yaml").write_text(f"config: {{}}\nencryptionsalt: {salt}\n", encoding="utf-8")
    (made / "Pulumi.kms.yaml").write_text("secretsprovider: awskms://alias/x\n", encoding="utf-8")
    return made


def test_one_that_opens_none_of_several_is_told_once(folder: Path) -> None:
    with pytest.raises(SettingErrors) as refused:
        refuse_wrong_passphrase(["acme", "bell", "core"], WRONG, folder)
    assert str(refused.value) == (
        "PULUMI_CONFIG_PASSPHRASE: opens none of the 3 tenants; set it to the one that they were made with."
    )


def test_none_at_all_is_told_once(folder: Path) -> None:
    with pytest.raises(SettingErrors, match="PULUMI_CONFIG_PASSPHRASE: is not set, and the secrets of all 2 tenants"):
        refuse_wrong_passphrase(["acme", "core"], {}, folder)


def test_one_of_a_file_counts(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("right\n", encoding="utf-8")
    refuse_wrong_passphrase(["core", "acme"], {"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}, folder)


@pytest.mark.parametrize(
    ("tenants", "environment"),
    [
        (["acme", "core"], RIGHT),  # core will tell for itself
        (["acme"], WRONG),
        (["acme", "kms"], WRONG),
        (["acme", "nobody"], {}),
    ],
)
def test_where_it_is_not_wrong_for_all_each_tells_for_itself(
    folder: Path, tenants: list[str], environment: dict[str, str]
) -> None:
    refuse_wrong_passphrase(tenants, environment, folder)
