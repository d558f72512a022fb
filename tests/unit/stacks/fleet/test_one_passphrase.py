"""A wrong passphrase is told once for all, and only where it is wrong for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.core.errors import SettingError
from providers.core.settings import SettingErrors
from stacks.fleet.one_passphrase import refuse_wrong_passphrase
from tests.unit.stacks.salts import make_salt

RIGHT = {"PULUMI_CONFIG_PASSPHRASE": "right"}
WRONG = {"PULUMI_CONFIG_PASSPHRASE": "wrong"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stacks")
    shared, own = make_salt("right"), make_salt("of its own")
    for name, salt in {"acme": shared, "bell": shared, "core": own}.items():
        (made / f"Pulumi.{name}.yaml").write_text(f"config: {{}}\nencryptionsalt: {salt}\n", encoding="utf-8")
    (made / "Pulumi.bent.yaml").write_text("encryptionsalt: bent\n", encoding="utf-8")
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


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        (WRONG, "is not the one that acme was made with; set it to that one."),
        ({}, "is not set, and the secrets of acme are encrypted with one; set it, or name a file in "),
    ],
)
def test_one_tenant_is_told_the_same_as_several(folder: Path, environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingErrors) as refused:
        refuse_wrong_passphrase(["acme"], environment, folder)
    assert str(refused.value).startswith(f"PULUMI_CONFIG_PASSPHRASE: {says}")


def test_who_reads_nothing_encrypted_needs_none_but_no_wrong_one(folder: Path) -> None:
    refuse_wrong_passphrase(["acme", "core"], {}, folder, may_be_missing=True)
    with pytest.raises(SettingErrors):
        refuse_wrong_passphrase(["acme"], WRONG, folder, may_be_missing=True)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_holds_no_passphrase_is_a_wrong_setting(
    folder: Path, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "passphrase"
    if content:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=r"PULUMI_CONFIG_PASSPHRASE_FILE: .* can't be read: "):
        refuse_wrong_passphrase(["acme"], {"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}, folder)


def test_one_of_a_file_counts(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("right\n", encoding="utf-8")
    refuse_wrong_passphrase(["core", "acme"], {"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}, folder)


@pytest.mark.parametrize(
    ("tenants", "environment"),
    [
        (["acme", "core"], RIGHT),  # core will tell for itself
        (["acme", "kms"], WRONG),
        (["acme", "nobody"], {}),
        (["bent"], WRONG),  # not for its passphrase
    ],
)
def test_where_it_is_not_wrong_for_all_each_tells_for_itself(
    folder: Path, tenants: list[str], environment: dict[str, str]
) -> None:
    refuse_wrong_passphrase(tenants, environment, folder)
