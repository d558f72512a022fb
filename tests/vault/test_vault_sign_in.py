"""HashiCorp Vault: tokens and AppRoles, and their ends."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Any

import pytest
from pydantic import SecretStr

from providers.core.errors import PermissionDenied, SettingError, Unauthenticated
from tests.vault.locations import VaultPlace
from tests.vault.policies import LEAST
from tests.vault.run import Run, get_fields, make_args, make_escrow
from tests.vault.server import SESSION, VaultServer

Make = Callable[..., VaultPlace]


def test_an_approle_signs_in_by_itself(vault: VaultServer, vault_place: Make) -> None:
    role_id, secret_id = make_approle(vault, LEAST)
    place = vault_place(role_id=role_id, secret_id=SecretStr(secret_id))
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args, minted=True)
    assert place.list_values() == [get_fields(args)]
    place.forget_asked()
    assert Run(place.settings).preview(state, args) == []
    assert [line for line in place.list_requests() if "login" in line] == ["POST /v1/auth/approle/login"]
    assert len(place.list_requests()) == 2


def test_an_approle_whose_token_has_expired_signs_in_again(vault: VaultServer, vault_place: Make) -> None:
    role_id, secret_id = make_approle(vault, LEAST, token_ttl="1s")
    place = vault_place(role_id=role_id, secret_id=SecretStr(secret_id))
    opened = Run(place.settings).vaults.open(place.url)
    assert opened.describe() is None
    sleep(1.2)
    assert opened.describe() is None
    opened.put(make_escrow(make_args(place.settings)), "")
    assert len(place.list_values()) == 1


def test_a_secret_id_that_is_used_up_is_told(vault: VaultServer, vault_place: Make) -> None:
    role_id, secret_id = make_approle(vault, LEAST, secret_id_num_uses=1)
    place = vault_place(role_id=role_id, secret_id=SecretStr(secret_id))
    assert Run(place.settings).vaults.open(place.url).describe() is None
    place.forget_asked()
    with pytest.raises(
        Unauthenticated, match=r"refused the AppRole .* set vault:roleId and vault:secretId again"
    ) as caught:
        Run(place.settings).vaults.open(place.url).describe()
    assert secret_id not in str(caught.value)
    assert len(place.list_requests()) == 1


def test_a_token_that_has_expired_is_told(vault: VaultServer, vault_place: Make) -> None:
    vault.write_policy(SESSION, LEAST)
    place = vault_place(token=SecretStr(vault.make_token(SESSION)))
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    settings = place.settings.model_copy(update={"token": SecretStr(vault.make_token(SESSION, ttl="1s"))})
    sleep(1.2)
    with pytest.raises(Unauthenticated, match=r"refused our token \(403\): it has expired, was revoked or is wrong"):
        Run(settings).preview(state, args)
    with pytest.raises(Unauthenticated, match="set it as vault:token"):
        Run(settings).gate.refuse_unless_ready("acme")


def test_a_token_that_expires_before_the_write_is_told(vault: VaultServer, vault_place: Make) -> None:
    vault.write_policy(SESSION, LEAST)
    token = vault.make_token(SESSION)
    place = vault_place(token=SecretStr(token))
    run, args = Run(place.settings), make_args(place.settings)
    state = run.up(None, args)
    vault.ask("POST", "auth/token/revoke", {"token": token})
    with pytest.raises(PermissionDenied, match="the token has expired, was revoked or lacks the right"):
        run.handler.update(args.place, state, make_args(place.settings, 2))
    assert place.list_values() == [get_fields(args)]


def test_no_token_at_all(vault_place: Make) -> None:
    place = vault_place(token=None)
    with pytest.raises(SettingError, match=r"vault:token: is required to sign in to the vault"):
        Run(place.settings).vaults.open(place.url).describe()
    assert place.list_requests() == []


def test_the_librarys_own_variables_are_the_defaults(
    vault: VaultServer, vault_place: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = vault_place(token=None)
    settings = place.settings.model_copy(update={"address": None})
    with pytest.raises(SettingError, match="vault:address: is required, or VAULT_ADDR"):
        Run(settings).vaults.open(place.url)
    monkeypatch.setenv("VAULT_ADDR", place.proxy.url)
    monkeypatch.setenv("VAULT_TOKEN", vault.token)
    monkeypatch.setenv("VAULT_NAMESPACE", "root")
    Run(settings).vaults.open(place.url).describe()
    assert place.proxy.asked[-1].headers["X-Vault-Namespace"] == "root"
    monkeypatch.setenv("VAULT_ADDR", "http://vault.example.net:8200")
    with pytest.raises(SettingError, match=r"must be https.*VAULT_ADDR"):
        Run(settings).vaults.open(place.url)


def make_approle(vault: VaultServer, rules: dict[str, list[str]], **role: Any) -> tuple[str, str]:
    """A role and its secret id."""
    vault.write_policy(SESSION, rules)
    if "approle/" not in vault.ask("GET", "sys/auth"):
        vault.ask("POST", "sys/auth/approle", {"type": "approle"}, expect=400)
    defaults = {"token_policies": [SESSION], "token_ttl": "1h", "secret_id_num_uses": 0}
    vault.ask("POST", f"auth/approle/role/{SESSION}", {**defaults, **role})
    role_id = vault.ask("GET", f"auth/approle/role/{SESSION}/role-id")["data"]["role_id"]
    secret_id = vault.ask("POST", f"auth/approle/role/{SESSION}/secret-id")["data"]["secret_id"]
    return role_id, secret_id
