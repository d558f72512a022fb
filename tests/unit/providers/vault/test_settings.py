"""`vault:…`: which settings go together, and what is said when they don't."""

from __future__ import annotations

import sys

import pytest
from pydantic import SecretStr

from providers.core.configuration import Configuration
from providers.core.errors import SettingError
from providers.core.settings import SettingErrors, load_settings
from providers.vault.connection import NAMESPACE, VaultSettings, get_reference
from providers.vault.kinds import KINDS, find_flaw, open_vault

RECIPIENT = "age1" + "q" * 58
URLS = {
    "vault": "vault://secret/umbrella/acme",
    "awssm": "awssm://umbrella/acme",
    "azurekv": "azurekv://msp-vault/umbrella-acme",
    "age": f"age:///srv/acme.age?recipient={RECIPIENT}",
}
STARTS = (
    "vault:url: must start with one of vault://, awssm://, azurekv://, age:// or the scheme of an installed plug-in"
)
LIBRARIES = {
    "vault": ("hvac", "hvac", "vault"),
    "awssm": ("boto3", "boto3", "aws"),
    "azurekv": ("azure.identity", "azure-identity", "azure"),
    "age": ("pyrage", "pyrage", "age"),
}


def read(**given: str) -> VaultSettings:
    settings = {f"vault:{key}": text for key, text in given.items()}
    return load_settings(VaultSettings, NAMESPACE, Configuration(settings, {}))


def find_errors(**given: str) -> list[str]:
    with pytest.raises(SettingErrors) as caught:
        read(**given)
    return [str(error) for error in caught.value.errors]


def test_no_vault_is_the_default() -> None:
    assert read().url is None
    assert read().on_destroy == "keep"
    assert get_reference(read()) == ""


@pytest.mark.parametrize("kind", URLS)
def test_each_kind_is_known_by_its_url(kind: str) -> None:
    assert get_reference(read(url=URLS[kind])) == URLS[kind].partition("?")[0]


def test_every_setting_of_the_contract_is_read() -> None:
    settings = read(
        url=URLS["vault"],
        address="https://vault.example.net/",
        namespace="msp",
        roleId="role",
        secretId="half",
        onDestroy="delete",
    )
    assert settings.address == "https://vault.example.net"
    assert settings.secret_id == SecretStr("half")
    assert (settings.namespace, settings.role_id, settings.on_destroy) == ("msp", "role", "delete")
    aws = read(url=URLS["awssm"], region="eu-west-1", endpoint="http://127.0.0.1:5000", kmsKey="alias/a")
    assert (aws.region, aws.endpoint, aws.kms_key) == ("eu-west-1", "http://127.0.0.1:5000", "alias/a")
    assert read(url=URLS["vault"], token="hush").token == SecretStr("hush")


def test_a_secret_setting_is_in_no_repr() -> None:
    assert "hush" not in repr(read(url=URLS["vault"], token="hush"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "vaults://a/b"}, f'{STARTS}, perhaps "vault".'),
        ({"url": "acme"}, f"{STARTS}."),
        ({"url": "azurekv://msp/a_b"}, "vault:url: must name the secret with letters, digits and hyphens only, such as "
         "azurekv://msp/umbrella-acme."),
        ({"url": URLS["vault"], "address": "http://vault.example.net"}, "vault:address: must be https: plain http is "
         "allowed to loopback addresses only."),
        ({"url": URLS["vault"], "region": "eu-west-1"}, "vault:region: is not used by HashiCorp Vault or OpenBao; "
         "remove it with `pulumi config rm vault:region`, or correct vault:url."),
        ({"url": URLS["awssm"], "token": "hush"}, "vault:token: is not used by AWS Secrets Manager; remove it with "
         "`pulumi config rm vault:token`, or correct vault:url."),
        ({"url": URLS["vault"], "token": "hush", "roleId": "r"}, "vault:token: is given besides vault:roleId; keep one "
         "of the two ways to sign in."),
        ({"url": URLS["vault"], "secretId": "hush"}, "vault:secretId: is given without vault:roleId; set that too, or "
         "remove this."),
        ({"onDestroy": "destroy"}, "vault:onDestroy: must be 'keep' or 'delete'."),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(given: dict[str, str], words: str) -> None:
    assert find_errors(**given) == [words]


def test_connection_settings_without_a_vault_are_left_alone() -> None:
    assert read(region="eu-west-1", token="hush").url is None


@pytest.mark.parametrize("kind", LIBRARIES)
def test_a_kind_that_is_not_installed_says_which_command_installs_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, package, extra = LIBRARIES[kind]
    monkeypatch.setitem(sys.modules, library, None)
    (told,) = find_errors(url=URLS[kind])
    assert told == (
        f"vault:url: is {KINDS[kind].title}, which needs the Python package {package}; "
        f"install it with `.venv/bin/pip install -e '.[{extra}]'`."
    )
    with pytest.raises(SettingError, match="install it with"):
        open_vault(URLS[kind], VaultSettings())


def test_the_parent_of_a_missing_package_may_be_missing_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "azure"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "azure", None)
    told = find_flaw(URLS["azurekv"])
    assert told and "needs the Python package azure-keyvault-secrets and azure-identity" in str(told)
