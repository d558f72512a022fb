"""The provider's block."""

from __future__ import annotations

from typing import Any

import pytest

from providers.core.settings import SettingErrors
from providers.engines.terraform.configuration import find_problems, open_tenant
from providers.engines.terraform.wire import UNKNOWN
from stacks.graph import get_owner
from stacks.settings import read_tenant

BLOCK: dict[str, Any] = {
    "tenant": "acme",
    "allow": None,
    "connectwise": {
        "site": "na.myconnectwise.net",
        "company_id": "Acme",
        "client_id": "client",
        "public_key": "Public",
        "private_key": "Private",
    },
    "umbrella": {"console": "msp", "console_id": "7"},
    "vault": None,
}


def test_a_tenants_keys_belong_to_it_under_both_engines() -> None:
    settings = {
        "connectwise:site": "na.myconnectwise.net",
        "connectwise:companyId": "Acme",
        "connectwise:clientId": "client",
        "connectwise:publicKey": "Public",
        "connectwise:privateKey": "Private",
        "umbrella:console": "msp",
        "umbrella:consoleId": "7",
    }
    there = read_tenant("acme", settings, ["connectwise:clientId", "connectwise:privateKey"], {})
    assert open_tenant(BLOCK).fill("ApiKey")["owner"] == get_owner(there)


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"tenant": "Acme MSP"}, ("tenant",), "must be lower-case letters, digits and single hyphens"),
        ({"allow": ["right"]}, ("allow",), "there is no guard 'right'"),
        ({"umbrella": {"console": "mps", "console_id": "7"}}, ("umbrella.console",), "must be 'msp' or 'mssp'"),
        ({"vault": {"url": "valut://a/b"}}, ("vault.url",), 'perhaps "vault"'),
    ],
    ids=["a name", "a guard", "a choice", "a URL"],
)
def test_a_wrong_value_is_told_at_its_place(change: dict[str, Any], place: tuple[str, ...], says: str) -> None:
    [(path, error)] = find_problems(BLOCK | change)
    assert path == place
    assert says in str(error)
    with pytest.raises(SettingErrors):
        open_tenant(BLOCK | change)


def test_what_is_not_known_yet_is_neither_missing_nor_wrong_while_it_is_validated() -> None:
    unknown = BLOCK | {"connectwise": dict.fromkeys(BLOCK["connectwise"], UNKNOWN)}
    assert find_problems(unknown) == []
    with pytest.raises(SettingErrors, match="connectwise:site: is not known before the run"):
        open_tenant(unknown)


def test_the_environment_wins_over_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UMBRELLA_PSA_CONNECTWISE_COMPANY_ID", "Other")
    assert open_tenant(BLOCK).connectwise.company_id == "Other"
