"""Many tenants in one file, and what is said of a file that is wrong; no secret of it is ever repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.core.settings import SettingErrors
from stacks.onboarding.catalogue import list_settings
from stacks.onboarding.csv_file import GivenTenant, read_tenants


def read(tmp_path: Path, text: str) -> list[GivenTenant]:
    file = tmp_path / "tenants.csv"
    file.write_text(text, encoding="utf-8-sig")  # as spreadsheets save it
    return read_tenants(file, list_settings())


def test_each_line_is_a_tenant_with_its_settings_and_the_sources_of_its_secrets(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "tenant,connectwise:companyId,connectwise:privateKey,memberName\n"
        'acme,acme_c,@keys/acme,"Cisco, Umbrella"\n'
        "bell,bell_c,!op read bell,\n",
    )
    assert found == [
        GivenTenant(
            "acme",
            {"connectwise:companyId": "acme_c", "memberName": "Cisco, Umbrella"},
            {"connectwise:privateKey": "@keys/acme"},
        ),
        GivenTenant("bell", {"connectwise:companyId": "bell_c"}, {"connectwise:privateKey": "!op read bell"}),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,memberName\nacme,x\n", "line 1: there is no column `tenant`"),
        ("tenant,memberName\nacme,x\nacme,y\n", "line 3: the tenant acme is there twice"),
        ("tenant,memberName\nacme\n", "line 2: it has another number of cells"),
        ("tenant,memberName\nacme,x,y\n", "line 2: it has another number of cells"),
        ("tenant,memberNam\nacme,x\n", 'Did you mean "memberName"?'),
        ("tenant,memberName\nAcme_1,x\n", "Acme_1"),
        ("tenant,connectwise:privateKey\nacme,s3cret\n", "connectwise:privateKey"),
        ("tenant,connectwise:privateKey\nacme,-\n", "line 2: connectwise:privateKey is a secret"),
        ("tenant,memberName,memberName\nacme,x,y\n", "line 1: the column 'memberName' is there twice"),
        ("tenant,memberName\n", "line 1: there is no tenant below it"),
        ("tenant,memberName\nexample,x\n", "line 2: example is the name of the example's file"),
    ],
)
def test_a_file_that_is_wrong_is_told_by_line_and_without_its_secrets(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingErrors) as told:
        read(tmp_path, text)
    assert says in str(told.value)
    assert "s3cret" not in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingErrors, match="can't be read: No such file"):
        read_tenants(tmp_path / "none.csv", list_settings())
